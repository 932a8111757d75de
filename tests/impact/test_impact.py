"""Two policies over the same claims: sums worked out by hand, alerts and targets as the report has them."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from polc.batch.options import Options
from polc.claims.persons import holds_on
from polc.claims.tables import read_claims, read_persons
from polc.cli import run
from polc.impact.in_force import AsIfInForce
from polc.impact.measure import measure
from polc.load import standard_names
from polc.pipeline import Plans, compile_policy, delegates
from polc.population.report import report
from polc.synth.asked import asked
from polc.synth.encode import CsvSink
from polc.synth.plans_of import plans_of
from polc.synth.synth import synth
from polc.synth.visits import Shares

# 60 % above 10,000 yuan in a year, at most 30,000; an alert above 20,000 borne in a year; a target for the share.
POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
身份 低保对象
身份 重残人员
参数 门槛 = 10000元
保障层 大病保险 支付方 居民大病保险资金
  基数 政策范围内费用 每年 全部就诊
  起付线 门槛 每年 按累计费用
  支付比例 60%
  封顶线 支付额 3万元 每年
累计 全年自付 = 个人 每年
预警 自付过高
  监测 全年自付
  超过 20000元
目标 报销水平 不低于 30%
  比值 大病保险 比 政策范围内费用
"""
HEAD = (
    "psn_no,psn_idet_type,setl_id,enddate,medfee_sumamt,inscp_scp_amt,fulamt_ownpay_amt,preselfpay_amt,overlmt_selfpay"
)
# Old: A (20000-10000)×60% = 6000, then 5000×60% = 3000; B nothing; D (100000-10000)×60%, at most 30000.
# New (threshold 8000, at most 29000): A 7200 and 3000; B 600; D 29000.
CLAIMS = f"""{HEAD}
A,低保对象,a1,2023-03-01,20000,20000,0,0,0
A,低保对象、重残人员,a2,2023-05-01,5000,5000,0,0,0
B,,b1,2023-03-02,9000,9000,0,0,0
D,重残人员,d1,2023-03-04,100000,100000,0,0,0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    (tmp_path / "旧.pol").write_text(POLICY, encoding="utf-8")
    changed = POLICY.replace("10000元", "8000元").replace("3万元", "2.9万元").replace("自付过高", "自付太高")
    (tmp_path / "新.pol").write_text(changed, encoding="utf-8")
    (tmp_path / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    return tmp_path


def found(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    assert run(["impact", "旧.pol", "新.pol", "claims.csv", "--format", "json", *more]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return json.loads(told.out)


def test_sums_are_those_worked_out_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    got = found(capsys, "--above", "1.5万元")
    assert got["schema"] == "pol.impact/v1"
    assert got["cost"] == {"read": "134000.00", "settled": "134000.00", "cancelled": "0.00", "left_out": "0.00"}
    payers = {line["bearer"]: (line["old"], line["new"], line["change"]) for line in got["payers"]}
    assert payers["hifmi_pay"] == ("39000.00", "39800.00", "800.00")
    assert payers["psn_part_amt"] == ("95000.00", "94200.00", "-800.00")
    groups = {
        group["identity"]: (
            group["cost"],
            *[(x["old"], x["new"]) for x in group["payers"] if x["bearer"] == "hifmi_pay"],
        )
        for group in got["identities"]
    }
    assert groups == {
        "低保对象": ("25000.00", ("9000.00", "10200.00")),
        "重残人员": ("125000.00", ("39000.00", "39200.00")),
        None: ("9000.00", ("0.00", "600.00")),
    }
    # A bears 16000, then 14800; B 9000, 8400; D 70000, 71000.
    assert got["alerts"] == [
        {"alert": None, "above": "15000.00", "old": 2, "new": 1, "newly": 0, "no_longer": 1},
        {"alert": "自付太高", "above": None, "old": None, "new": 1, "newly": 1, "no_longer": 0},
        {"alert": "自付过高", "above": None, "old": 1, "new": None, "newly": 0, "no_longer": 1},
    ]
    (target,) = got["targets"]
    # 39000 / 134000 and 39800 / 134000, both below 30 %.
    assert (target["old"]["value"], target["old"]["met"]) == ("39/134", False)
    assert (target["new"]["value"], target["new"]["met"]) == ("199/670", False)
    assert got["deciles"] == [], "fewer persons than tenths"


def test_the_comparison_of_policies_says_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = found(capsys)
    assert run(["diff", "旧.pol", "新.pol", "--claims", "claims.csv", "--format", "json", "--no-money"]) == 1
    within = json.loads(capsys.readouterr().out)["population"]
    assert {key: alone[key] for key in within} == within


@pytest.mark.parametrize(
    "name", [n for n in standard_names() if not delegates(compile_policy(n, settling=None).program)]
)
def test_alerts_and_targets_are_those_of_the_report(name: str, tmp_path: Path) -> None:
    plans = Plans(compile_policy(name))
    held, days = plans_of(plans, compile_policy(name).usable, None)
    plan = held[-1]
    (made,) = synth(asked(held, days), 300, 3, Shares(near=30_000))

    def csv(table: Any) -> bytes:
        stream = io.BytesIO()
        CsvSink(stream, table.schema).write(table)
        return stream.getvalue()

    claims, persons = csv(made.claims), csv(made.persons)
    (tmp_path / "c.csv").write_bytes(claims)
    (tmp_path / "p.csv").write_bytes(persons)
    policies = AsIfInForce(compile_policy(name), plan.as_of), AsIfInForce(compile_policy(name), plan.as_of)
    got = measure(*policies, str(tmp_path / "c.csv"), Options(persons=str(tmp_path / "p.csv"), part_rows=64))
    day = max(row["enddate"] for row in made.claims.select(["enddate"]).to_pylist())
    told = report(lambda _: plan, read_persons(persons, "p", plan), read_claims(claims, "c", plan), day)
    assert got.rows.settled == told.claims == 300 and not got.refused
    assert sum(line.new for line in got.payers) == told.cost and got.borne == (told.borne, told.borne)
    raised: dict[str, set[str]] = defaultdict(set)
    for line in told.alerts:
        raised[line.alert].add(line.person)
    assert {x.name: x.old for x in got.alerts} == {alert.name: len(raised[alert.name]) for alert in plan.alerts}
    assert all(line.old == line.new and not line.newly and not line.no_longer for line in got.alerts)
    assert [(x.name, x.new.wanted, x.new.value, x.new.met) for x in got.targets if x.new] == [
        (target.name, target.wanted, target.value, target.met) for target in told.targets
    ]
    assert got.all.stay == got.all.persons == sum(line.tally.persons for line in got.deciles)
    costs: Counter[str | None] = Counter()
    for settlement in told.settlements:
        days = [claim.claim.date for claim in settlement.claims]
        names = {held.name for held in settlement.person.identities if any(holds_on(held, day) for day in days)}
        for identity in names or [None]:
            costs[identity] += sum(claim.claim.parts["total"] for claim in settlement.claims)
    assert {group.identity: group.cost for group in got.groups} == {name: cost for name, cost in costs.items() if cost}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_format_tells_it_and_nothing_is_markup(
    folder: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    (folder / "claims.csv").write_text(CLAIMS.replace("\nB,", "\n<b>|B,"), encoding="utf-8")
    for form in ("text", "md", "html"):
        assert run(["impact", "旧.pol", "新.pol", "claims.csv", "--format", form, "--lang", lang]) == 0
        told = capsys.readouterr().out
        assert all(amount in told for amount in ("134,000.00", "39,800.00", "29.7%", "自付太高"))
        assert ("<b>|B" in told) == (form == "text")
    tags = _Tags()
    tags.feed(told)
    assert not tags.open and tags.seen["script"] == tags.seen["b"] == 0 and tags.seen["figure"] == 3


def test_what_cannot_be_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["impact", "旧.pol", "新.pol", "claims.csv", "--above", "viel"]) == 2
    assert "--above viel" in capsys.readouterr().err
    (folder / "开.pol").write_text(POLICY.replace("门槛 = 10000元", "门槛 由地方规定 金额"), encoding="utf-8")
    assert run(["impact", "旧.pol", "开.pol", "claims.csv"]) == 1
    assert "门槛" in capsys.readouterr().err
    (folder / "claims.csv").write_text(CLAIMS.replace("20000,20000", "20000,19999"), encoding="utf-8")
    assert run(["impact", "旧.pol", "新.pol", "claims.csv", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "2 claims of 2 persons" in told and "Rows left out (2)" in told and "old: C536 1, C656 1" in told
