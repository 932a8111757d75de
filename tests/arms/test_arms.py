"""The arms of plans, those that settled examples take, and claims that reach the others; hand-worked on small plans."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from polc.arms.arm import Key
from polc.arms.coverage import Coverage, cover, percent_text
from polc.arms.reach import reach
from polc.arms.taken import Taking
from polc.arms.wording import arm_text, example_text
from polc.examples.run import run_example
from polc.load import standard_names
from polc.pipeline import Plans, compile_policy, delegates

HEAD = """\
政策 小县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
身份 低保对象
身份 特困人员
"""
BASIC = """\
保障层 基本医保 支付方 基本医保统筹基金
  当 医疗类别 是 普通住院
  基数 政策范围内费用
  起付线 300元 每次
  分段 按起付线以上 分段累进
    不超过 10000元 60%
    超过 10000元 70%
  封顶线 支付额 20000元 每年
"""
CLAIM = """\
  一次就诊 {name}
    医疗类别 {visit}
    出院日期 2023-05-20
    医疗费总额 {amount}元
    政策范围内费用 {amount}元
"""


def example(name: str, *amounts: int, visit: str = "普通住院", identity: str = "") -> str:
    person = f"  参保人\n    身份 {identity}\n" if identity else ""
    claims = "".join(CLAIM.format(name=f"第{n}", visit=visit, amount=amount) for n, amount in enumerate(amounts, 1))
    return f"算例 {name}\n{person}{claims}"


def covered(folder: Path, *parts: str) -> Coverage:
    path = folder / "小县.pol"
    path.write_text("\n".join(parts), encoding="utf-8")
    return covered_by_examples(str(path))


def covered_by_examples(name: str) -> Coverage:
    compiled = compile_policy(name, settling=None)
    plans = Plans(compiled)
    results = [run_example(one, compiled.usable, plans) for one in compiled.program.examples]
    assert not [p.message("en") for result in results for p in result.problems if p.severity == "error"]
    settled = [result.settlement for result in results if result.settlement is not None]
    return cover(name, compiled.usable, settled, delegates(compiled.program), plans)


def ways(one: Coverage, kind: str) -> dict[str, bool]:
    """The ways of the arms of one kind, and whether an example takes them."""
    return {arm.key[3]: arm.key in one.taken for arm in one.arms if arm.key[1] == kind}


def holds_what_it_says(one: Coverage) -> Iterator[Key]:
    """Every claim given for an arm really takes it; the arms that none is given for."""
    taking = Taking()
    for arm in one.missed:
        reached = one.reached[arm.key]
        assert (reached.witness is None) == (reached.verdict != "reached")
        if reached.witness is None:
            yield arm.key
        else:
            assert arm.key in taking(reached.witness.settlement)


def test_arms_of_a_layer_and_what_one_example_takes(tmp_path: Path) -> None:
    # 20000 − 300 = 19700 lies in both bands and pays 10000 × 60% + 9700 × 70% = 12790, below the cap
    one = covered(tmp_path, HEAD, BASIC, example("一", 20000))
    assert ways(one, "guard") == {"holds": True, "fails": False}
    assert ways(one, "deductible") == {"used up": True, "open": False}
    assert ways(one, "band") == {"0 entered": True, "1 entered": True}
    assert ways(one, "cap") == {"binds": False, "free": True}
    assert len(one.arms) == 8 and len(one.taken) == 5
    assert list(holds_what_it_says(one)) == []


def test_edges_of_arms(tmp_path: Path) -> None:
    """At the deductible itself it is used up; at the edge of a band the next one is not entered; at the cap it does not
    bind: 10000 × 60% + 20000 × 70% = 20000."""
    at = covered(tmp_path, HEAD, BASIC, example("起付线上", 300), example("段边上", 10300), example("封顶线上", 30300))
    assert ways(at, "deductible") == {"used up": True, "open": False}
    assert ways(at, "cap") == {"binds": False, "free": True}
    beside = covered(tmp_path, HEAD, BASIC, example("一", 299), example("二", 10300), example("三", 30301))
    assert ways(beside, "deductible") == {"used up": True, "open": True}
    assert ways(beside, "cap") == {"binds": True, "free": True}
    low = covered(tmp_path, HEAD, BASIC, example("一", 10300))
    assert ways(low, "band") == {"0 entered": True, "1 entered": False}


def test_a_claim_given_for_an_arm_is_an_example_that_takes_it(tmp_path: Path) -> None:
    one = covered(tmp_path, HEAD, BASIC)
    assert one.taken == frozenset() and percent_text(len(one.taken), len(one.arms)) == "0.0%"
    assert list(holds_what_it_says(one)) == []
    witnesses = {id(r.witness): r.witness for r in one.reached.values() if r.witness is not None}
    texts = [example_text(witness, one.plan, f"例{n}") for n, witness in enumerate(witnesses.values())]
    again = covered(tmp_path, HEAD, BASIC, *texts)
    assert again.missed == ()


def test_tilts_and_a_removed_cap(tmp_path: Path) -> None:
    tilted = BASIC + "  倾斜 低保对象\n    起付线 × 50%\n    封顶线 取消\n"
    one = covered(tmp_path, HEAD, tilted, example("一", 20000))
    assert ways(one, "tilt") == {"applies": False, "not": True}
    assert ways(one, "cap") == {"binds": False, "free": True, "removed": False}
    assert list(holds_what_it_says(one)) == []
    both = covered(tmp_path, HEAD, tilted, example("一", 20000, identity="低保对象"))
    assert ways(both, "tilt") == {"applies": True, "not": False}
    assert ways(both, "cap")["removed"]


def test_an_arm_no_claim_reaches_is_a_finding(tmp_path: Path) -> None:
    """The base is at most 5000 yuan above the deductible of 300, so the second band is never entered."""
    capped = BASIC.replace("  起付线", "  封顶线 费用额 5300元 每次\n  起付线", 1)
    one = covered(tmp_path, HEAD, capped, example("一", 20000))
    verdicts = {arm.key[3]: one.reached[arm.key].verdict for arm in one.missed}
    assert verdicts["1 entered"] == "unreachable"
    assert verdicts["open"] == "reached"
    # 5000 × 60% = 3000 a claim: the seventh passes the cap of 20000 a year
    binds = next(one.reached[arm.key].witness for arm in one.missed if arm.key[3] == "binds")
    assert binds is not None and len(binds.claims) == 7


def test_a_year_s_cap_that_only_a_second_claim_reaches(tmp_path: Path) -> None:
    """At most 30000 a claim enters: 10000 × 60% + 19700 × 70% = 19790 of the year's 20000."""
    capped = BASIC.replace("  起付线", "  封顶线 费用额 30000元 每次\n  起付线", 1)
    one = covered(tmp_path, HEAD, capped, example("一", 20000))
    arm = next(arm for arm in one.missed if arm.key[1] == "cap")
    witness = one.reached[arm.key].witness
    assert witness is not None and len(witness.claims) == 2
    assert list(holds_what_it_says(one)) == []


def test_alternatives_of_highest_of(tmp_path: Path) -> None:
    layer = """\
保障层 医疗救助 支付方 医疗救助基金
  基数 余额 政策范围内费用
  支付比例 70% 适用于 低保对象, 60% 适用于 特困人员
"""
    text = f"{HEAD}\n就高 按人员类别 个人负担最少\n{layer}"
    both = "算例 一\n  参保人\n    身份 低保对象\n    身份 特困人员\n" + CLAIM.format(
        name="甲", visit="普通住院", amount=100
    )
    one = covered(tmp_path, text, both)
    assert ways(one, "identity") == {"低保对象": True, "特困人员": False}
    # 70% beats 60% whatever the cost, so the other never wins
    assert one.reached[("就高", "identity", "", "特困人员")].verdict == "unreachable"


def test_a_tie_wins_nothing(tmp_path: Path) -> None:
    """Nothing is paid on outpatient care whatever the identity, so that the first in the list is only first in it."""
    text = f"{HEAD}\n就高 按人员类别 个人负担最少\n{BASIC}  倾斜 低保对象\n    起付线 × 50%\n"
    both = "算例 一\n  参保人\n    身份 低保对象\n    身份 特困人员\n"
    one = covered(tmp_path, text, both + CLAIM.format(name="甲", visit="普通门诊", amount=1000))
    assert ways(one, "identity") == {"低保对象": False, "特困人员": False}
    assert {arm.key[3]: one.reached[arm.key].verdict for arm in one.missed if arm.key[1] == "identity"} == {
        "低保对象": "reached",
        "特困人员": "not_by_two",
    }
    two = covered(tmp_path, text, both + CLAIM.format(name="甲", visit="普通住院", amount=1000))
    assert ways(two, "identity") == {"低保对象": True, "特困人员": False}


def test_cases_of_terms(tmp_path: Path) -> None:
    layer = BASIC.replace("起付线 300元 每次", "起付线 200元 适用于 低保对象, 300元 其他 每次")
    one = covered(tmp_path, HEAD, layer, example("一", 20000))
    assert ways(one, "case") == {"0": False, "1": True}
    missed = next(arm for arm in one.missed if arm.key[1] == "case")
    assert "低保对象" in arm_text(missed, "zh")
    assert list(holds_what_it_says(one)) == []


@pytest.mark.parametrize("name", ["std/liaoning-2018-shenyang", "std/zhejiang-2017-hangzhou", "std/hunan-2015"])
def test_standard_policies(name: str) -> None:
    one = covered_by_examples(name)
    assert {arm.key for arm in one.arms} >= one.taken
    assert 0 < len(one.taken) < len(one.arms)
    open_ones = list(holds_what_it_says(one))
    # Whoever settles just as another identity does wins against none; what is not found is nothing else.
    assert {key[0] for key in open_ones} <= {"就高"}


@pytest.mark.parametrize("name", standard_names())
def test_every_arm_can_be_told_in_words(name: str) -> None:
    compiled = compile_policy(name, settling=None)
    arms = Taking().arms(compiled.usable).arms
    assert arms and len({arm.key for arm in arms}) == len(arms)
    for arm in arms:
        assert arm_text(arm, "zh") and arm_text(arm, "en") and arm.origin.place


def test_nothing_is_looked_for_where_nothing_is_missed(tmp_path: Path) -> None:
    one = covered(tmp_path, HEAD, BASIC)
    assert reach(Taking().arms(one.plan), []) == {}


def test_percentages_are_rounded_down() -> None:
    assert percent_text(999, 1000) == "99.9%" and percent_text(9999, 10000) == "99.9%"
    assert percent_text(0, 0) == "100.0%"


def test_what_hangs_on_days_dates_and_odd_bills_is_found(tmp_path: Path) -> None:
    """None of these is reached by a bill all in scope, on the first day, with the days of a stay left alone."""
    facts = "事实 床日 天数\n事实 认定日期 日期\n"
    days = """\
保障层 床日补助 支付方 基本医保统筹基金
  当 认定日期 < 2024-09-01
  当 月份(认定日期) 达到 7
  基数 政策范围内费用
  支付 80元 × 床日
  封顶线 支付额 5000元 每次
"""
    bill = """\
保障层 目录外 支付方 其他支出
  当 全自费费用 超过 60% × 医疗费总额
  当 出院日期 达到 2023-06-01
  基数 余额 政策范围内费用
  支付比例 10%
"""
    one = covered(tmp_path, HEAD.replace("身份 低保对象\n身份 特困人员\n", facts), days, bill)
    assert list(holds_what_it_says(one)) == []
    assert len(one.arms) == 10


def test_what_changes_on_a_day_is_looked_for_from_that_day_on(tmp_path: Path) -> None:
    """Until the end of 2023 nobody is tilted."""
    values = "参数 已倾斜\n  自 2023-01-01 至 2023-12-31  假\n  自 2024-01-01  真\n"
    tilted = BASIC + "  倾斜 低保对象 当 已倾斜\n    起付线 × 50%\n"
    one = covered(tmp_path, HEAD, values, tilted)
    arm = next(arm for arm in one.missed if arm.key[1:] == ("tilt", "0", "applies"))
    witness = one.reached[arm.key].witness
    assert witness is not None and witness.claims[0].date.year == 2024
    assert list(holds_what_it_says(one)) == []


def test_arms_that_no_claim_reaches_do_not_count(tmp_path: Path) -> None:
    capped = BASIC.replace("  起付线", "  封顶线 费用额 5300元 每次\n  起付线", 1)
    one = covered(tmp_path, HEAD, capped, example("一", 20000))
    idle = [arm for arm in one.missed if not one.reached[arm.key].counts]
    assert [arm.key[3] for arm in idle] == ["1 entered"]
    assert one.counted == len(one.arms) - 1
