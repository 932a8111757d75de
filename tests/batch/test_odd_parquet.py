"""Columns of Parquet and Arrow that are anything but plain: read exactly, or refused with a reason, never a crash."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_items import read

from pol_lang.problem import Problems
from polc.batch.table import settle_table

THOUSAND = Decimal("1000.00")


def claims(**columns: Any) -> pa.Table:
    table: dict[str, Any] = {
        "psn_no": ["P1", "P2", "P3"], "setl_id": ["S1", "S2", "S3"], "med_type": ["21"] * 3,
        "enddate": ["2023-03-01"] * 3, "medfee_sumamt": ["1000.00"] * 3, "inscp_scp_amt": ["1000.00"] * 3,
    }  # fmt: skip
    return pa.table(table | columns)


def settled(settle: Settle, table: pa.Table) -> dict[str, str]:
    """By settlement what the basic layer pays, or the code of the refusal: of a file, and the same in memory."""
    pq.write_table(table, "claims.parquet")
    run = settle("claims.parquet", form="csv")
    found = {row["setl_id"]: row["基本医保"] for row in read("out/settled.csv")}
    found |= {row["setl_id"]: row["refusal"] for row in read("out/refused.csv")}
    assert run.totals.read == len(found) == table.num_rows
    done = settle_table("小县.pol", table)
    same = {row["setl_id"]: str(row["基本医保"]) for row in done.settled.to_pylist()}
    same |= {row["setl_id"]: row["refusal"] for row in done.refused.to_pylist()}
    assert same == found
    return found


PAID = "490.00"


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (pa.array([THOUSAND] * 3, pa.decimal32(9, 2)), [PAID] * 3),
        (pa.array([THOUSAND] * 3, pa.decimal64(12, 2)), [PAID] * 3),
        (pa.array([THOUSAND, Decimal("9" * 30), None], pa.decimal256(40, 2)), [PAID, "C534", "C537"]),
        (pa.array([THOUSAND, Decimal("1000.005"), Decimal("-1")], pa.decimal128(12, 3)), [PAID, "C535", "C659"]),
        (pa.array([1000, 2**63, 2**64 - 1], pa.uint64()), [PAID, "C534", "C534"]),
        (pa.array([1000, 2**63 - 1, -(2**63)], pa.int64()), [PAID, "C534", "C534"]),
        (pa.array([100, -1, None], pa.int8()), ["0.00", "C659", "C537"]),
        (pa.array(["1000", "x", None], pa.string_view()), [PAID, "C531", "C537"]),
        (pa.array(["1000", "x", None]).dictionary_encode(), [PAID, "C531", "C537"]),
        (pa.nulls(3), ["C537"] * 3),
        (pa.array([True, False, None]), ["C531", "C531", "C537"]),
    ],
)  # fmt: skip
def test_amounts(settle: Settle, column: pa.Array, found: list[str]) -> None:
    table = claims(medfee_sumamt=column, inscp_scp_amt=column)
    assert settled(settle, table) == dict(zip(("S1", "S2", "S3"), found, strict=True))


def moments(numbers: list[int | None], kind: pa.DataType) -> pa.Array:
    return pa.array(numbers, pa.int32() if kind.bit_width == 32 else pa.int64()).cast(kind)


MARCH = int(datetime.datetime(2023, 3, 1, tzinfo=datetime.UTC).timestamp())


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (moments([2**31 - 1, -(2**31), MARCH // 86400], pa.date32()), ["C544", "C544", PAID]),
        (moments([2**60, MARCH * 10**6, -(2**60)], pa.timestamp("us")), ["C544", PAID, "C544"]),
        (moments([MARCH * 10**9 + 1, None, MARCH * 10**9], pa.timestamp("ns")), [PAID, "C545", PAID]),
        (moments([MARCH * 10**6] * 3, pa.timestamp("us", "+08:00")), [PAID] * 3),
        (moments([20230301] * 3, pa.int64()), [PAID] * 3),
        (pa.nulls(3), ["C545"] * 3),
    ],
)
def test_dates(settle: Settle, column: pa.Array, found: list[str]) -> None:
    assert settled(settle, claims(enddate=column)) == dict(zip(("S1", "S2", "S3"), found, strict=True))


def test_a_time_zone_that_nobody_knows_is_refused(settle: Settle) -> None:
    pq.write_table(claims(enddate=moments([MARCH * 10**6] * 3, pa.timestamp("us", "Foo/Bar"))), "claims.parquet")
    with pytest.raises(Problems) as caught:
        settle("claims.parquet")
    assert [problem.code for problem in caught.value.problems] == ["C654"]


def test_texts_that_are_no_texts_are_refused(settle: Settle) -> None:
    bad = pa.Array.from_buffers(pa.string(), 3, pa.array([b"P1", b"\xff\xfe", "张".encode()], pa.binary()).buffers())
    pq.write_table(claims(psn_no=bad), "claims.parquet")
    with pytest.raises(Problems) as caught:
        settle("claims.parquet")
    assert [problem.code for problem in caught.value.problems] == ["C652"]
    assert not Path("out").exists()


def test_tables_in_pieces_and_slices(settle: Settle) -> None:
    whole = claims()
    pieces = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 2), whole.slice(0, 0)])
    assert pieces.column("psn_no").num_chunks == 3
    long = pa.concat_tables([claims(setl_id=["A", "B", "C"]), whole, claims(setl_id=["D", "E", "F"])])
    expected = settle_table("小县.pol", whole).settled
    assert settle_table("小县.pol", pieces).settled.equals(expected)
    assert settle_table("小县.pol", long.slice(3, 3)).settled.equals(expected)
    coded = pa.table([column.combine_chunks().dictionary_encode() for column in whole.columns], whole.column_names)
    assert settle_table("小县.pol", coded).settled.equals(expected)
    assert settle_table("小县.pol", whole.slice(0, 0)).settled.num_rows == 0


def test_a_damaged_file_is_refused_or_read_whole(settle: Settle) -> None:
    table = claims()
    pq.write_table(pa.concat_tables([table.set_column(1, "setl_id", pa.array([f"{n}{at}" for at in "abc"]))
                                     for n in range(50)]), "sound.parquet", row_group_size=30)  # fmt: skip
    sound = Path("sound.parquet").read_bytes()
    chance = random.Random(3)
    damaged = [sound[:-1], sound[: len(sound) // 2], b"PAR1", b"", b"psn_no\nP1\n"]
    for _ in range(25):
        data = bytearray(sound)
        for _ in range(chance.choice((1, 8))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        damaged.append(bytes(data))
    for number, data in enumerate(damaged):
        Path("claims.parquet").write_bytes(data)
        try:
            run = settle("claims.parquet", f"out{number}")
        except Problems:
            assert not Path(f"out{number}").exists()
        else:
            assert run.totals.read == 150


@pytest.mark.parametrize("told", [[True, False, True], [False, False, False], [True, None, False], [None, None, None]])
def test_yes_or_no_as_truth_values(tmp_path: Path, told: list[bool | None]) -> None:
    """A column of truth values says what 是 and 否 say; nothing is the default."""
    path = tmp_path / "referred.pol"
    path.write_text(
        "政策 转诊\n  施行自 2023-01-01\n\n口径\n  先行自付 不计入 基数\n  年度     按 出院日期\n\n"
        "事实 规范转诊 是否 缺省 假\n\n保障层 基本医保 支付方 基本医保统筹基金\n"
        "  基数     政策范围内费用\n  支付比例 70% 适用于 规范转诊, 50% 其他\n",
        encoding="utf-8",
    )
    of = {True: "是", False: "否", None: None}
    columns = pa.array(told, pa.bool_()), pa.array([of[one] for one in told], pa.string())
    yes, text = (settle_table(str(path), claims(规范转诊=column)).settled for column in columns)
    assert yes.equals(text)
    assert yes.column("基本医保").to_pylist() == [Decimal("700.00") if one else Decimal("500.00") for one in told]
