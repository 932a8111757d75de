"""Tables of cost items: settled as single claims with the same items are; what does not fit together is refused."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from tests.batch.test_work import contents

from pol_lang.problem import Problems
from polc.batch.explain_row import read_run, row_settlement
from polc.batch.mapping import Renaming
from polc.batch.options import Options, Run
from polc.batch.policies import single
from polc.batch.run import settle_files
from polc.batch.table import settle_table
from polc.claims.read_case import read_case
from polc.pipeline import Plans, compile_policy
from polc.settle import settle

POLICY = """\
policy Items2023
  in force from 2023-01-01

readings
  copay outside base
  year  by 出院日期

fact 医用材料 yes or no default no of item
fact 产地     text             of item

parameter 材料自付 by 单价
  up to 1000元                10%
  above 1000元 up to 10000元  30%
  above 10000元               50%

identity 低保对象 code "A1"

copay sum of (材料自付 × 金额合计) over items where (项目类别 is 材料) from eligible_cost
copay sum of (金额合计 × 5%) over items where (医用材料 and 数量 > 2 and 产地 is 进口) from eligible_cost

layer basic paid by 基本医保统筹基金
  base       eligible_cost
  deductible 300元 per admission
  rate       70%
  cap        payment 5万元 per year

layer assistance paid by 医疗救助基金
  when 低保对象
  base remaining eligible_cost
  rate 50%
  cap  payment 3000元 per year
"""
CLAIMS = ["psn_no", "setl_id", "psn_idet_type", "enddate", "medfee_sumamt", "inscp_scp_amt"]
ITEMS = ["setl_id", "feedetl_sn", "med_chrgitm_type", "pric", "cnt", "det_item_fee_sumamt", "医用材料", "产地"]
Settle = Callable[..., Run]


@pytest.fixture(params=["native", "interpreter"])
def settle_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Settle:
    """Settles tables (lists of rows, or paths) into the folder `out`."""
    monkeypatch.chdir(tmp_path)
    Path("items.pol").write_text(POLICY, encoding="utf-8")
    compiled = compile_policy("items.pol")
    policies = single("items.pol", compiled.usable, Plans(compiled))

    def call(claims: Any, details: Any, out: str = "out", **options: Any) -> Run:
        for name, header, table in (("claims.csv", CLAIMS, claims), ("details.csv", ITEMS, details)):
            if isinstance(table, list):
                write(Path(name), header, table)
        options = {
            "engine": request.param,
            "lang": "en",
            "items": details if isinstance(details, str) else "details.csv",
        } | options
        return settle_files(policies, claims if isinstance(claims, str) else "claims.csv", out, Options(**options))

    return call


def write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def read(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def drawn(seed: int, claims: int) -> tuple[list[list[object]], list[list[object]]]:
    """Claims of a few persons in any order, and their items in any order."""
    random = Random(seed)
    rows: list[list[object]] = []
    items: list[list[object]] = []
    for number in range(claims):
        name, total = f"S{number}", 0
        for item in range(random.choice((1, 2, 5, 30))):
            price = random.choice(
                (99_999, 100_000, 100_001, 999_999, 1_000_000, 1_000_001, random.randrange(2_000_000))
            )
            count = random.randint(1, 4)
            total += price * count
            kind, made = random.choice(("材料", "药品", "检查")), random.choice(("进口", "国产"))
            items.append(
                [name, item, kind, yuan(price), count, yuan(price * count), random.choice(("是", "否", "")), made]
            )
        day = f"2023-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        rows.append([f"P{random.randint(1, 9)}", name, random.choice(("A1", "")), day, yuan(total), yuan(total)])
    random.shuffle(rows)
    random.shuffle(items)
    return rows, items


def by_single(rows: list[list[object]], items: list[list[object]]) -> dict[str, dict[str, int] | list[str]]:
    """What every claim comes to when its person is settled from a file of one person's claims; or the codes that stop
    it, which nothing is settled after."""
    compiled = compile_policy("items.pol")
    found: dict[str, dict[str, int] | list[str]] = {}
    for person in sorted({str(row[0]) for row in rows}):
        mine = sorted((row for row in rows if row[0] == person), key=lambda row: str(row[3]))
        state = None
        for row in mine:
            cells = [dict(zip(ITEMS[2:], item[2:], strict=True)) for item in items if item[0] == row[1]]
            claim = {
                "setl_id": row[1], "enddate": row[3], "medfee_sumamt": row[4], "inscp_scp_amt": row[5],
                "items": [{key: cell for key, cell in item.items() if cell != ""} for item in cells],
            }  # fmt: skip
            told = {"person": {"psn_no": person, "identities": ["低保对象"] if row[2] else []}, "claims": [claim]}
            case = read_case(json.dumps(told, ensure_ascii=False).encode(), "case.json", compiled.usable)
            try:
                done = settle(Plans(compiled), case.person, case.claims, state or case.state)
            except Problems as error:
                found[str(row[1])] = [problem.code for problem in error.problems]
                break
            state = done.state
            (settled,) = done.claims
            found[str(row[1])] = {layer.name: layer.paid for layer in settled.layers}
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_batch_settles_items_as_a_single_claim_does(seed: int, settle_items: Settle) -> None:
    rows, items = drawn(seed, 60)
    settle_items(rows, items, part_rows=16)
    expected = by_single(rows, items)
    settled = {row["setl_id"]: row for row in read("out/settled.csv")}
    refused = {row["setl_id"]: row["refusal"] for row in read("out/refused.csv")}
    assert len(settled) + len(refused) == len(rows)
    assert any(isinstance(found, dict) and found["basic"] for found in expected.values())
    for name, found in expected.items():
        if isinstance(found, list):
            assert refused[name] == found[0]
        else:
            row = settled[name]
            assert {layer: row[layer] for layer in ("basic", "assistance")} == {
                layer: yuan(found[layer]) for layer in ("basic", "assistance")
            }


def test_rows_may_be_cut_into_parts_anywhere(settle_items: Settle) -> None:
    rows, items = drawn(7, 80)
    settle_items(rows, items, "one")
    settle_items(rows, items, "many", part_rows=5)
    one, many = contents(Path("one")), contents(Path("many"))
    assert {name: data for name, data in one.items() if name != "manifest.json"} == {
        name: data for name, data in many.items() if name != "manifest.json"
    }


def test_machine_code_settles_what_has_items(settle_items: Settle, request: pytest.FixtureRequest) -> None:
    rows = [["P1", "A", "", "2023-05-01", "3000.00", "3000.00"]]
    items = [["A", 1, "材料", "2000", 1, "2000.00", "", "国产"], ["A", 2, "药品", "10", 100, "1000.00", "", "国产"]]
    run = settle_items(rows, items)
    assert run.reasons == ()
    assert run.totals.interpreted == 0
    (row,) = read("out/settled.csv")
    # first self-paid 2000 × 30% = 600; (3000 - 600 - 300) × 70% = 1470
    assert row["basic"] == "1470.00"


def refusals(claims: list[list[object]], items: list[list[object]], settle_items: Settle) -> tuple[Any, Any]:
    run = settle_items(claims, items)
    run.totals.check()
    rows = {row["setl_id"]: row["refusal"] for row in read("out/refused.csv")}
    lines = {(row["row"], row["refusal"]) for row in read("out/refused-items.csv")}
    told = json.loads(Path("out/totals.json").read_text(encoding="utf-8"))
    assert told["rows"]["refused"] == len(read("out/refused.csv"))
    assert told["items"]["read"] == len(items) == told["items"]["settled"] + len(read("out/refused-items.csv"))
    return rows, lines


A = ["P1", "A", "", "2023-05-01", "100.00", "100.00"]
B = ["P2", "B", "", "2023-05-01", "100.00", "100.00"]
ITEM_A = ["A", 1, "药品", "100", 1, "100.00", "", "国产"]
ITEM_B = ["B", 1, "药品", "100", 1, "100.00", "", "国产"]


@pytest.mark.parametrize(
    ("items", "rows", "lines"),
    [
        ([ITEM_A, ITEM_B], {}, set()),
        ([ITEM_A], {"B": "C677"}, set()),
        ([ITEM_A, ITEM_B, ["X", 1, "药品", "1", 1, "1.00", "", ""]], {}, {("4", "C682")}),
        ([ITEM_A, ITEM_B, ["", 1, "药品", "1", 1, "1.00", "", ""]], {}, {("4", "C682")}),
        ([ITEM_A, ITEM_B, ["A", 2, "药品", "1", 1, "0.01", "", ""]], {"A": "C678"}, {("2", "C683"), ("4", "C683")}),
        ([ITEM_A, ITEM_B, ITEM_A], {}, {("4", "C680")}),
        ([ITEM_A, ITEM_B, ["A", 1, "药品", "1", 1, "0.00", "", ""]], {"A": "C679"}, {("2", "C683"), ("4", "C680")}),
        ([ITEM_A, ["B", 1, "药品", "x", 1, "100.00", "", ""]], {"B": "C679"}, {("3", "C531")}),
        ([ITEM_A, ["B", 1, "药品", "1", 1, "-100.00", "", ""]], {"B": "C679"}, {("3", "C533")}),
        ([ITEM_A, ["B", 1, "药品", "1", 1, "100.001", "", ""]], {"B": "C679"}, {("3", "C535")}),
        ([ITEM_A, ["B", 1, "药品", "1", 1, "NaN", "", ""]], {"B": "C679"}, {("3", "C531")}),
        ([ITEM_A, ["B", 1, "a\u200bb", "1", 1, "100", "", ""]], {"B": "C679"}, {("3", "C525")}),
    ],
)
def test_what_does_not_fit_together_is_refused(
    items: list[list[object]], rows: dict[str, str], lines: set[tuple[str, str]], settle_items: Settle
) -> None:
    assert refusals([A, B], items, settle_items) == (rows, lines)


def test_a_refused_claim_takes_its_items_with_it(settle_items: Settle) -> None:
    wrong = ["P1", "A", "", "2023-05-01", "100.00", "99.00"]
    wrong_items = [ITEM_A, ITEM_B]
    rows, lines = refusals([[*wrong[:5], "200.00"], B], wrong_items, settle_items)
    assert rows == {"A": "C536"}
    assert lines == {("2", "C683")}


def test_equal_items_without_numbers_are_two(settle_items: Settle) -> None:
    rows, lines = refusals(
        [["P1", "A", "", "2023-05-01", "200.00", "200.00"]],
        [["A", "", *ITEM_A[2:]], ["A", "", *ITEM_A[2:]]], settle_items,
    )  # fmt: skip
    assert (rows, lines) == ({}, set())


def test_items_of_a_claim_sent_twice_go_with_the_first(settle_items: Settle) -> None:
    rows, lines = refusals([A, A, ["P1", "C", "", "2023-06-01", "0", "0"]], [ITEM_A], settle_items)
    assert (rows, lines) == ({"A": "C547"}, set())
    assert [row["setl_id"] for row in read("out/settled.csv")] == ["A", "C"]


def test_ragged_rows_of_items_are_refused_and_counted(settle_items: Settle) -> None:
    write(Path("claims.csv"), CLAIMS, [A, B])
    Path("ragged.csv").write_text(
        ",".join(ITEMS) + "\nA,1,药品,100,1,100.00,,国产\nB,1,药品,100,1,100.00,\n", encoding="utf-8"
    )
    run = settle_items("claims.csv", "ragged.csv")
    run.totals.check()
    assert {row["setl_id"]: row["refusal"] for row in read("out/refused.csv")} == {"B": "C677"}
    assert [(row["row"], row["refusal"], row["setl_id"]) for row in read("out/refused-items.csv")] == [
        ("3", "C553", "B")
    ]
    assert run.totals.items_read == 2


def test_other_parts_of_the_cost_are_compared_where_items_have_them(settle_items: Settle) -> None:
    header = ["psn_no", "setl_id", "enddate", "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt",
              "inscp_scp_amt"]  # fmt: skip
    write(
        Path("c.csv"),
        header,
        [["P1", "A", "2023-05-01", 100, 30, 0, 0, 70], ["P2", "B", "2023-05-01", 100, 30, 0, 0, 70]],
    )
    write(
        Path("i.csv"), ["setl_id", "det_item_fee_sumamt", "fulamt_ownpay_amt", "init_feedetl_sn", "项目类别"],
        [["A", 70, 0, "", "药"], ["A", 30, 30, "", "药"], ["B", 70, 0, "", "药"], ["B", 30, 20, "", "药"]],
    )  # fmt: skip
    settle_items("c.csv", "i.csv")
    (refused,) = read("out/refused.csv")
    assert refused["setl_id"] == "B"
    assert "20.00" in refused["reason"]
    assert "30.00" in refused["reason"]


def test_items_join_by_the_visit_where_there_is_no_settlement(settle_items: Settle) -> None:
    write(Path("c.csv"), ["psn_no", "mdtrt_id", "setl_id", "enddate", "medfee_sumamt", "inscp_scp_amt"], [
        ["P1", "M1", "A", "2023-05-01", 100, 100],
        ["P2", "M2", "B", "2023-05-01", 60, 60], ["P2", "M2", "C", "2023-05-02", 40, 40],
    ])  # fmt: skip
    write(
        Path("i.csv"),
        ["mdtrt_id", "det_item_fee_sumamt", "项目类别"],
        [["M1", 100, "药"], ["M2", 60, "药"], ["M2", 40, "药"]],
    )
    settle_items("c.csv", "i.csv")
    assert [row["setl_id"] for row in read("out/settled.csv")] == ["A"]
    assert {row["setl_id"]: row["refusal"] for row in read("out/refused.csv")} == {"B": "C684", "C": "C684"}


def test_items_of_another_person_are_refused(settle_items: Settle) -> None:
    write(Path("c.csv"), CLAIMS, [A, B])
    write(
        Path("i.csv"), ["setl_id", "psn_no", "det_item_fee_sumamt", "项目类别"],
        [["A", "P1", 100, "药"], ["B", "P1", 50, "药"], ["B", "P2", 50, "药"]],
    )  # fmt: skip
    settle_items("c.csv", "i.csv")
    assert [(row["row"], row["refusal"]) for row in read("out/refused-items.csv")] == [("3", "C685"), ("4", "C683")]


def test_a_table_that_cannot_be_joined_is_refused(settle_items: Settle) -> None:
    write(Path("c.csv"), CLAIMS, [A])
    write(Path("i.csv"), ["mdtrt_id", "det_item_fee_sumamt"], [["A", 100]])
    with pytest.raises(Problems) as caught:
        settle_items("c.csv", "i.csv")
    assert [problem.code for problem in caught.value.problems] == ["C552"]
    assert not Path("out").exists()


def test_a_policy_that_looks_at_items_asks_for_them(settle_items: Settle) -> None:
    run = settle_items([A], [], items=None)
    assert "C676" in [problem.code for problem in run.warnings]


def test_parquet_folders_and_a_mapping(settle_items: Settle) -> None:
    rows, items = drawn(3, 50)
    settle_items(rows, items, "csv")
    write(Path("claims.csv"), CLAIMS, rows)
    write(Path("details.csv"), ITEMS, items)
    table = pacsv.read_csv("details.csv", convert_options=pacsv.ConvertOptions(
        column_types={name: pa.string() for name in ITEMS}, strings_can_be_null=True,
    ))  # fmt: skip
    table = table.set_column(5, "JE", table.column(5).cast(pa.decimal128(18, 2)))
    table = table.set_column(2, "med_chrgitm_type", pa.array(
        ["08" if kind == "材料" else kind for kind in table.column(2).to_pylist()]))  # fmt: skip
    Path("folder").mkdir()
    for part, start in enumerate(range(0, table.num_rows, 100)):
        pq.write_table(table.slice(start, 100), f"folder/{part}.parquet")
    renaming = Renaming({"JE": "det_item_fee_sumamt"}, {"med_chrgitm_type": {"08": "材料"}})
    settle_items("claims.csv", "folder", "parquet", renaming=renaming)
    assert contents(Path("csv"))["settled.csv"] == contents(Path("parquet"))["settled.csv"]


def test_items_in_memory(settle_items: Settle) -> None:
    rows, items = drawn(5, 40)
    settle_items(rows, items)
    tables = [
        pa.table({name: pa.array([str(row[at]) for row in table]) for at, name in enumerate(header)})
        for header, table in ((CLAIMS, rows), (ITEMS, items))
    ]
    done = settle_table("items.pol", tables[0], items=tables[1])
    mine = [str(amount) for amount in done.settled.column("basic").to_pylist()]
    assert mine == [row["basic"] for row in read("out/settled.csv")]
    assert done.refused_items.num_rows == len(read("out/refused-items.csv"))


def test_a_row_with_items_is_explained(settle_items: Settle) -> None:
    rows, items = drawn(2, 60)
    settle_items(rows, items)
    compiled = compile_policy("items.pol")
    policies = single("items.pol", compiled.usable, Plans(compiled))
    for row in read("out/settled.csv")[:5]:
        (claim,) = row_settlement(read_run("out"), policies, row["setl_id"], "en").claims
        assert [yuan(layer.paid) for layer in claim.layers] == [row["basic"], row["assistance"]]


def test_months_with_items_come_to_the_year(settle_items: Settle) -> None:
    rows, items = drawn(11, 80)
    settle_items(rows, items, "year")
    known = [row["setl_id"] for row in read("year/settled.csv")]
    rows = [row for row in rows if row[1] in known]
    items = [item for item in items if item[0] in known]
    settle_items(rows, items, "whole")
    late = [row for at, row in enumerate(rows) if at % 5 == 0]
    state: dict[str, Any] = {}
    paid: dict[str, dict[str, str]] = {}
    for half, chosen in enumerate(([row for row in rows if row not in late], late)):
        names = {row[1] for row in chosen}
        settle_items(chosen, [item for item in items if item[0] in names], f"half{half}", state_out=True, **state)
        state = {"state_in": f"half{half}"}
        paid |= {row["setl_id"]: row for row in read(f"half{half}/settled.csv")}
        assert read(f"half{half}/refused-items.csv") == []
    for change in read("half1/changes.csv"):
        paid[change["setl_id"]][change["column"]] = change["after"]
    assert {row["setl_id"]: row["basic"] for row in read("whole/settled.csv")} == {
        name: row["basic"] for name, row in paid.items()
    }


def test_a_reversal_takes_its_items_back(settle_items: Settle) -> None:
    write(Path("c.csv"), [*CLAIMS, "init_setl_id"], [
        ["P1", "A", "", "2023-05-01", "100.00", "100.00", ""],
        ["P1", "R", "", "2023-05-01", "-100.00", "-100.00", "A"],
        ["P2", "B", "", "2023-05-01", "100.00", "100.00", ""],
        ["P2", "B", "", "2023-05-01", "-100.00", "-100.00", ""],
    ])  # fmt: skip
    write(Path("i.csv"), ["setl_id", "det_item_fee_sumamt"], [["A", 100], ["R", -100], ["B", 100], ["B", -100]])
    run = settle_items("c.csv", "i.csv")
    assert [row["status"] for row in read("out/settled.csv")] == ["reversed", "reversal"] * 2
    assert run.totals.items_settled == 4


def test_a_reversal_is_not_refused_for_its_items(settle_items: Settle) -> None:
    write(Path("c.csv"), [*CLAIMS, "init_setl_id"], [
        ["P1", "A", "", "2023-05-01", "100.00", "100.00", ""],
        ["P1", "R", "", "2023-05-01", "-100.00", "-100.00", "A"],
    ])  # fmt: skip
    write(
        Path("i.csv"), ["setl_id", "psn_no", "feedetl_sn", "det_item_fee_sumamt"],
        [["A", "P1", 1, 100], ["R", "P2", 2, -60], ["R", "P1", 2, -40], ["R", "P1", 3, "x"], ["R", "P2", 2, -60]],
    )  # fmt: skip
    run = settle_items("c.csv", "i.csv")
    assert [row["status"] for row in read("out/settled.csv")] == ["reversed", "reversal"]
    assert run.totals.refused == 0
    assert {row["row"]: row["refusal"] for row in read("out/refused-items.csv")} == {
        "3": "C685",
        "4": "C680",
        "6": "C685",
    }


def test_on_a_cluster_items_name_their_person(settle_items: Settle) -> None:
    with pytest.raises(Problems) as caught:
        settle_items([A], [ITEM_A], engine="spark")
    assert [(problem.code, problem.column) for problem in caught.value.problems] == [("C552", "psn_no")]  # type: ignore[attr-defined]
