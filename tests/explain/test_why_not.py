"""Why a layer paid nothing, for every kind of reason: the sentence that answers, held against sums done on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from polc.claims.read_case import read_case
from polc.explain.document import Section
from polc.explain.sheet import sheet
from polc.pipeline import Plans, compile_policy
from polc.settle import settle

from .samples import plan_hash

STAY = """
id = "甲"
医疗类别 = "普通住院"
出院日期 = 2023-10-20
收费类别 = "省市二类"
就医地 = "市域内"
规范转诊 = true
"""


UNREFERRED = STAY.replace("规范转诊 = true", "规范转诊 = false")


def cost(amount: str) -> str:
    """All of it in scope."""
    none = '全自费费用 = "0.00"\n超限价自费费用 = "0.00"\n先行自付费用 = "0.00"\n'
    return f'医疗费总额 = "{amount}"\n政策范围内费用 = "{amount}"\n{none}'


def why(layer: str, person: str, claim: str, policy: str = "linxian-2023") -> Section:
    """The section that answers for the last claim."""
    compiled = compile_policy(f"std/{policy}")
    text = f'[person]\n人员编号 = "A"\n{person}\n{claim}'
    case = read_case(text.encode(), "案例.toml", compiled.usable)
    settlement = settle(Plans(compiled), case.person, case.claims, case.state)
    page = sheet(settlement, "zh", plan_hash, layer).pages[-1]
    return next(section for section in page.sections if section.kind == "why_not")


LOW = 'identities = ["低保对象"]'
LAPSED = '[[person.identities]]\nname = "低保对象"\nuntil = 2023-06-30'


@pytest.mark.parametrize(
    ("layer", "person", "claim", "answer"),
    [
        # a condition, and the person had the identity until June: (60500 − 500) × 70% = 42000; serious illness
        # (18500 − 10000) × 55% = 4675; as on the allowance (60500 − 42000 − 4675) × 70% = 9677.50
        (
            "医疗救助", LAPSED, f"[claim]{STAY}{cost('60500.00')}",
            "「医疗救助」未支付：条件「属于 救助对象」不满足；实际为：救助对象 = 否（低保对象，至 2023-06-30，"
            "当日未生效）；至少要 属于 直接救助对象（低保对象、特困人员、突发严重困难户、脱贫不稳定户、"
            "边缘易致贫户之一），条件才都满足；属于「低保对象」的将支付 9,677.50 元。",
        ),
        # a condition, and even so the deductible would not be reached: 18500 × … = 8100 paid by serious illness,
        # 7280 by assistance, 3120 left of 10000
        (
            "倾斜救助", LOW, f"[claim]{UNREFERRED}重特大疾病 = true\n{cost('60500.00')}",
            "「倾斜救助」未支付：条件「规范转诊」不满足；申报为：规范转诊 = 否；至少要 规范转诊 = 是，条件才都满足；"
            "那时仍不支付：3,120.00 未超过起付线 10,000.00，差 6,880.00。",
        ),
        # the deductible: 300 of 500
        (
            "基本医保", LOW, f"[claim]{STAY}{cost('300.00')}",
            "「基本医保」未支付：300.00 未超过起付线 500.00，差 200.00。",
        ),
        # what is open of it: 5000 halved from 10000, 3000 so far, (5000 − 500) × 70% = 3150 paid, 1850 left
        (
            "大病保险", f'{LOW}\n[earlier]\n"大病保险.累计费用" = "3000.00"', f"[claim]{STAY}{cost('5000.00')}",
            "「大病保险」未支付：1,850.00 未超过尚未用完的起付线 2,000.00，差 150.00。",
        ),
        # nothing to count from
        ("大病保险", LOW, f"[claim]{STAY}{cost('0.00')}", "「大病保险」未支付：基数为 0。"),
        # the cap used up: (60500 − 500) × 70% = 42000 would be due
        (
            "基本医保", f'{LOW}\n[earlier]\n"基本医保.已支付" = "70000.00"', f"[claim]{STAY}{cost('60500.00')}",
            "「基本医保」未支付：封顶线已用完：限额 70,000.00，已用 70,000.00，按计算应付 42,000.00。",
        ),
    ],
    ids=["out of period", "a condition and more", "deductible", "open deductible", "no base", "cap"],
)  # fmt: skip
def test_the_answer(layer: str, person: str, claim: str, answer: str) -> None:
    assert why(layer, person, claim).note == answer


POLICY = """\
政策 各种原因
口径
  先行自付 不计入 基数
  年度     按 出院日期
身份 低保对象
身份 监测对象
保障层 甲层 支付方 医疗救助基金
  基数     政策范围内费用
  支付比例 60% 适用于 低保对象
保障层 乙层 支付方 其他支出
  当       监测对象
  基数     余额 政策范围内费用
  支付比例 50%
保障层 丙层 支付方 居民大病保险资金
  基数     余额 政策范围内费用
  支付     100元
  不高于   1次 每年 支付才计次
就高 按人员类别 个人负担最少
"""


def asked(path: Path, layer: str, identities: str, claims: int = 1) -> Section:
    path.write_text(POLICY, encoding="utf-8")
    compiled = compile_policy(str(path))
    text = f'[person]\n人员编号 = "A"\nidentities = [{identities}]\n'
    for at in range(claims):
        text += f'[[claims]]\nid = "{at}"\n出院日期 = 2024-03-0{at + 1}\n{cost("1000.00")}'
    case = read_case(text.encode(), "案例.toml", compiled.usable)
    settlement = settle(Plans(compiled), case.person, case.claims, case.state)
    page = sheet(settlement, "zh", plan_hash, layer).pages[-1]
    return next(section for section in page.sections if section.kind == "why_not")


def test_a_value_without_a_case_says_which_is_nearest(tmp_path: Path) -> None:
    found = asked(tmp_path / "a.pol", "甲层", '"监测对象"')
    assert found.note == "「甲层」未支付：没有适用于此人的支付比例；至少要 属于 低保对象（则支付比例 60%）。"


def test_a_layer_of_an_identity_that_was_not_taken_says_what_it_would_have_paid(tmp_path: Path) -> None:
    # as on the allowance 1000 − 600 − 100 = 300 are left, as at risk 1000 − 500 − 100 = 400
    found = asked(tmp_path / "a.pol", "乙层", '"低保对象", "监测对象"')
    assert found.note == (
        "「乙层」未支付：条件「属于 监测对象」不满足；实际为：监测对象 = 否；至少要 属于 监测对象，条件才都满足；"
        "属于「监测对象」的将支付 200.00 元。"
    )
    assert [line.text for line in found.lines if line.kind == "as_identity"] == [
        ("按「监测对象」结算，本层将支付 500.00",)
    ]


def test_a_layer_that_has_paid_often_enough(tmp_path: Path) -> None:
    found = asked(tmp_path / "a.pol", "丙层", "", claims=2)
    assert found.note == "「丙层」未支付：本期次数已满：至多 1 次，已有 1 次。"
