"""Reasons held as columns are those that single rows have; rows refused together are refused as each alone would be."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, line, rows_of

from pol_lang.problem import Problem
from polc.batch import alike_rows, read_singly
from polc.batch.lines import csv_lines, harmless_cell
from polc.batch.refusals import Alike, Refusals, reason
from polc.claims.claim import MissingDate, ReadClaim, read_claim
from polc.claims.parts import CostDoesNotAdd
from polc.claims.read_case import DuplicateClaim
from polc.claims.tables import MissingColumn, PersonRefused


def some_layer(random: Random, rows: np.ndarray) -> Alike:
    """Problems of some kind for some rows."""
    where = pa.array([f"t.csv:{at}" for at in rows], pa.string())
    texts = [random.choice(("a", "b", "“c”")) for _ in rows]
    kind = random.randrange(4)
    if kind == 0:
        return Alike(DuplicateClaim, rows, where, {"id": pa.array(texts, pa.string())})
    if kind == 1:
        given = pa.array([[f"入院日期 {at}"] * random.randrange(3) for at in rows], pa.list_(pa.string()))
        return Alike(MissingDate, rows, where, {"given": given}, {"date": "出院日期"})
    if kind == 2:
        return Alike(PersonRefused, rows, where, {"row": pa.array(rows)}, {"person": "P1"})
    return Alike(CostDoesNotAdd, rows, where, {"sum": pa.array(texts)}, {"total": "1.00", "difference": "0.10"})


@pytest.mark.parametrize("seed", range(30))
def test_problems_in_columns_are_those_of_each_row(seed: int) -> None:
    random, count = Random(seed), 40
    found, expected = Refusals(), dict[int, tuple[Problem, ...]]()
    for _ in range(25):
        rows = np.array(sorted(random.sample(range(count), random.randrange(count))), np.int64)
        one = int(rows[0]) if len(rows) else 0
        match random.randrange(6):
            case 0 | 1:
                layer, first = some_layer(random, rows), random.random() < 0.3
                found.add(layer, first=first)
                for index, at in enumerate(rows.tolist()):
                    more = (layer.of(index),)
                    expected[at] = (*more, *expected.get(at, ())) if first else (*expected.get(at, ()), *more)
            case 2:
                found[one] = expected[one] = (MissingColumn(where=f"t.csv:{one}", column="psn_no"),)
            case 3 if one in expected:
                assert found.pop(one) is not None and expected.pop(one)
            case 4:
                found.drop(rows)
                expected = {at: told for at, told in expected.items() if at not in set(rows.tolist())}
            case 5:
                told = {}
                for at in set(range(count)) - expected.keys():
                    own = (some_layer(random, np.array([at], np.int64)).of(0) for _ in range(random.randrange(1, 4)))
                    told[at] = tuple(own)
                told = dict(random.sample(sorted(told.items(), key=lambda item: item[0]), len(told) // 2))
                found.add_told(told)
                expected |= told
    to = np.array(random.sample(range(60), count), np.int64)
    to[random.sample(range(count), 5)] = -1
    moved = {int(to[at]): told for at, told in expected.items() if to[at] >= 0}
    for held, plain in ((found, expected), (found.copy(), expected), (found.moved(to), moved)):
        assert list(held) == sorted(plain) and len(held) == len(plain)
        reasons_of = {at: reason(problems, "zh") for at, problems in plain.items()}
        assert {at: reason(problems, "zh") for at, problems in held.items()} == reasons_of
        assert [[vars(one) for one in held[at]] for at in held] == [[vars(one) for one in plain[at]] for at in held]
        asked = np.array(sorted(random.sample(sorted(plain), random.randint(0, len(plain)))), np.int64)
        codes, reasons = held.texts(asked, "zh")
        assert reasons.to_pylist() == [reasons_of[at] for at in asked.tolist()]
        assert codes.to_pylist() == [plain[at][0].code for at in asked.tolist()]
        assert sum(held.codes().values()) == len(plain) and all(held.codes().values())
        same = held.has_only(DuplicateClaim, 60).tolist()
        assert same == [
            at in plain and all(type(problem) is DuplicateClaim for problem in plain[at]) for at in range(60)
        ]


def test_cells_of_csv_are_written_as_the_standard_library_does(tmp_path: Path) -> None:
    random = Random(3)
    signs = ["a", "1", "-", ".", ",", '"', "\n", " ", "'", "=", "+", "@", "\t", "\u3000", "＝", "的", ""]
    cells = ["", "-5", "-5.10", "-5.", "--5", "-1e5", "'-5", " =1", '"', '""', ",", "a\nb"]
    cells += ["".join(random.choices(signs, k=random.randrange(6))) for _ in range(600)]
    table = pa.table({"x": cells, "y": cells[::-1]})
    path = tmp_path / "expected.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        lines = ([harmless_cell(x), "", harmless_cell(y)] for x, y in zip(cells, cells[::-1], strict=True))
        csv.writer(stream, lineterminator="\n").writerows(lines)
    assert "".join(csv_lines(table, ("x", "nothing", "y")).to_pylist()) == path.read_text(encoding="utf-8")


def test_a_cell_with_a_carriage_return_is_written_as_it_was(settle: Settle) -> None:
    settle(HEAD + line('"P\r1"', "A", "2023-03-01", "5") + line("P2", "B", "2023-03-01", "5"))
    (entry,) = rows_of("out/refused.csv")
    assert (entry["psn_no"], entry["refusal"], entry["row"]) == ("P\r1", "C525", "2")


COLUMNS = (*HEAD.strip().split(","), "begndate")
WRONG = {
    "nobody": {"psn_no": ""},
    "no day": {"enddate": ""},
    "no day, though an admission": {"enddate": "", "begndate": "2023-03-{day:02}"},
    "discharge before admission": {"begndate": "2023-04-{day:02}", "enddate": "2023-03-{day:02}"},
    "no such days": {"enddate": "2023-13-{day:02}"},
    "separators": {"medfee_sumamt": "1,{number:03}.00"},
    "separators in two columns": {"medfee_sumamt": "1,{number:03}.00", "inscp_scp_amt": "1,{number:03}.00"},
    "three decimals": {"inscp_scp_amt": "{number}.005"},
    "nothing that adds up": {"inscp_scp_amt": "{number}.07"},
    "a total below the parts": {"medfee_sumamt": "1.00"},
    "no total": {"medfee_sumamt": "", "inscp_scp_amt": ""},
    "two parts missing": {"inscp_scp_amt": "", "preselfpay_amt": ""},
    "an unknown identity": {"psn_idet_type": "A{number}"},
    "an unknown choice": {"med_type": "9{number}"},
    "what cannot be seen": {"psn_no": "P\u200b{number}"},
    "what cannot be seen twice": {"setl_id": "S\u200b{number}", "med_type": "\u200b"},
    "amounts and days": {"inscp_scp_amt": "x", "enddate": "gestern", "begndate": "{number}"},
    "amounts below zero": {"inscp_scp_amt": "-5", "preselfpay_amt": "-0.00"},
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("share", [0.6, 1.0])
def test_many_rows_are_refused_as_each_alone_is(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, wrong: str, share: float
) -> None:
    random = Random(len(wrong))
    rows = []
    for number in range(120):
        cells = line(f"P{random.randrange(90)}", f"S{number}", f"2023-03-{1 + number % 9:02}", f"{number % 50}.00")
        told = dict(zip(COLUMNS, [*cells.strip().split(","), "2023-03-01"], strict=True))
        if random.random() < share:
            told |= {name: cell.format(number=number, day=1 + number % 28) for name, cell in WRONG[wrong].items()}
        if random.random() < 0.1:
            told |= {random.choice(COLUMNS): random.choice(("", "x", "2023-02-30", " "))}
        rows.append(list(told.values()))
    with open("claims.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *rows])
    monkeypatch.setattr(alike_rows, "_FEW", 3)
    settle("claims.csv", "together")
    monkeypatch.setattr(alike_rows, "_FEW", 1000)
    settle("claims.csv", "alone")
    for name in ("refused.csv", "settled.csv", "totals.json"):
        assert Path("together", name).read_bytes() == Path("alone", name).read_bytes()
    assert len(rows_of("alone/refused.csv")) >= 50


def test_amounts_of_64_bits_that_do_not_fit(settle: Settle) -> None:
    if not hasattr(pa, "decimal64"):
        pytest.skip("this pyarrow has no decimals of 64 bits")
    cells = [Decimal(f"{at}.005") for at in range(20)]
    table = {
        "psn_no": [f"P{at}" for at in range(20)], "enddate": ["2023-03-01"] * 20, "med_type": ["21"] * 20,
        "inscp_scp_amt": pa.array(cells).cast(pa.decimal64(12, 3)), "medfee_sumamt": ["0"] * 20,
    }  # fmt: skip
    pq.write_table(pa.table(table), "claims.parquet")
    settle("claims.parquet")
    found = rows_of("out/refused.csv")
    assert [entry["refusal"] for entry in found] == ["C535"] * 20
    assert [entry["reason"].split("“")[1].split("”")[0] for entry in found] == [str(cell) for cell in cells]


def test_what_is_wrong_with_many_rows_is_read_of_few(settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(*given: Any) -> ReadClaim:
        read.append(1)
        return read_claim(*given)

    monkeypatch.setattr(read_singly, "read_claim", counted)
    settle(HEAD + "".join(line("", f"S{at}", f"2023-03-{1 + at % 28:02}", f"{at}.00") for at in range(300)))
    assert len(rows_of("out/refused.csv")) == 300 and len(read) == 2
