"""Examples may also expect enrolment, subsidies, routes, payments due, alerts, cuts and tallies."""

from pathlib import Path

import pytest
from tests.cli.conftest import Polc

POLICY = """\
政策 周边2019
  施行自 2019-01-01

口径
  先行自付 不计入 基数
  年度 按 出院日期

身份 贫困 代码 "1"
身份 普通户
承担方 县财政 字段 county
承担方 省财政 字段 province

事实 认定日期 日期 属于参保人
事实 申报日期 日期
事实 申报金额 金额
事实 联网 是否 缺省 真

就高 按人员类别 个人负担最少

控费 目录外控费
  当 贫困
  不高于 20% × 医疗费总额
  超出部分 由 医疗机构

保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 1000元 每次
  分段 按起付线以上 分段累进
    不超过 10000元 60%
    超过 10000元 70%
  封顶线 支付额 20000元 每年

累计 年度自付 = 个人 每年

预警 高额
  监测 年度自付
  超过 10000元
  推送 "民政"

参保资助 资助
  适用于 贫困
  个人缴费 250元
  支付 120元
  支付方 省财政 2、县财政 1

参保认定 动态参保
  适用于 贫困
  当 月份(认定日期) ≤ 8
    参保年度 当年
    资助年度 次年
    生效日 认定日期
  其他
    参保年度 次年

结算流程 联网结算
  当 联网
  垫付 基本医保 由 医疗机构
  住院押金 取消
  出院收取 个人
  应付 首付款 70% 期限 10个工作日 后于 申报日期
  应付 尾款 余款 期限 15个工作日 后于 首付款

算例 一
"""

CLAIM = """\
  参保人
    身份 贫困
  一次就诊 甲
    出院日期 2019-05-20
    申报日期 2019-05-21
    医疗费总额 60000元
    全自费费用 15000元
    超限价自费费用 0元
    先行自付费用 0元
    政策范围内费用 45000元
"""
# Outside the catalogue 15000 > 20% of 60000 = 12000: 3000 on the hospital. (45000-1000): 10000×60% + 34000×70% = 29800,
# capped at 20000, 9800 forgone; left 60000-3000-20000 = 37000.

PERSON = """\
  参保人
    身份 贫困
    认定日期 2019-06-03
"""

ARRIVAL = """\
  一次申报 乙
    申报日期 2019-09-27
    申报金额 1000元
"""
# Ten working days after Friday 27 September 2019: 29 September is a working Sunday, 1 to 7 October are holidays, 12
# October is a working Saturday; so 29 and 30 September, 8 to 12 October (5), 14 to 16 (3) make ten: 16 October. Fifteen
# after that: 17, 18, 21 to 25, 28 to 31 October, 1 November, 4 to 6 November: 6 November.


def run(polc: Polc, given: str, expected: str) -> tuple[int, str]:
    Path("周边.pol").write_text(f"{POLICY}{given}  应得\n    {expected}\n", encoding="utf-8")
    ran = polc("test", "周边.pol")
    return ran.code, ran.out + ran.err


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (CLAIM, "目录外控费 3000元"),
        (CLAIM, "医疗机构 3000元"),
        (CLAIM, "基本医保.分段 29800元"),
        (CLAIM, "基本医保.未能支付 9800元"),
        (CLAIM, "基本医保 20000元"),
        (CLAIM, "个人 37000元"),
        (CLAIM, "采用身份 贫困"),
        (CLAIM, "年度自付 37000元"),
        (CLAIM, "高额 真"),
        (CLAIM, "联网结算 真"),
        (CLAIM, "联网结算.垫付 20000元"),
        (CLAIM, "联网结算.住院押金 0元"),
        (CLAIM, "联网结算.出院收取 37000元"),
        (CLAIM, "资助 120元"),
        (PERSON, "资助 120元"),
        (PERSON, "资助.省财政 80元"),
        (PERSON, "资助.county 40元"),
        (PERSON, "动态参保 当年"),
        (PERSON, '动态参保 "当年"'),
        (PERSON, "动态参保 2019"),
        (PERSON, "动态参保.资助年度 次年"),
        (PERSON, "动态参保.subsidised next year"),
        (PERSON, "动态参保.生效日 2019-06-03"),
        (PERSON, "动态参保.登记台账 取消"),
        (ARRIVAL, "首付款 700元"),
        (ARRIVAL, "首付款 2019-10-16"),
        (ARRIVAL, "尾款 300元"),
        (ARRIVAL, "联网结算.尾款 2019-11-06"),
    ],
)
def test_it_holds(polc: Polc, given: str, expected: str) -> None:
    code, printed = run(polc, given, expected)
    assert code == 0, printed


@pytest.mark.parametrize(
    ("given", "expected", "actual"),
    [
        (CLAIM, "高额 假", "是"),
        (CLAIM, "采用身份 普通户", "贫困"),
        (PERSON, "动态参保 次年", "当年"),
        (PERSON, "动态参保.生效日 2019-06-04", "2019-06-03"),
        (ARRIVAL, "首付款 2019-10-11", "2019-10-16"),
        (ARRIVAL, "首付款 701元", "700.00"),
    ],
)
def test_it_differs(polc: Polc, given: str, expected: str, actual: str) -> None:
    code, printed = run(polc, given, expected)
    row = next(line for line in printed.splitlines() if "✗" in line)
    assert code == 1 and actual in row.split()


@pytest.mark.parametrize(
    ("given", "expected", "section", "row"),
    [
        (CLAIM, "联网结算 假", "10  结算与拨付", "✗ 结算流程  应得 否 │ 实际 是"),
        (CLAIM, "联网结算.垫付 20001元", "10  结算与拨付", "✗ 垫付    应得 20,001.00 │ 实际 20,000.00 │ −1.00"),
        (CLAIM, "联网结算.出院收取 1元", "10  结算与拨付", "✗ 出院收取  应得 1.00 │ 实际 37,000.00 │ +36,999.00"),
        (CLAIM, "首付款 1元", "10  结算与拨付", "✗ 应付    应得 1.00 │ 实际 14,000.00 │ +13,999.00"),
        (CLAIM, "高额 假", "11  提醒", "✗ 预警  应得 否 │ 实际 是"),
        (CLAIM, "年度自付 1元", "6  累计数", "✗ 累计数  应得 1.00 │ 实际 37,000.00 │ +36,999.00"),
        (PERSON, "资助 121元", "3  参保资助", "✗ 资助标准    应得 121.00 │ 实际 120.00 │ −1.00"),
        (PERSON, "资助.省财政 81元", "3  参保资助", "✗ 支付方分担  应得 81.00 │ 实际 80.00 │ −1.00"),
        (PERSON, "动态参保.资助年度 当年", "2  参保认定", "✗ 资助年度  应得 当年 │ 实际 次年"),
        (ARRIVAL, "首付款 2019-10-11", "4.1  申报 乙", "✗ 应付    应得 2019-10-11 │ 实际 2019-10-16"),
        (ARRIVAL, "联网结算.尾款 301元", "4.1  申报 乙", "✗ 应付    应得 301.00 │ 实际 300.00 │ −1.00"),
    ],
)
def test_where_it_differs_the_sheet_is_shown_up_to_that_step(
    polc: Polc, given: str, expected: str, section: str, row: str
) -> None:
    _, printed = run(polc, given, expected)
    shown = printed[printed.index("从这里开始不符") :]
    assert section in shown and row in shown, printed


def test_a_kept_sheet_has_what_is_paid_at_discharge_and_the_alerts(polc: Polc) -> None:
    run(polc, CLAIM, "高额 真")
    assert polc("test", "周边.pol", "--update").code == 0
    kept = next(Path("__sheets__").rglob("*.txt")).read_text(encoding="utf-8")
    assert "10 结算与拨付" in kept and "10.5 出院收取 = 37,000.00" in kept
    assert "11 提醒" in kept and "推送民政" in kept


def test_a_fact_that_is_missing_is_said(polc: Polc) -> None:
    code, printed = run(polc, PERSON.replace("    认定日期 2019-06-03\n", ""), "动态参保 当年")
    assert code == 1 and "认定日期" in printed and "错误[C5" in printed


@pytest.mark.parametrize("given", [CLAIM, PERSON, ARRIVAL])
def test_it_can_be_explained(polc: Polc, given: str) -> None:
    run(polc, given, "资助 120元" if given is not ARRIVAL else "首付款 700元")
    for form in ("text", "json", "md", "html"):
        ran = polc("explain", "周边.pol", "一", "--format", form)
        assert ran.code == 0 and ran.out, ran.err
    text = polc("explain", "周边.pol", "一").out
    assert ("20,000.00" if given is CLAIM else "80.00" if given is PERSON else "2019-10-16") in text
