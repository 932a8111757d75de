"""Persons and claims made up for a policy: settled without a row refused, the same everywhere, shaped as it is said."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from polc import plan as p
from polc.batch.table import settle_table
from polc.boundaries import money_boundaries
from polc.claims.tables import read_claims, read_persons
from polc.load import standard_names
from polc.pipeline import Plans, compile_policy, delegates
from polc.population.report import report
from polc.synth import synth as module
from polc.synth.asked import Asked, asked
from polc.synth.encode import CsvSink, parquet_sink
from polc.synth.plans_of import plans_of
from polc.synth.synth import synth
from polc.synth.visits import Shares

EVERY_KIND = """\
政策 样样都有
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度     按 结算日期
  折算数额 不取整
身份 甲类 代码 "01" 包括 甲一、甲二
身份 乙类
事实 转院次数 数值
事实 住院日数 天数
事实 慢病 可多选 糖尿病、高血压、肾病
清单 肾类 = 肾病
事实 科室 文本
事实 救护车费 金额 缺省 0元
事实 发票金额 金额
事实 认定日 日期 属于参保人
承担方 救助金
保障层 医保 支付方 基本医保统筹基金
  当 医疗类别 是 普通住院 且 出院日期 ≥ 入院日期 且 (科室 是 "内科,一" 或 转院次数 超过 3 或 住院日数 超过 2日)
  基数 政策范围内费用
  起付线 300元 每次
  支付比例 50%
  封顶线 支付额 9万元 每年
  倾斜 甲类 或 乙类 或 慢病 属于 肾类 或 年龄 达到 60岁 或 出生日期 低于 认定日 或 医院等级 是 一级
    支付比例 + 5个百分点
  倾斜 救护车费 超过 0元 或 发票金额 超过 0元
    支付比例 + 1个百分点
  多项倾斜 依次叠加
"""


def asked_by(name: str, year: int | None = None) -> tuple[Asked, Plans, p.Plan]:
    compiled = compile_policy(name)
    plans = Plans(compiled)
    found, days = plans_of(plans, compiled.usable, year)
    return asked(found, days), plans, compiled.usable


def tables(wanted: Asked, claims: int, seed: int = 1, **shares: int) -> tuple[dict[str, pa.Table], int]:
    """The three tables whole, and how many claims are to be refused."""
    pieces = list(synth(wanted, claims, seed, Shares(**shares)))
    whole = {"claims": pa.concat_tables(piece.claims for piece in pieces)}
    whole["persons"] = pa.concat_tables(piece.persons for piece in pieces)
    found = [piece.identities for piece in pieces if piece.identities is not None]
    return whole | ({"identities": pa.concat_tables(found)} if found else {}), sum(piece.refused for piece in pieces)


def as_csv(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    sink = CsvSink(stream, table.schema)
    sink.write(table)
    sink.close()
    return stream.getvalue()


def settling() -> Iterator[str]:
    for name in standard_names():
        if not delegates(compile_policy(name, settling=None).program):
            yield name


def reported(name: str, claims: int, **shares: int) -> tuple[Any, int]:
    """The report over made-up tables, and how many rows were to be refused."""
    wanted, plans, plan = asked_by(name)
    made, refused = tables(wanted, claims, **shares)
    persons = read_persons(as_csv(made["persons"]), "persons.csv", plan)
    read = read_claims(as_csv(made["claims"]), "claims.csv", plan, plan_for=plans)
    return report(plans, persons, read, wanted.days[1]), refused


# ---------------------------------------------------------------- every policy settles them


@pytest.mark.parametrize("name", list(settling()))
def test_a_standard_policy_settles_every_row(name: str) -> None:
    result, _ = reported(name, 400, near=40_000)
    assert [refused.problems[0].message("en") for refused in result.refused] == []
    assert (result.claims == 400 and result.warnings == ()) or {w.code for w in result.warnings} == {"C541"}
    assert any(claim.left < claim.total for settlement in result.settlements for claim in settlement.claims)


@pytest.mark.parametrize("name", ["std/linxian-2023", "std/hunan-2015"])
def test_the_share_asked_for_is_refused_and_no_other_row(name: str) -> None:
    result, refused = reported(name, 500, refused=10_000)
    assert len(result.refused) == refused and 25 <= refused <= 75
    assert len({entry.problems[0].code for entry in result.refused}) == 3
    assert result.claims == 500 - refused


def test_every_kind_of_fact_is_given_and_read(tmp_path: Path) -> None:
    path = tmp_path / "policy.pol"
    path.write_text(EVERY_KIND, encoding="utf-8")
    result, _ = reported(str(path), 600)
    assert result.refused == () and result.claims == 600
    facts = [claim.claim.facts for settlement in result.settlements for claim in settlement.claims]
    assert all(fact["入院日期"] <= fact["出院日期"] <= fact["结算日期"] for fact in facts)
    assert {fact["科室"] for fact in facts} == {"内科,一", "其他"}
    assert len({fact["慢病"] for fact in facts}) == 7 and {fact["转院次数"] for fact in facts} > {2, 3, 4}
    assert {True, False} == {bool(fact["救护车费"]) for fact in facts}
    people = [person.facts for person in result.persons]
    day = datetime.timedelta(days=1)
    for person in people:
        born, age = person["出生日期"], person["年龄"]
        assert (datetime.date(2023, 1, 1) - born) / day // 365.25 in (age, age - 1)
    names = {held.name for person in result.persons for held in person.identities}
    assert {"甲类", "乙类"} < names <= {"甲类", "甲一", "甲二", "乙类"}


# ---------------------------------------------------------------- the same everywhere


def test_the_same_seed_gives_the_same_bytes_on_every_machine_and_for_every_version() -> None:
    wanted, _, _ = asked_by("std/hunan-2015", 2016)
    made, _ = tables(wanted, 1000, seed=7, near=10_000, refused=1_000)
    digests = {name: hashlib.sha256(as_csv(table)).hexdigest()[:16] for name, table in made.items()}
    # Other bytes than these are other data for everybody who named a seed: say so in the changelog.
    assert digests == {"claims": "2ca7d4d7bfbea896", "persons": "60b63a8e68a801fb", "identities": "26417af2a2e49c93"}


def test_another_seed_gives_other_data() -> None:
    wanted, _, _ = asked_by("std/hunan-2015")
    assert tables(wanted, 50, seed=1)[0]["claims"] != tables(wanted, 50, seed=2)[0]["claims"]
    assert tables(wanted, 50, seed=1)[0]["claims"] == tables(wanted, 50, seed=1)[0]["claims"]


def test_pieces_are_parts_of_one_population(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 64)
    wanted, _, _ = asked_by("std/linxian-2023")
    made, _ = tables(wanted, 1000)
    claims, persons = made["claims"].to_pydict(), made["persons"].to_pydict()
    assert claims["setl_id"] == [f"S{number:012}" for number in range(1, 1001)]
    assert list(dict.fromkeys(persons["psn_no"])) == [
        f"P{number:010}" for number in range(1, len(set(persons["psn_no"])) + 1)
    ]
    assert set(claims["psn_no"]) < set(persons["psn_no"])
    assert claims["psn_no"] == sorted(claims["psn_no"])


# ---------------------------------------------------------------- shaped as it is said


def test_the_shape_is_that_of_real_data() -> None:
    wanted, _, _ = asked_by("std/linxian-2023")
    made, _ = tables(wanted, 20_000)
    claims = made["claims"].to_pylist()
    for claim in claims:
        parts = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        assert claim["medfee_sumamt"] == sum(claim[part] for part in parts) > 0 <= min(claim[part] for part in parts)
    stays = sorted(claim["medfee_sumamt"] for claim in claims if claim["med_type"] == "21")
    visits = [claim["medfee_sumamt"] for claim in claims if claim["med_type"] == "11"]
    assert 6000 < median(stays) < 7000 and median(visits) < 300 and len(stays) > 2 * len(visits)
    assert 0.08 < sum(stays[-len(stays) // 100 :]) / sum(stays) < 0.25, "one stay in a hundred costs much of it all"
    days = [claim["enddate"] for claim in claims]
    assert wanted.days[0] <= min(days) and max(days) <= wanted.days[1]
    assert max(Counter(day.month for day in days).values()) < 1.3 * min(Counter(day.month for day in days).values())
    by_person = Counter(claim["psn_no"] for claim in claims)
    assert 1.5 < len(claims) / len(by_person) < 2.3 and max(by_person.values()) > 20
    for earlier, later in pairwise(claims):
        assert earlier["psn_no"] != later["psn_no"] or earlier["enddate"] <= later["enddate"]
    people = Counter(made["persons"].column("psn_no").to_pylist())
    held = Counter(made["identities"].column("psn_no").to_pylist())
    assert 0.15 < 1 - len(by_person) / len(people) < 0.19 < len(held) / len(people) < 0.21 and max(held.values()) == 2
    places = Counter(claim["就医地"] for claim in claims)
    assert places["县域内"] > places["市域内"] > places["省内"] > places["省外"] > 1000


def test_two_identities_of_a_person_follow_one_another() -> None:
    wanted, _, _ = asked_by("std/linxian-2023")
    rows = tables(wanted, 5000)[0]["identities"].to_pylist()
    pairs = [(a, b) for a, b in pairwise(rows) if a["psn_no"] == b["psn_no"]]
    assert len(pairs) > 30
    for first, then in pairs:
        assert first["endtime"] + datetime.timedelta(days=1) == then["begntime"] and then["endtime"] is None
        assert first["psn_idet_type"] != then["psn_idet_type"]


def test_amounts_lie_at_those_of_the_policy_where_that_is_asked() -> None:
    wanted, _, plan = asked_by("std/hunan-2015")
    edges = set(money_boundaries(plan))

    def near(share: int) -> float:
        claims = tables(wanted, 4000, near=share)[0]["claims"].to_pydict()
        fen = [int(amount * 100) for amount in claims["inscp_scp_amt"]]
        running: Counter[str] = Counter()
        hits = 0
        for person, amount in zip(claims["psn_no"], fen, strict=True):
            running[person] += amount
            hits += any({one - 1, one, one + 1} & edges for one in (amount, running[person]))
        return hits / len(fen)

    assert near(0) < 0.01 and 0.25 < near(50_000) < 0.55
    assert wanted.edges == tuple(sorted(edges))


# ---------------------------------------------------------------- files


def test_csv_and_parquet_hold_the_same_and_csv_quotes_what_it_must(tmp_path: Path) -> None:
    wanted, _, _ = asked_by("std/linxian-2023")
    table = tables(wanted, 300)[0]["persons"]
    with open(tmp_path / "persons.parquet", "wb") as stream:
        sink = parquet_sink(stream, table.schema)
        sink.write(table)
        sink.close()
    assert pq.read_table(tmp_path / "persons.parquet").equals(table)
    rows = list(csv.DictReader(io.StringIO(as_csv(table).decode())))
    assert [row["begntime"] for row in rows] == [str(day or "") for day in table.column("begntime").to_pylist()]
    odd = pa.table({'a,"b"': pa.array(['x"y', None, "1,2", "z\n"]), "n": pa.array([1, 2, None, 4])})
    assert as_csv(odd) == b'"a,""b""",n\n"x""y",1\n,2\n"1,2",\n"z\n",4\n'
    assert as_csv(odd.slice(0, 0)) == b'"a,""b""",n\n' and as_csv(odd.slice(1, 1)) == b'"a,""b""",n\n,2\n'


WITH_ITEMS = """\
政策 看明细
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度     按 出院日期
事实 进口 是否 缺省 假 属于明细
事实 用药日 日期 属于明细
先行自付 合计 (金额合计 × 30%) 逐条明细 其中 (项目类别 是 材料 且 单价 > 1000元) 从 政策范围内费用
先行自付 合计 (金额合计 × 10%) 逐条明细 其中 (进口 且 数量 > 2 且 用药日 ≥ 2023-01-01) 从 政策范围内费用
保障层 医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  支付比例 50%
"""


def test_a_policy_that_looks_at_items_gets_some_that_add_up(tmp_path: Path) -> None:
    path = tmp_path / "明细.pol"
    path.write_text(WITH_ITEMS, encoding="utf-8")
    compiled = compile_policy(str(path))
    plans, days = plans_of(Plans(compiled), compiled.usable, None)
    (piece,) = synth(asked(plans, days), 500, 3, Shares())
    assert piece.items is not None
    for item in piece.items.to_pylist():
        assert item["pric"] * item["cnt"] == item["det_item_fee_sumamt"]
    done = settle_table(str(path), piece.claims, items=piece.items)
    assert done.totals.settled == 500
    assert done.totals.items_settled == piece.items.num_rows > 1000
    plain = settle_table(str(path), piece.claims, items=piece.items, engine="interpreter")
    assert plain.settled.equals(done.settled)
    assert plain.totals.amounts["医保"] < done.totals.billed // 2
