"""Parquet, folders, mappings: the same table however it is stored comes to the same."""

from __future__ import annotations

import datetime
import os
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, line, many, rows_of

from pol_lang.problem import Problems
from polc.batch.mapping import Renaming, read_mapping
from polc.batch.money import decimal, exact_sum, fen_sum
from polc.cli.read import read_bytes

MONEY = ("medfee_sumamt", "preselfpay_amt", "inscp_scp_amt", "fulamt_ownpay_amt", "overlmt_selfpay")


def text_table(lines: list[str]) -> pa.Table:
    names = HEAD.strip().split(",")
    cells = [text.strip().split(",") for text in lines]
    return pa.table({name: [row[at] for row in cells] for at, name in enumerate(names)})


def typed(table: pa.Table, money: pa.DataType, date: pa.DataType) -> pa.Table:
    """The same table with types; a large text and a dictionary are among them."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if name in MONEY:
            column = pa.array([Decimal(cell) for cell in column.to_pylist()], money)
        elif name == "enddate":
            days = [datetime.datetime.fromisoformat(cell + "T23:30:00") for cell in column.to_pylist()]
            column = pa.array([day.date() for day in days] if pa.types.is_date(date) else days, date)
        elif name == "psn_idet_type":
            column = pa.array([cell or None for cell in column.to_pylist()]).dictionary_encode()
        elif name == "setl_id":
            column = column.cast(pa.large_string())
        columns[name] = column
    return pa.table(columns)


@pytest.mark.parametrize(
    ("money", "date"),
    [
        (pa.decimal128(18, 2), pa.date32()),
        (pa.decimal256(40, 4), pa.timestamp("ms")),
        (pa.decimal128(38, 10), pa.timestamp("us", "Asia/Shanghai")),
        (pa.decimal128(12, 2), pa.date64()),
    ],
)
def test_typed_columns_come_to_the_same_as_texts(settle: Settle, money: pa.DataType, date: pa.DataType) -> None:
    table = text_table(many(3, 20, 120))
    pacsv.write_csv(table, "claims.csv")
    pq.write_table(typed(table, money, date), "claims.parquet", row_group_size=37)
    one, other = settle("claims.csv", "a"), settle("claims.parquet", "b", form="csv")
    assert one.totals.state() == other.totals.state()
    for row, twin in zip(rows_of("a/settled.csv"), rows_of("b/settled.csv"), strict=True):
        assert int(row.pop("row")) == int(twin.pop("row")) + 1
        assert row == twin


def test_a_refused_row_keeps_the_cells_it_came_with(settle: Settle) -> None:
    table = text_table(many(3, 4, 20))
    table = table.set_column(5, "medfee_sumamt", pa.array(["99999.99", *table.column("medfee_sumamt").to_pylist()[1:]]))
    pq.write_table(typed(table, pa.decimal128(15, 2), pa.date32()), "claims.parquet")
    settle("claims.parquet")
    row = next(row for row in rows_of("out/refused.csv") if row["row"] == "1")
    assert [Decimal(row[name]) for name in MONEY] == [Decimal(table.column(name)[0].as_py()) for name in MONEY]


def test_whole_numbers_are_yuan_and_persons(settle: Settle) -> None:
    table = pa.table(
        {
            "psn_no": pa.array([7, 7], pa.int64()), "setl_id": pa.array([1, 2], pa.int32()), "med_type": ["21", "21"],
            "enddate": pa.array([20230301, 20230401], pa.int32()), "inscp_scp_amt": pa.array([1300, 5], pa.int16()),
            "medfee_sumamt": pa.array([1300, -5], pa.int64()),
            **{name: pa.array([0, 0], pa.uint8()) for name in MONEY if "selfpay" in name or "own" in name},
        }
    )  # fmt: skip
    pq.write_table(table, "claims.parquet")
    run = settle("claims.parquet")
    (row,) = pq.read_table("out/settled").to_pylist()
    assert (row["psn_no"], row["setl_id"], row["hifp_pay"]) == (7, 1, Decimal("700.00"))
    assert run.totals.codes == {"C533": 1}


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.list_(pa.string()), pa.binary()])
def test_columns_that_are_not_exact_are_refused(settle: Settle, kind: pa.DataType) -> None:
    table = text_table(many(3, 2, 2)).set_column(5, "medfee_sumamt", pa.nulls(2, kind))
    pq.write_table(table, "claims.parquet")
    with pytest.raises(Problems) as error:
        settle("claims.parquet")
    assert [p.code for p in error.value.problems] == ["C653" if pa.types.is_floating(kind) else "C654"]
    assert not Path("out").exists()


def test_a_column_that_is_not_read_may_be_anything(settle: Settle) -> None:
    table = text_table(many(3, 2, 2)).append_column("something", pa.array([0.1, 0.2]))
    pq.write_table(table, "claims.parquet")
    run = settle("claims.parquet")
    assert run.totals.settled == 2
    assert [(p.code, p.column) for p in run.warnings] == [("C554", "something")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_is_one_table(settle: Settle, form: str) -> None:
    table = text_table(many(5, 10, 90))
    Path("all/more").mkdir(parents=True)
    pacsv.write_csv(table, "claims.csv")
    pieces = {"all/1": table.slice(0, 30), "all/more/2": table.slice(30, 30), "all/z": table.slice(60)}
    pieces["all/z"] = pieces["all/z"].rename_columns(
        ["人员编号" if name == "psn_no" else name for name in table.column_names]
    ).select([*range(9, -1, -1)])  # fmt: skip
    for path, piece in pieces.items():
        if form == "csv":
            pacsv.write_csv(piece, f"{path}.csv")
        else:
            pq.write_table(piece if "z" in path else typed(piece, pa.decimal128(18, 2), pa.date32()), f"{path}.parquet")
    Path("all/_SUCCESS").touch()
    one, other = settle("claims.csv", "a"), settle("all", "b", form="csv")
    assert one.totals.amounts == other.totals.amounts and other.totals.settled == 90
    rows = rows_of("b/settled.csv")
    assert [row["setl_id"] for row in rows] == [row["setl_id"] for row in rows_of("a/settled.csv")]
    assert [row["file"] for row in rows[::30]] == [f"{path}.{form}" for path in pieces]


def test_a_folder_without_one_kind_of_table_is_refused(settle: Settle) -> None:
    for name, files in (("none", ()), ("both", ("a.csv", "b.parquet"))):
        Path(name).mkdir()
        for file in files:
            Path(name, file).touch()
        with pytest.raises(Problems) as error:
            settle(name)
        assert [p.code for p in error.value.problems] == ["C651"]


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "page"])
def test_a_damaged_file_is_refused_whole(settle: Settle, damage: str) -> None:
    pq.write_table(text_table(many(5, 10, 5000)), "claims.parquet", compression="none", use_dictionary=False)
    data = bytearray(Path("claims.parquet").read_bytes())
    if damage == "page":
        data[4:60] = b"\xff" * 56
    Path("claims.parquet").write_bytes(
        {"cut": data[: len(data) // 2], "noise": b"PAR1" + bytes(200), "empty": b"", "page": data}[damage]
    )
    with pytest.raises(Problems) as error:
        settle("claims.parquet")
    assert [p.code for p in error.value.problems] == ["C652"]
    assert not Path("out").exists()


MAPPING = """\
[columns]
psn_no = "GRBH"
setl_id = "JSLSH"

[values.psn_idet_type]
低保对象 = ["D1", 7]
特困人员 = "T"
"""


def test_other_names_and_codes_by_a_mapping(settle: Settle) -> None:
    text = HEAD.replace("psn_no", "GRBH").replace("setl_id", "JSLSH")
    for id, codes in enumerate(("D1", "7、T", "", "T")):
        text += f"P{id},S{id},{codes},21,2023-03-01,1300,0,1300,0,0\n"
    Path("m.toml").write_text(MAPPING, encoding="utf-8")
    run = settle(text, renaming=read_mapping(read_bytes("m.toml"), "m.toml"))
    assert [row["医疗救助"] for row in rows_of("out/settled.csv")] == ["300.00", "300.00", "0.00", "300.00"]
    assert run.totals.refused == 0
    assert rows_of("out/settled.csv")[0]["psn_no"] == "P0"


@pytest.mark.parametrize(
    "text",
    [
        "x = 1", "columns = 3", "[columns]\npsn_no = 3", '[columns]\na = "x"\nb = "x"', "[values]\npsn_no = 3",
        "[values.psn_no]\na = 1.5", '[values.psn_no]\na = "1"\nb = 1', "[other]",
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(Problems) as error:
        read_mapping(text.encode(), "m.toml")
    assert [p.code for p in error.value.problems] == ["C655"]


def test_no_mapping_renames_nothing() -> None:
    assert Renaming().name("x") == "x"


def test_sums_do_not_turn_over() -> None:
    # A hundred thousand amounts of ten million million yuan are more than 64 bits hold.
    values = np.full(100_000, 10**15, np.int64)
    assert exact_sum(decimal(values)) == 10**20
    assert exact_sum(decimal(-values)) == -(10**20)
    assert exact_sum(pa.chunked_array([decimal(values[:3]).slice(1), decimal(values[:0])])) == 2 * 10**15


@pytest.mark.parametrize("values", [
    [], [0], [-1], [2**63 - 1] * 9, [-(2**63)] * 9, [2**63 - 1, -(2**63), 5], [2**32 - 1, 2**32, -(2**32) - 1],
    [2**47] * 40_000 + [-1], [1] * 32_768 + [2**62],
])  # fmt: skip
def test_sums_are_exact_however_large(values: list[int]) -> None:
    assert fen_sum(np.array(values, np.int64)) == sum(values)


@pytest.mark.parametrize("amount", ["10000000000000.00", "10000000000000.01", "99999999999999999999"])
def test_amounts_at_the_limit(settle: Settle, amount: str) -> None:
    # Ten million million yuan is the most; machine code leaves such amounts to the interpreter.
    run = settle(HEAD + f"P1,A,,21,2023-03-01,{amount},0,{amount},0,0\n")
    if amount.endswith("0.00"):
        assert run.totals.borne == 10**15 and run.totals.interpreted == 1
    else:
        assert run.totals.codes == {"C534": 1}


def test_a_table_in_another_encoding(settle: Settle) -> None:
    text = HEAD + "某甲,A,,普通住院,2023-03-01,1300,0,1300,0,0\n"
    Path("claims.csv").write_bytes(text.encode("gb18030"))
    with pytest.raises(Problems) as error:
        settle("claims.csv")
    assert [p.code for p in error.value.problems] == ["C520"]
    settle("claims.csv", encoding="gb18030")
    assert [(r["psn_no"], r["hifp_pay"]) for r in rows_of("out/settled.csv")] == [("某甲", "700.00")]


@pytest.mark.parametrize("out", ["folder/out", "folder/deeper/out", "./folder/../folder/out"])
def test_results_do_not_go_into_a_folder_of_input(settle: Settle, out: str) -> None:
    Path("folder/deeper").mkdir(parents=True)
    Path("folder/a.csv").write_text(HEAD + line("P1", "S1", "2023-03-01", "1000"), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        settle("folder", out)
    assert [problem.code for problem in caught.value.problems] == ["C689"]
    assert settle("folder", "beside").totals.settled == 1
    os.symlink("folder", "link")
    with pytest.raises(Problems):
        settle("folder", "link/out")


def test_a_file_may_be_named_like_a_formula(settle: Settle) -> None:
    for name in ("=a.csv", "'=b.csv", "'c.csv", "＝d.csv"):
        Path(name).write_text(HEAD + line("P1", "S1", "2023-03-01", "1").replace(",1,", ",x,"), encoding="utf-8")
        assert settle(name, f"out{name[0]}{len(name)}{ord(name[-5])}").totals.refused == 1
