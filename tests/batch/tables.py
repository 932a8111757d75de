"""Tables of claims with everything that cells can hold, mostly in order; the same for every run of a seed."""

from __future__ import annotations

import csv
import io
from random import Random

HEADER = (
    "psn_no", "mdtrt_id", "setl_id", "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt",
    "inscp_scp_amt", "begndate", "enddate", "hosp_lv", "病种", "慢特病",
    "规范转诊", "ipt_days", "zfy", "浮动", "continues",
    "psn_name",
)  # fmt: skip
ODD_AMOUNTS = (
    "", "0", "0.0", " 12.50", "12.5", "12.500", "12.505", "-3", "1e3", "1,000.00", "１２", ".5", "5.", "+7", "NaN",
    "元",
    "99999999999999", "1000000000000000", "9" * 50, "12.50 ", "\u300012", "1.2.3",
)  # fmt: skip
ODD_DATES = (
    "", "2023-02-30", "2023/9/4", "20230904", "2023年9月4日", "1800-01-01", "9999-12-31", "2023-09-04 08:00:00",
    "2023-09-04T08:00:00.000", "04.09.2023", " 2023-09-04", "2023-09-04 8:00",
)  # fmt: skip
ODD_TEXTS = (
    "",
    " ",
    "三级",
    "03",
    "3",
    "P1\u200b",
    "=1+1",
    "é",
    "e\u0301",
    "a\tb",
    '引"号',
    "M1、糖尿病",
    "M1，M9",
    "是",
    "no",
    "70%",
    "x" * 300,
)


def table(seed: int, rows: int = 40, odd: float = 0.05) -> bytes:
    """A CSV of claims; `odd` is how often a cell is out of the ordinary."""
    random = Random(seed)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=random.choice(("\n", "\r\n")), quoting=random.choice((0, 0, 1)))
    writer.writerow(HEADER)
    for number in range(rows):
        cells = _row(random, number)
        if random.random() < odd * 3:
            for at in random.sample(range(len(cells)), random.randint(1, 3)):
                cells[at] = random.choice((*ODD_AMOUNTS, *ODD_DATES, *ODD_TEXTS))
        if random.random() < odd / 3:
            cells = random.choice((cells[:-1], [*cells, ""], [""] * len(cells), [], ["a\nb", *cells[1:]]))
        writer.writerow(cells)
    return out.getvalue().encode()


def _row(random: Random, number: int) -> list[str]:
    parts = [random.choice((0, random.randrange(5_000_000))) for _ in range(4)]
    total = sum(parts)
    amounts = [f"{fen // 100}.{fen % 100:02}" for fen in (total, *parts)]
    for at in range(5):
        if random.random() < 0.05:
            amounts[at] = ""
    month, day = random.randint(1, 12), random.randint(1, 28)
    return [
        f"P{random.randint(1, 12)}", f"M{number}", random.choice((f"S{number}", f"S{number}", "")), *amounts,
        random.choice(("", f"2023-{month:02}-{day:02}")), f"2023-{month:02}-{min(28, day + random.randint(0, 3)):02}",
        random.choice(("三级", "02", "", "一级")), random.choice(("高血压", "糖尿病", "")),
        random.choice(("", "M1", "高血压、M2")), random.choice(("是", "否", "1", "0", "", "true")),
        random.choice(("", "3", "14")), random.choice(("", "12.50", "0")), random.choice(("", "70%", "0.5")), "", "某",
    ]  # fmt: skip
