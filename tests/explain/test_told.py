"""What an auditor, a clerk or a patient would ask of a sheet of the standard policies, and where it says so."""

from __future__ import annotations

import pytest

from pol_lang.problem import Language
from polc.claims.read_case import read_case
from polc.explain.document import Line, Page, Sheet
from polc.explain.html import html
from polc.explain.sheet import sheet
from polc.explain.text import text
from polc.pipeline import Plans, compile_policy
from polc.plan_json import plan_hash
from polc.population.beside import beside
from polc.settle import settle


def sheet_of(policy: str, claims: str, lang: Language = "zh") -> Sheet:
    """The sheet of claims as a file gives them."""
    compiled = compile_policy(policy)
    case = read_case(claims.encode(), "claim.toml", compiled.usable)
    return sheet(settle(Plans(compiled), case.person, case.claims, case.state), lang, plan_hash, None, beside)


def line(page: Page, kind: str, label: str = "") -> Line:
    """The one line of a kind whose text starts so."""
    (found,) = (x for part in page.sections for x in part.lines if x.kind == kind and "".join(x.text).startswith(label))
    return found


TWO_YEARS = """\
[person]
人员编号 = "LX-9"
identities = ["低保边缘家庭成员", {name = "边缘易致贫户", from = 2023-10-01}]
已参保 = true

[[claims]]
id = "甲"
出院日期 = 2023-09-28
医疗类别 = "普通住院"
收费类别 = "一类"
就医地 = "省内"
规范转诊 = true
重特大疾病 = true
医疗费总额 = "41000.00"
政策范围内费用 = "41000.00"

[[claims]]
id = "乙"
入院日期 = 2023-12-28
出院日期 = 2024-01-05
医疗类别 = "普通住院"
收费类别 = "县二类"
就医地 = "县域内"
规范转诊 = true
重特大疾病 = true
医疗费总额 = "10400.00"
政策范围内费用 = "10400.00"
"""


def test_a_stay_over_new_year_says_which_year_it_belongs_to() -> None:
    first, second = sheet_of("std/linxian-2023", TWO_YEARS).pages
    rule = "按出院日期归属，1 月 1 日起算"
    assert line(first, "year_rule").text == (rule, "本次属于 2023 年度（2023-01-01 至 2023-12-31）")
    found = line(second, "year_rule")
    assert found.text == (rule, "本次属于 2024 年度（2024-01-01 至 2024-12-31）")
    assert (found.data["first"], found.data["last"]) == ("2024-01-01", "2024-12-31")
    english = sheet_of("std/linxian-2023", TWO_YEARS, "en").pages[1]
    assert line(english, "year_rule").text == (
        "by discharge date 出院日期, starting on 01-01",
        "this claim belongs to the year 2024 (2024-01-01 to 2024-12-31)",
    )


FROM_JULY = """\
政策 七月起
口径
  先行自付 不计入 基数
  年度     按 入院日期 从 7月1日
保障层 基本医保 支付方 基本医保统筹基金
  基数     政策范围内费用
  支付比例 50%
"""


@pytest.mark.parametrize(("day", "year"), [("2024-06-30", "2023 年度（2023-07-01 至 2024-06-30）"),
                                           ("2024-07-01", "2024 年度（2024-07-01 至 2025-06-30）")])  # fmt: skip
def test_a_year_from_july_is_said_with_its_days(day: str, year: str, tmp_path) -> None:
    policy = tmp_path / "a.pol"
    policy.write_text(FROM_JULY, encoding="utf-8")
    claim = f'[claim]\n入院日期 = {day}\n出院日期 = 2024-07-09\n医疗费总额 = "100.00"\n政策范围内费用 = "100.00"\n'
    (page,) = sheet_of(str(policy), claim).pages
    assert line(page, "year_rule").text[1] == f"本次属于 {year}"


def test_the_year_says_as_whom_and_where_the_running_sums_stand() -> None:
    (first, second) = sheet_of("std/linxian-2023", TWO_YEARS).years
    assert first.summary == "本年度 1 次结算，医疗费总额合计 41,000.00 元，由下列各方负担："
    (english, _) = sheet_of("std/linxian-2023", TWO_YEARS, "en").years
    assert english.summary == "One settlement this year; its total cost of 41,000.00 yuan is borne as follows:"
    table = line(first, "year_claims").table
    assert table is not None
    # 40,000 × 60% = 24,000, left 17,000; serious illness 7,000 × 55% = 3,850, left 13,150; assistance
    # (13,150 − 10% × 29,178) × 60% = 6,139.32, left 7,010.68, below the 20,000 of tilted assistance
    assert [row.cells for row in table.rows] == [
        ("甲（2023-09-28）", "低保边缘家庭成员", "41,000.00", "33,989.32", "7,010.68"),
        ("合计", "", "41,000.00", "33,989.32", "7,010.68"),
    ]
    kept = line(first, "year_balances").table
    assert kept is not None
    assert {row.cells for row in kept.rows} >= {
        ("基本医保·已支付", "每年", "24,000.00"), ("大病保险·累计费用", "每年", "17,000.00"),
        ("医疗救助·已支付", "每年", "6,139.32"), ("倾斜救助·累计费用", "每年", "7,010.68"),
    }  # fmt: skip
    # 2024: 10,000 × 75% = 7,500, left 2,900; 70% of it for the margin household without a deductible
    assert line(second, "year_claims").table.rows[0].cells[1] == "边缘易致贫户"  # type: ignore[union-attr]
    assert ("医疗救助·已支付", "每年", "2,030.00") in {
        row.cells
        for row in line(second, "year_balances").table.rows  # type: ignore[union-attr]
    }


def test_a_deductible_of_nothing_is_not_called_met() -> None:
    _, page = sheet_of("std/linxian-2023", TWO_YEARS).pages
    found = line(page, "deductible", "每年标准 0.00")
    assert found.text == (
        "每年标准 0.00",
        "取自 救助起付标准（低保边缘家庭成员 = 否，因病致贫重病患者 = 否，其他情形）",
        "起付线为 0，不扣除",
        "起付线以上 2,900.00 − 0.00 = 2,900.00",
    )


def test_a_standard_for_some_says_what_the_others_have() -> None:
    page, _ = sheet_of("std/linxian-2023", TWO_YEARS).pages
    assert line(page, "deductible", "每年标准 20,000.00").text[1:3] == (
        "分别为 10,000.00（属于 倾斜对象）、20,000.00（其他）",
        "倾斜对象 = 否，其他情形，取 20,000.00",
    )
    assert line(page, "deductible", "每年标准 2,917.80").text[1] == (
        "取自 救助起付标准 = 10% × 人均可支配收入 = 10% × 29,178.00 = 2,917.80（低保边缘家庭成员 = 是）"
    )


PACKAGE = """\
[person]
identities = [{{name = "建档立卡贫困人口"}}, {{name = "特困人员", from = 2019-12-01}}]

[claim]
出院日期 = 2019-11-15
申报日期 = 2019-11-20
医疗类别 = "普通住院"
医院等级 = "二级"
机构层级 = "县级"
病种 = "{disease}"
就医地 = "省外"
规范转诊 = true
医疗费总额 = "{cost}"
政策范围内费用 = "{cost}"
"""


def test_a_fixed_price_above_the_bill_says_how_much_more_it_settles() -> None:
    (page,) = sheet_of("std/guizhou-2019-qianxinan", PACKAGE.format(disease="唇腭裂", cost="45678.90")).pages
    found = line(page, "package", "大病专项定额")
    assert found.text == (
        "大病专项定额",
        "病种限额 = 60,000.00（病种 = 唇腭裂，医院等级 = 二级，其他情形）",
        "标准价 60,000.00，本次费用 45,678.90",
        "低于定额，仍按定额结算，多计 60,000.00 − 45,678.90 = 14,321.10",
        "政策范围内费用 45,678.90 → 60,000.00",
        "此后各部分：政策范围内费用 60,000.00",
        "个人尚负担 45,678.90 → 60,000.00",
    )
    assert found.amount == "14,321.10"


def test_a_bill_settled_at_a_fixed_price_is_not_called_the_total_cost() -> None:
    made = sheet_of("std/guizhou-2019-qianxinan", PACKAGE.format(disease="唇腭裂", cost="45678.90"))
    (page,) = made.pages
    assert page.summary == "本次账单 45,678.90 元，按病种定额 60,000.00 元结算，由下列各方负担："
    assert line(page, "sum").text == ("与结算总额 60,000.00 一致",)
    assert page.flow is not None
    assert [(part.name, part.amount) for part in page.flow.parts] == [
        ("政策范围内费用", 4_567_890), ("定额高于账单", 1_432_110),
    ]  # fmt: skip
    assert sum(part.amount for part in page.flow.parts) == page.flow.total == 6_000_000
    assert f"从{page.flow.name} 60,000.00 元" in html(made) and page.flow.name == "结算总额"
    (cheaper,) = sheet_of("std/guizhou-2019-qianxinan", PACKAGE.format(disease="肺炎", cost="100.00")).pages
    assert cheaper.summary.startswith("本次医疗费总额 100.00 元") and cheaper.flow.name == "医疗费总额"  # type: ignore[union-attr]


def test_a_name_for_yes_or_no_says_what_it_means_and_what_it_was() -> None:
    (page,) = sheet_of("std/guizhou-2019-qianxinan", PACKAGE.format(disease="肺癌", cost="50000.00")).pages
    assert line(page, "definition", "按定额付费").text == ("按定额付费：是（病种 = 唇腭裂）、否（其他）",)
    assert line(page, "not_occurred").text[0] == (
        "病种包干：大病专项定额（不满足的条件：按定额付费；实际为：按定额付费 = 否，病种 = 肺癌）"
    )


def test_an_identity_that_is_not_valid_is_not_named_twice() -> None:
    (page,) = sheet_of("std/guizhou-2019-qianxinan", PACKAGE.format(disease="肺癌", cost="50000.00")).pages
    assert "救助比例 = 70%（特困人员 = 否（自 2019-12-01，当日未生效），建档立卡贫困人口 = 是）" in {
        row for part in page.sections for x in part.lines for row in x.text
    }


def test_the_day_beside_a_later_claim_is_the_day_it_is_paid() -> None:
    (page,) = sheet_of("std/guizhou-2019-qianxinan", PACKAGE.format(disease="肺癌", cost="50000.00")).pages
    (later,) = (note for note in page.notes if note.startswith("稍后另行申领"))
    # from Thursday 20 November 2019: 25 workdays reach 25 December, ten days of five weekends between
    assert later.endswith("按「非联网报销」申报，最迟 2019-12-25 拨付。")
    assert line(page, "due", "报销款").text[-1] == "最迟 2019-12-25（其间非工作日 10 天不计）"


CHANGSHA = """\
[person]
identities = ["建档立卡贫困人口", "城乡低保对象"]

[claim]
出院日期 = 2017-10-12
医疗类别 = "普通住院"
收费类别 = "一类收费"
病种 = "食管癌"
纳入专项救治范围 = true
专项救治定点医院 = true
医疗费总额 = "68600.33"
全自费费用 = "13300.33"
政策范围内费用 = "55300.00"
"""


def test_a_cut_of_an_alternative_that_lost_is_worked_out() -> None:
    (page,) = sheet_of("std/changsha-2017", CHANGSHA).pages
    assert line(page, "alternative_step", "建档立卡贫困人口：病种包干：单病种包干").text[1] == (
        "不满足的条件：非 专项救治；实际为：专项救治 = 是，建档立卡贫困人口 = 是，病种 = 食管癌，"
        "纳入专项救治范围 = 是，专项救治定点医院 = 是"
    )
    found = line(page, "alternative_step", "建档立卡贫困人口：病种包干：专项救治包干")
    assert found.text[1:] == (
        "专项定额 = 50,000.00（病种 = 食管癌）",
        "标准价 50,000.00，本次费用 68,600.33",
        "超出 68,600.33 − 50,000.00 = 18,600.33",
        "18,600.33 由医疗机构承担",
    )
    assert [origin.place for origin in found.origins] == ["std/changsha-2017:80", "std/hunan-2015:78"]
    # 90% of 50,000 are 45,000; basic insurance and assistance come to 35,000 + 7,500
    assert line(page, "alternative_step", "建档立卡贫困人口：基本医保补足").text[2:] == (
        "补足 45,000.00 − 42,500.00 = 2,500.00",
        "90% × 政策范围内费用",
        "90% × 50,000.00 = 45,000.00",
    )


def test_english_keeps_chinese_names_whole_and_says_who_is_meant() -> None:
    made = sheet_of("std/changsha-2017", CHANGSHA, "en")
    shown = text(made)
    for whole in ("基本医保统筹基金", "居民大病保险资金", "建档立卡贫困人口", "城乡低保对象"):
        assert whole in shown and all(f" {whole[:cut]}\n" not in shown for cut in range(4, len(whole)))
    assert line(made.pages[0], "payment_cap", "per year: limit 60,000.00").text[1:3] == (
        "by case: 100,000.00 if 学生未成年, 60,000.00 otherwise",
        "学生未成年 = no (not declared, by default), otherwise, so 60,000.00",
    )
    told = " ".join(shown.split())
    assert "identity is registered poor person 建档立卡贫困人口 or identity is destitute person 特困人员" in told
    assert "Figures marked “示例” (illustrative) are not official ones" in told
