"""What single lines say, held against sums done on paper; the policies are those of the examples, or a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from pol_lang.problem import Language
from polc.examples.given import case_of_example
from polc.explain.document import Line, Page
from polc.explain.sheet import sheet
from polc.pipeline import Plans, compile_policy
from polc.settle import settle

from .samples import plan_hash

EXAMPLES = Path(__file__).parents[2] / "examples"


def pages(policy: Path, example: str, lang: Language = "zh") -> tuple[Page, ...]:
    """The pages of an example."""
    compiled = compile_policy(str(policy))
    wanted = next(x for x in compiled.program.examples if x.name.text == example)
    case = case_of_example(wanted, compiled.usable)
    settlement = settle(Plans(compiled), case.person, case.claims, case.state)
    return sheet(settlement, lang, plan_hash).pages


def mechanism(name: str, example: str, lang: Language = "zh") -> tuple[Page, ...]:
    (path,) = EXAMPLES.glob(f"*/{name}.pol")
    return pages(path, example, lang)


def lines(page: Page, number: str, kind: str) -> list[Line]:
    """The lines of a kind in a section."""
    section = next(section for section in page.sections if section.number == number)
    return [x for x in section.lines if x.kind == kind]


def cells(line: Line) -> list[tuple[str, ...]]:
    assert line.table is not None
    return [row.cells for row in line.table.rows]


# ---------------------------------------------------------------- bands, caps


BY_LEVEL = """\
政策 按等级分段
口径
  先行自付 不计入 基数
  年度     按 出院日期
合并封顶 年度限额 16000元 每年
参数 比例 按 医院等级
  三级  60%
  二级  75%
  其他  85%
保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  分段 按起付线以上 分段累进
    不超过 10000元  比例
    超过 10000元    90%
  封顶线 支付额 共用 年度限额
保障层 门诊救助 支付方 医疗救助基金
  基数     余额 政策范围内费用
  支付比例 50%
  封顶线   支付额 共用 年度限额
算例 二级 出处 "手工计算"
  一次就诊
    出院日期       2024-03-01
    医院等级       二级
    医疗费总额     20000元
    政策范围内费用 20000元
"""


def test_what_chose_the_rates_of_bands_held_by_a_key_and_how_a_shared_cap_is_used_up(tmp_path: Path) -> None:
    # 10,000 × 75% + 10,000 × 90% = 16,500, of 16,000 together all: 16,000, 500 forgone;
    # assistance: (20,000 − 16,000) × 50% = 2,000, of which nothing is left under the cap
    path = tmp_path / "a.pol"
    path.write_text(BY_LEVEL, encoding="utf-8")
    (page,) = pages(path, "二级")
    (bands,) = lines(page, "3.1", "bands")
    assert bands.text == ("按费用分段，各段分别计算", "自 0.00 至 20,000.00", "按「医院等级 = 二级」取用")
    assert cells(bands) == [
        ("0.00 含", "10,000.00 含", "75%", "10,000.00", "7,500.00"),
        ("10,000.00 不含", "无上限", "90%", "10,000.00", "9,000.00"),
        ("合计", "", "", "20,000.00", "16,500.00"),
    ]
    assert lines(page, "3.1", "payment_cap")[0].text == (
        "每年限额 16,000.00，已用 0.00，余 16,000.00",
        "与「门诊救助」共用「年度限额」",
        "16,500.00 → 16,000.00，未能支付 500.00",
        "本层不支付的 500.00 留待后面的保障层，未被支付的部分由个人负担",
    )
    assert lines(page, "3.2", "payment_cap")[0].text == (
        "每年限额 16,000.00，已用 16,000.00，余 0.00",
        "与「基本医保」共用「年度限额」",
        "2,000.00 → 0.00，未能支付 2,000.00",
        "本层不支付的 2,000.00 由个人负担",
    )
    assert lines(page, "3.2", "reason")[0].text == (
        "封顶线已用完：限额 16,000.00，已用 16,000.00，按计算应付 2,000.00",
    )


def test_a_lump_sum_less_what_was_given_before_in_the_year() -> None:
    # 8,000 so far gave 2,000; with 20,000 more, 28,000 give 6,000: 4,000
    third = mechanism("51-lump-bracket", "各档")[2]
    (bands,) = lines(third, "3.1", "bands")
    assert bands.amount == "4,000.00"
    assert bands.text == (
        "按本年累计费用分段，按所在档给定额",
        "自 8,000.00 至 28,000.00",
        "此前累计 8,000.00 已给 2,000.00：6,000.00 − 2,000.00 = 4,000.00",
    )
    assert cells(bands)[2:] == [
        ("20,000.00 不含", "无上限", "6,000.00", "28,000.00", "6,000.00"),
        ("减：累计 8,000.00 已给", "", "", "", "−2,000.00"),
        ("合计", "", "", "", "4,000.00"),
    ]


def test_the_cost_above_a_cap_that_goes_on_to_the_next_layer() -> None:
    # 70,000 are reached at 70,000 ÷ 70% = 100,000 of 120,000: 20,000 go on, at 75%
    (page,) = mechanism("26-post-cap-layer", "above_the_cap")
    assert lines(page, "3.1", "payment_cap")[0].text == (
        "每年限额 70,000.00，已用 0.00，余 70,000.00",
        "84,000.00 → 70,000.00，未能支付 14,000.00",
        "70,000.00 ÷ 70% = 100,000.00，即费用为 100,000.00 时达到，封顶线以上费用 120,000.00 − 100,000.00 = 20,000.00",
        "超出的费用 20,000.00 转入「critical_illness」",
    )


# ---------------------------------------------------------------- sums over items, several values, values by identity


def test_the_items_that_count_each_with_its_sum() -> None:
    # 20,000 × 50% + 5,000 × 30% = 11,500; the medicine does not count
    (page,) = mechanism("46-item-prepay", "three_items")
    assert lines(page, "2", "copay")[0].text[1:5] == (
        "明细合计（material_share × 金额合计，限 项目类别 = 材料） = 11,500.00",
        "其中 明细合计 = 10,000.00 + 1,500.00 = 11,500.00",
        "费用明细 1：50% × 20,000.00 = 10,000.00（单价 = 20,000.00）",
        "费用明细 2：30% × 5,000.00 = 1,500.00（单价 = 2,500.00）",
    )


def test_several_values_largest_first() -> None:
    # 4,800 + 3,600 × 50% + 2,400 × 40% = 7,560; a month three twelfths of it, 1,890
    january = mechanism("29-chronic-limit", "三种病")[0]
    assert lines(january, "3.1", "payment_cap")[0].text[:4] == (
        "每月限额 1,890.00，已用 0.00，余 1,890.00",
        "标准 = 3 × 合并年限额 ÷ 12 = 3 × 7,560.00 ÷ 12 = 1,890.00",
        "其中 合并年限额 = 病种年限额（由高到低依次按 100%、50%、40%） = 7,560.00",
        "其中 病种年限额 = 冠心病 4,800.00 × 100% + 糖尿病 3,600.00 × 50% + 高血压 2,400.00 × 40% = 7,560.00",
    )


def test_the_value_of_each_identity_where_the_best_of_each_counts() -> None:
    (page,) = mechanism("07-highest-of-items", "两种身份")
    assert lines(page, "3.1", "deductible")[0].text[1:3] == (
        "标准 = 就高（5,000.00（属于 返贫致贫人口）、10,000.00（其他）） = 5,000.00",
        "其中 就高 = 返贫致贫人口 5,000.00，低保边缘家庭成员 10,000.00，取较小者 5,000.00",
    )
    assert lines(page, "3.2", "rate")[0].text[2] == ("其中 就高 = 返贫致贫人口 60%，低保边缘家庭成员 70%，取较大者 70%")


# ---------------------------------------------------------------- deductibles, least payments


def test_what_repeats_make_of_a_deductible() -> None:
    # 300 × 75% = 225, × 50% = 112.50, raised to 150
    third = mechanism("12-ded-repeat", "three_admissions")[2]
    assert lines(third, "3.1", "deductible")[0].text == (
        "第 3 次，每次标准 300.00 × 75% = 225.00，225.00 × 50% = 112.50，不低于 150.00"
        "（依「12-ded-repeat.pol:18」、「12-ded-repeat.pol:19」）",
        "取自 threshold（医院等级 = 一级，其他情形）",
        "已用 0.00，本次扣除 150.00，起付线已付足",
        "起付线以上 5,000.00 − 150.00 = 4,850.00",
    )


def test_the_least_that_is_paid_with_its_formula() -> None:
    # (2,000 − 1,500) × 60% = 300, less than 2,000 × 35% = 700
    (page,) = mechanism("50-floor-pay", "small_bill")
    assert lines(page, "3.1", "minimum")[0].text == (
        "不低于 35% × 政策范围内费用",
        "35% × 2,000.00 = 700.00",
        "300.00 → 700.00",
    )


def test_a_top_up_with_what_was_counted_and_why_this_share() -> None:
    # 20,000 × 90% = 18,000, 14,000 and 1,800 paid: 2,200
    (page,) = mechanism("24-topup", "poor_household")
    assert lines(page, "3.3", "top_up")[0].text == (
        "(100%（属于 特困人员）、90%（其他）) × 政策范围内费用",
        "90% × 20,000.00 = 18,000.00",
        "按「特困人员 = 否，其他情形」取用",
        "应达 18,000.00",
        "已计 basic 14,000.00 + assistance 1,800.00 = 15,800.00",
        "18,000.00 − 15,800.00 = 2,200.00",
    )


ROWS = """\
政策 逐行依据
口径
  先行自付 不计入 基数
  年度     按 出院日期
参数 收入 = 30000元  依据 统计公报
参数 起付标准 按 医院等级  依据 第一条
  二级  1% × 收入
  其他  1000元
参数 比例 按 医院等级  依据 第二条
  三级  60%
  二级  75%  依据 第三条
  其他  85%  依据 第四条
保障层 基本医保 支付方 基本医保统筹基金  依据 第五条
  基数     政策范围内费用
  起付线   起付标准 每年
  支付比例 比例
"""


@pytest.mark.parametrize(
    ("level", "of"), [("三级", ("第二条",)), ("二级", ("第二条", "第三条")), ("一级", ("第二条", "第四条"))]
)
def test_a_row_that_rests_on_clauses_of_its_own_names_them(tmp_path: Path, level: str, of: tuple[str, ...]) -> None:
    path = tmp_path / "a.pol"
    claim = f"""\
算例 一次 出处 "手工计算"
  一次就诊
    出院日期       2024-03-01
    医院等级       {level}
    医疗费总额     20000元
    政策范围内费用 20000元
"""
    path.write_text(ROWS + claim, encoding="utf-8")
    (page,) = pages(path, "一次")
    (rate,), (deductible,) = lines(page, "3.1", "rate"), lines(page, "3.1", "deductible")
    assert [clause for origin in rate.origins for clause in origin.clauses] == ["第五条", *of]
    assert [clause for origin in deductible.origins for clause in origin.clauses] == [
        "第五条", "第一条", *(["统计公报"] if level == "二级" else []),
    ]  # fmt: skip
    if level == "二级":
        # 30,000 × 1% = 300
        assert deductible.text[:2] == (
            "每年标准 300.00",
            "取自 起付标准 = 1% × 收入 = 1% × 30,000.00 = 300.00（医院等级 = 二级）",
        )


def test_the_standard_of_an_alternative_that_lost_is_worked_out(tmp_path: Path) -> None:
    # 20,000 − 10% × 30,000 = 17,000, × 50% = 8,500 against 20,000 − 25% × 30,000 = 12,500, × 50% = 6,250
    path = tmp_path / "a.pol"
    path.write_text(TWO, encoding="utf-8")
    (page,) = pages(path, "两种")
    (lost,) = lines(page, "4", "alternative_step")
    assert lost.text == (
        "乙类：救助",
        "基数 20,000.00",
        "起付线 7,500.00，已用 0.00，本次扣除 7,500.00，起付线以上 20,000.00 − 7,500.00 = 12,500.00",
        "取自 标准 = 25% × 收入 = 25% × 30,000.00 = 7,500.00（甲类 = 否，乙类 = 是）",
        "按比例支付 12,500.00 × 50% = 6,250.00",
    )
    assert lost.amount == "6,250.00"


TWO = """\
政策 两类身份
口径
  先行自付 不计入 基数
  年度     按 出院日期
身份 甲类
身份 乙类
群组 对象 = 甲类、乙类
参数 收入 = 30000元
参数 标准 按 对象
  甲类  10% × 收入
  乙类  25% × 收入
保障层 救助 支付方 医疗救助基金
  当       对象
  基数     政策范围内费用
  起付线   标准 每年
  支付比例 50%
就高 按人员类别 个人负担最少
算例 两种 出处 "手工计算"
  参保人
    身份 甲类
    身份 乙类
  一次就诊
    出院日期       2024-03-01
    医疗费总额     20000元
    政策范围内费用 20000元
"""


# ---------------------------------------------------------------- what stands beside values


POOR = """\
政策 说明
口径
  先行自付 不计入 基数
  年度     按 出院日期
身份 低保对象
身份 特困人员
群组 困难群众 = 低保对象、特困人员
事实 急诊 是否 缺省 假
定义 可报销 = 非 急诊
保障层 救助 支付方 医疗救助基金
  当       困难群众
  当       可报销
  基数     政策范围内费用
  支付比例 50%
算例 低保 出处 "手工计算"
  参保人
    身份 低保对象
  一次就诊
    出院日期       2024-03-01
    医疗费总额     1000元
    政策范围内费用 1000元
"""


@pytest.mark.parametrize(
    ("lang", "guards", "head"),
    [
        (
            "zh",
            [("属于 困难群众", "满足：困难群众 = 是（低保对象）"),
             ("可报销", "满足：可报销 = 是，急诊 = 否（未申报，按缺省）")],
            [("低保对象（属于 困难群众）",), ("急诊未申报，按缺省：否",), ("可报销：非 急诊",)],
        ),
        (
            "en",
            [("identity is 困难群众", "met: 困难群众 = yes (minimum-allowance recipient 低保对象)"),
             ("可报销", "met: 可报销 = yes, 急诊 = no (not declared, by default)")],
            [("Minimum-allowance recipient 低保对象 (counts as 困难群众)",), ("急诊 not declared, by default no",),
             ("可报销: not 急诊",)],
        ),
    ],
)  # fmt: skip
def test_who_counts_what_nobody_declared_and_what_a_named_condition_means(
    tmp_path: Path, lang: Language, guards: list[tuple[str, str]], head: list[tuple[str]]
) -> None:
    path = tmp_path / "a.pol"
    path.write_text(POOR, encoding="utf-8")
    (page,) = pages(path, "低保", lang)
    assert [x.text for x in lines(page, "3.1", "guard")] == guards
    assert [lines(page, "1", kind)[0].text for kind in ("identities", "defaults", "definition")] == head
