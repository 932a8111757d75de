"""Tables in memory come to what the same tables in files come to."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import many, rows_of
from tests.batch.test_tables import text_table, typed

from pol_lang.problem import Problems
from polc.batch.table import settle_table
from polc.pipeline import Plans, compile_policy


@pytest.fixture(params=["native", "interpreter"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


def test_the_same_as_files(settle: Settle, engine: str) -> None:
    lines = many(4, 20, 150)
    lines[20:20] = [lines[3], lines[5].replace(",21,", ",x,")]
    table = typed(text_table(lines), pa.decimal128(18, 2), pa.date32())
    pq.write_table(table, "claims.parquet")
    run = settle("claims.parquet", line=True)
    done = settle_table("小县.pol", table, line=True, engine=engine)
    assert done.settled.schema.field("hifp_pay").type == pa.decimal128(18, 2)
    files = pq.read_table("out/settled")
    assert [{**row} for row in done.settled.to_pylist()] == files.to_pylist()
    assert done.totals.state() == run.totals.state()
    assert [(r["row"], r["refusal"]) for r in done.refused.to_pylist()] == [
        (r["row"], r["refusal"]) for r in rows_of("out/refused.csv")
    ]


def test_persons_and_identities_beside(settle: Settle) -> None:
    table = text_table(many(4, 3, 12)).drop_columns(["psn_idet_type"])
    held = pa.table({"psn_no": ["P000", "P001"], "psn_idet_type": ["A1", "A9"]})
    done = settle_table("小县.pol", table, identities=held)
    assert {r["refusal"] for r in done.refused.to_pylist()} == {"C557"}
    assert [r["refusal"] for r in done.refused_persons.to_pylist()] == ["C539"]
    done = settle_table("小县.pol", table, persons=held.slice(0, 1))
    assert {r["psn_no"] for r in done.settled.to_pylist()} == {"P000"}


def test_a_plan_holds_for_all_dates_or_as_given(settle: Settle) -> None:
    compiled = compile_policy("小县.pol")
    plans = Plans(compiled)
    table = text_table(["P1,A,,21,2024-03-01,1300,0,1300,0,0\n"])
    assert str(settle_table(compiled.usable, table).settled.column("hifp_pay")[0]) == "700.00"
    assert str(settle_table(compiled.usable, table, plans=plans).settled.column("hifp_pay")[0]) == "750.00"


def test_floats_are_refused(settle: Settle) -> None:
    table = text_table(many(4, 3, 2)).set_column(5, "medfee_sumamt", pa.array([0.1, 0.2]))
    with pytest.raises(Problems) as error:
        settle_table("小县.pol", table)
    assert [p.code for p in error.value.problems] == ["C653"]


def test_no_rows(settle: Settle) -> None:
    done = settle_table("小县.pol", text_table(many(4, 3, 2)).slice(0, 0))
    assert (done.settled.num_rows, done.totals.read) == (0, 0)
