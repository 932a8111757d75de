"""Large tables are swept over by machine code, and come to what small ones come to."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from tests.batch import tables
from tests.batch.conftest import POLICY, Settle
from tests.batch.test_work import contents

from polc.batch.table import settle_table
from polc.native import sweeps

Changed = Callable[[pa.Table], pa.Table]
AMOUNTS = ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


def claims(rows: int = 300, seed: int = 1) -> pa.Table:
    """Claims sorted by person and date, with amounts as decimals."""
    random = Random(seed)
    persons = sorted(random.randrange(rows // 2) for _ in range(rows))
    parts = [[random.choice((0, random.randrange(4_000_000))) for _ in range(4)] for _ in range(rows)]
    fen = [[sum(four) for four in parts], *([four[k] for four in parts] for k in range(4))]
    day = datetime.date(2023, 1, 1)
    dates = [day + datetime.timedelta(random.randrange(365)) for _ in range(rows)]
    found = {
        "psn_no": [f"P{10**9 + person}" for person in persons], "setl_id": [f"S{at}" for at in range(rows)],
        "enddate": dates, "医疗类别": ["普通住院"] * rows,
        "psn_idet_type": [random.choice(("", "A1", "A2")) for _ in range(rows)],
    }  # fmt: skip
    table = pa.table(found)
    for name, values in zip(AMOUNTS, fen, strict=True):
        table = table.append_column(name, decimals(values))
    return table.sort_by([("psn_no", "ascending"), ("enddate", "ascending")])


def decimals(values: list[int]) -> pa.Array:
    cells = [f"{fen // 100}.{fen % 100:02}" for fen in values]
    return pa.array(cells, pa.string()).cast(pa.decimal128(18, 2))


def put(name: str, at: int, value: object) -> Changed:
    """One cell changed."""

    def changed(table: pa.Table) -> pa.Table:
        column = table.column(name).combine_chunks()
        parts = [column.slice(0, at), pa.array([value], pa.string()).cast(column.type), column.slice(at + 1)]
        return table.set_column(table.column_names.index(name), name, pa.chunked_array(parts))

    return changed


def cast(kind: pa.DataType, *names: str) -> Changed:
    """Columns in another type."""

    def changed(table: pa.Table) -> pa.Table:
        for name in names:
            table = table.set_column(table.column_names.index(name), name, table.column(name).cast(kind))
        return table

    return changed


ODD: dict[str, Changed] = {
    "plain": lambda table: table,
    "empty": lambda table: table.slice(0, 0),
    "one row": lambda table: table.slice(7, 1),
    "cut out of a longer one": lambda table: table.slice(13, 200),
    "in pieces": lambda table: pa.concat_tables([table.slice(0, 5), table.slice(5, 0), table.slice(5, 150)]),
    "in any order": lambda table: table.take(pa.array(Random(3).sample(range(300), 300))),
    "days that fall": lambda table: table.sort_by([("psn_no", "ascending"), ("enddate", "descending")]),
    "person twice": lambda table: pa.concat_tables([table, table.slice(0, 3)]),
    "no number": put("psn_no", 30, None),
    "blank number": put("psn_no", 30, " "),
    "odd number": put("psn_no", 30, "P1\u200b"),
    "long number": put("psn_no", 299, "P" * 70),
    "number in Chinese": put("psn_no", 299, "张三"),
    "no date": put("enddate", 40, None),
    "far date": put("enddate", 40, "9999-12-31"),
    "early date": put("enddate", 40, "1903-01-01"),
    "negative amount": put("inscp_scp_amt", 50, "-0.01"),
    "reversed": put("medfee_sumamt", 50, "-12.00"),
    "no amount": put("preselfpay_amt", 50, None),
    "no total": put("medfee_sumamt", 50, None),
    "parts that do not add up": put("medfee_sumamt", 50, "1.00"),
    "absurd amount": put("inscp_scp_amt", 50, "9999999999999999.99"),
    "amounts beyond 64 bits": cast(pa.decimal128(38, 2), *AMOUNTS),
    "one beyond 64 bits": lambda table: put("inscp_scp_amt", 50, "9" * 30 + ".99")(
        cast(pa.decimal128(38, 2), *AMOUNTS)(table)
    ),
    "short decimals": cast(pa.decimal64(18, 2), *AMOUNTS) if hasattr(pa, "decimal64") else lambda table: table,
    "shortest decimals": cast(pa.decimal32(9, 2), *AMOUNTS) if hasattr(pa, "decimal32") else lambda table: table,
    "tenths of fen": cast(pa.decimal128(20, 3), *AMOUNTS),
    "texts": cast(pa.string(), *AMOUNTS),
    "large texts": cast(pa.large_string(), "psn_no", "setl_id", "psn_idet_type"),
    "views": cast(pa.string_view(), "psn_no", "setl_id") if hasattr(pa, "string_view") else lambda table: table,
    "codes": cast(pa.dictionary(pa.int8(), pa.string()), "psn_idet_type", "医疗类别"),
    "times": cast(pa.timestamp("us"), "enddate"),
    "unknown identity": put("psn_idet_type", 60, "Z9"),
    "names twice": put("setl_id", 70, "S71"),
    "unnamed": put("setl_id", 70, None),
}  # fmt: skip


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], list[object]]:
    """What comes of something with machine code for every table, and for none."""

    def call(once: Callable[[], object]) -> list[object]:
        found = []
        for few in (0, 10**12):
            monkeypatch.setattr(sweeps, "FEW", few)
            found.append(once())
        return found

    return call


@pytest.mark.parametrize("name", ODD)
def test_swept_or_not_it_is_the_same(
    name: str, both: Callable[[Callable[[], object]], list[object]], tmp_path: Path
) -> None:
    path = tmp_path / "小县.pol"
    path.write_text(POLICY, encoding="utf-8")
    table = ODD[name](claims())

    def once() -> object:
        done = settle_table(str(path), table, line=True, lang="en")
        settled = {
            name: column.to_pylist()
            for name, column in zip(done.settled.column_names, done.settled.columns, strict=True)
        }
        return settled, done.refused.to_pylist(), done.totals.json()

    swept, slow = both(once)
    assert swept == slow
    settled = len(swept[0]["psn_no"])  # type: ignore[index]
    assert settled + len(swept[1]) == table.num_rows  # type: ignore[index]
    assert settled >= table.num_rows * 0.9 or name == "in pieces"


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("seed", range(4))
def test_odd_files_are_the_same(
    seed: int, form: str, settle: Settle, both: Callable[[Callable[[], object]], list[object]]
) -> None:
    Path("claims.csv").write_bytes(tables.table(seed, 400))
    if form == "parquet":
        parse = pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip")
        read = pacsv.read_csv(
            "claims.csv", parse_options=parse,
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(tables.HEADER, pa.string())),
        )  # fmt: skip
        pq.write_table(read, "claims.parquet", row_group_size=90)
    runs = iter("ab")

    def once() -> object:
        out = next(runs)
        settle(f"claims.{form}", out, part_rows=100, state_out=True)
        told = json.loads(Path(out, "manifest.json").read_text(encoding="utf-8"))
        return {name: held for name, held in contents(out).items() if "manifest" not in str(name)}, told

    swept, slow = both(once)
    assert swept == slow
