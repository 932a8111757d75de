"""What the sheet says, in figures computed by hand."""

from __future__ import annotations

import datetime

import pytest
from attrs import evolve

from pol_lang.problem import Problems
from polc.explain.document import Line, Page, Section, Sheet
from polc.explain.figures import percentages
from polc.explain.head import in_force
from polc.explain.sheet import sheet
from polc.explain.why import NoSuchLayer
from polc.settlement import Settlement

from .samples import chongqing, plan_hash, rich, sequence


def page_of(settlement: Settlement, why_not: str | None = None, lang: str = "zh") -> Page:
    return sheet(settlement, lang, plan_hash, why_not).pages[0]  # type: ignore[arg-type]


def section(page: Page, number: str) -> Section:
    return next(s for s in page.sections if s.number == number)


def line(page: Page, number: str) -> Line:
    return next(x for s in page.sections for x in s.lines if x.number == number)


def kind(found: Section, kind: str) -> Line:
    return next(x for x in found.lines if x.kind == kind)


# ---------------------------------------------------------------- the official example of Chongqing, by hand


def test_the_summary_says_who_pays_what() -> None:
    page = page_of(chongqing())
    assert page.summary == "本次医疗费总额 52,000.00 元，由下列各方负担："
    assert [(s.name, s.amount, s.share) for s in page.shares] == [
        ("居民医保统筹基金", "34,790.00", "66.9%"),
        ("医疗救助基金", "10,647.00", "20.5%"),
        ("倾斜救助资金", "937.80", "1.8%"),
        ("个人负担", "5,625.20", "10.8%"),
    ]
    assert page.notes == ("政策范围外费用 2,000.00 元：个人负担 2,000.00 元。",)


def test_who_bears_what_is_outside_eligible_cost_is_said_at_the_top() -> None:
    # Out of the catalogue 21,000 (the hospital took 6,000.11), above price 3,000.15, first self-paid 6,000.11.
    assert page_of(rich()).notes == (
        "政策范围外费用 30,000.26 元：定点医疗机构负担 6,000.11 元，其余 24,000.15 元由个人和各保障层分担。",
    )


def test_a_standard_cites_where_it_is_written() -> None:
    found = line(page_of(rich()), "3.1.3")
    assert [origin.place for origin in found.origins] == ["shili-2024.pol:32", "shili-2024.pol:30"]


def test_the_basic_layer_line_by_line() -> None:
    found = section(page_of(chongqing()), "3.1")
    assert (found.title, found.note, found.amount) == ("基本医保", "支付方：居民医保统筹基金（hifp_pay）", "34,790.00")
    assert [(x.number, x.label, x.text, x.amount, x.code) for x in found.lines] == [
        ("3.1.1", "基数", ("政策范围内费用 = 50,000.00",), "50,000.00", "eligible"),
        ("3.1.2", "起付线", ("每次标准 300.00", "已用 0.00，本次扣除 300.00，起付线已付足",
                            "起付线以上 50,000.00 − 300.00 = 49,700.00"), "−300.00", "deductible"),
        ("3.1.3", "按比例支付", ("49,700.00 × 70% = 34,790.00",), "34,790.00", "coinsurance"),
        ("3.1.4", "本层支付", (), "34,790.00", "benefit"),
        ("3.1.5", "个人尚负担", ("52,000.00 − 34,790.00",), "17,210.00", "memberliability"),
    ]  # fmt: skip


def test_a_deductible_not_reached_says_how_far_it_was() -> None:
    found = section(page_of(chongqing()), "3.2")
    assert kind(found, "deductible").text == (
        "每年标准 16,901.00",
        "已用 0.00，本次扣除 15,210.00，未用完 1,691.00",
        "起付线以上 15,210.00 − 15,210.00 = 0.00",
    )
    assert kind(found, "reason").text == ("15,210.00 未超过起付线 16,901.00，差 1,691.00",)
    assert found.amount == "0.00"


def test_a_tilt_that_did_not_apply_says_what_failed_and_what_was_seen() -> None:
    tilt = kind(section(page_of(chongqing()), "3.2"), "tilt")
    assert tilt.text == ("特困低保", "未适用；实际为：特困低保 = 否")


def test_the_last_two_layers() -> None:
    page = page_of(chongqing())
    assert kind(section(page, "3.3"), "base").text == (
        "政策范围内费用 − 基本医保 − 大病保险",
        "50,000.00 − 34,790.00 − 0.00 = 15,210.00",
    )
    assert kind(section(page, "3.3"), "rate").text == ("15,210.00 × 70% = 10,647.00",)
    assert kind(section(page, "3.4"), "rate").text == ("1,563.00 × 60% = 937.80",)
    assert section(page, "3.4").amount == "937.80"


def test_the_bearers_and_the_accumulators() -> None:
    page = page_of(chongqing())
    assert [(x.label, x.amount) for x in section(page, "5").lines] == [
        ("居民医保统筹基金", "34,790.00"), ("居民大病保险", "0.00"), ("医疗救助基金", "10,647.00"),
        ("倾斜救助资金", "937.80"), ("个人负担", "5,625.20"), ("各方合计", "52,000.00"),
    ]  # fmt: skip
    assert line(page, "5.6").text == ("与医疗费总额 52,000.00 一致",)
    table = line(page, "6.1").table
    assert table is not None
    assert [row.cells for row in table.rows] == [
        ("大病保险·累计费用", "每年", "0.00", "+15,210.00", "15,210.00"),
        ("大病保险·已支付", "每年", "0.00", "0.00", "0.00"),
        ("大额费用医疗救助·已支付", "每年", "0.00", "+10,647.00", "10,647.00"),
    ]


def test_a_condition_that_failed_ends_the_layer_and_is_the_reason() -> None:
    found = section(page_of(chongqing(规范转诊=False)), "3.4")
    assert [(x.kind, x.text) for x in found.lines] == [
        ("guard", ("规范转诊", "不满足；申报为：规范转诊 = 否")),
        ("paid", ()),
        ("left", ()),
    ]


# ---------------------------------------------------------------- everything at once, by hand


def test_cost_and_the_control_whose_excess_the_hospital_bears() -> None:
    page = page_of(rich())
    assert [(x.label, x.amount) for x in section(page, "2").lines[:5]] == [
        ("医疗费总额", "180,000.35"), ("全自费费用", "−21,000.00"), ("超限价自费费用", "−3,000.15"),
        ("先行自付费用", "−6,000.11"), ("政策范围内费用", "150,000.09"),
    ]  # fmt: skip
    control = kind(section(page, "2"), "control")
    assert control.amount == "−6,000.11"
    assert control.text == (
        "目录外控费",
        "医疗费总额 × 控费比例",
        "180,000.35 × 10% = 18,000.035",
        "四舍五入到分：18,000.04",
        "限额 18,000.04；全自费费用 + 超限价自费费用 = 21,000.00 + 3,000.15 = 24,000.15",
        "超出 24,000.15 − 18,000.04 = 6,000.11",
        "6,000.11 由定点医疗机构承担",
        "全自费费用 21,000.00 → 14,999.89",
        "此后各部分：政策范围内费用 150,000.09 + 先行自付费用 6,000.11 + 超限价自费费用 3,000.15 + "
        "全自费费用 14,999.89 = 174,000.24",
        "个人尚负担 180,000.35 → 174,000.24",
    )


def test_where_a_standard_and_a_rate_came_from() -> None:
    found = section(page_of(rich()), "3.1")
    assert kind(found, "deductible").text[:2] == (
        "第 1 次，每次标准 1,000.00",
        "取自 住院起付标准（医院等级 = 三级，其他情形）",
    )
    assert kind(found, "rate").text == (
        "149,000.09 × 62.5% = 93,125.05625",
        "85%（医院等级 = 一级）、75%（医院等级 = 二级）、62.5%（其他）",
        "医院等级 = 三级，其他情形，取 62.5%",
    )
    assert kind(found, "round").text == ("四舍五入到分：93,125.05625 → 93,125.06",)


def test_a_tilted_deductible_tilted_bands_and_a_removed_cap() -> None:
    found = section(page_of(rich()), "3.2")
    assert kind(found, "tilt").text == (
        "特困人员",
        "满足：特困人员 = 是",
        "适用：起付线 × 50%，支付比例 + 5个百分点，封顶线取消",
        "按此计算本层支付 35,368.84",
    )
    assert kind(found, "deductible").text[0] == "每年标准 10,000.00 × 50% = 5,000.00（依「第十一条（一）」）"
    table = kind(found, "bands").table
    assert table is not None
    assert [c.heading for c in table.columns] == ["下限", "上限", "倾斜前", "比例", "本段金额", "支付"]
    assert [row.cells for row in table.rows] == [
        ("0.00 含", "50,000.00 含", "55%", "60%", "45,000.00", "27,000.00"),
        ("50,000.00 不含", "100,000.00 含", "60%", "65%", "12,875.14", "8,368.841"),
        ("100,000.00 不含", "无上限", "65%", "70%", "0.00", "0.00"),
        ("合计", "", "", "", "57,875.14", "35,368.841"),
    ]
    assert kind(found, "round").text == ("四舍五入到分：35,368.841 → 35,368.84",)
    assert kind(found, "payment_cap").text == ("每年限额 20,000.00 取消（依「第十一条（一）」）",)


def test_a_cap_that_cuts_says_what_was_forgone() -> None:
    found = section(page_of(rich("低保对象")), "3.2")
    assert kind(found, "payment_cap").text == (
        "每年限额 20,000.00，已用 0.00，余 20,000.00",
        "31,046.96 → 20,000.00，未能支付 11,046.96",
        "本层不支付的 11,046.96 留待后面的保障层，未被支付的部分由个人负担",
    )


def test_shares_add_up_to_a_whole_and_nothing_stays_nothing() -> None:
    assert percentages([1, 1, 1, 0], 3) == ["33.4%", "33.3%", "33.3%", "0.0%"]
    for settlement, shown in all_sheets():
        for claim, page in zip(settlement.claims, shown.pages, strict=True):
            found = [x.text[0] for x in section(page, "5").lines if x.kind == "bearer"]
            tenths = [round(float(text.replace("，", ", ").rsplit(", ", 1)[1].rstrip("%")) * 10) for text in found]
            assert sum(tenths) == 1000 or not claim.total


def test_a_plan_holds_from_when_all_its_documents_are_in_force() -> None:
    plan = chongqing().claims[0].plan
    day = datetime.date
    documents = (
        evolve(plan.documents[0], in_force=day(2023, 9, 4), applied_back=None, until=day(2023, 12, 31)),
        evolve(plan.documents[0], in_force=day(2024, 1, 1), applied_back=day(2022, 7, 1), until=None),
    )
    dated = evolve(plan, since=day(2023, 1, 1), expires=day(2025, 1, 1), documents=documents)
    assert in_force(dated) == (day(2023, 9, 4), day(2024, 1, 1))
    assert in_force(evolve(dated, since=None, expires=None)) == (day(2023, 9, 4), day(2024, 1, 1))


def test_highest_of_shows_all_alternatives_and_why_one_won() -> None:
    page = page_of(rich())
    table = line(page, "4.2").table
    assert table is not None
    assert [c.heading for c in table.columns] == ["保障层", "特困人员", "低保对象"]
    assert [row.cells for row in table.rows] == [
        ("医疗费总额", "180,000.35", "180,000.35"),
        ("控费：目录外控费", "6,000.11", "6,000.11"),
        ("基本医保", "93,125.06", "93,125.06"),
        ("大病保险", "35,368.84", "20,000.00"),
        ("医疗救助", "19,355.57", "25,812.52"),
        ("兜底补助", "0.00", "0.00"),
        ("个人负担", "26,150.77", "35,062.66"),
        ("结果", "采用", "未采用"),
    ]
    assert line(page, "4.3").text == (
        "采用「特困人员」",
        "个人负担 26,150.77，比「低保对象」少 35,062.66 − 26,150.77 = 8,911.89",
    )


def test_an_alternative_that_lost_says_how_it_came_to_what_it_would_have_paid() -> None:
    found = [x for x in section(page_of(rich()), "4").lines if x.kind == "alternative_step"]
    assert [(x.label, x.text, x.amount) for x in found] == [
        ("未采用", (
            "低保对象：大病保险",
            "倾斜：支付比例 + 2.5个百分点",
            "基数 150,000.09 + 6,000.11 − 93,125.06 = 62,875.14",
            "起付线 10,000.00，已用 0.00，本次扣除 10,000.00，起付线以上 62,875.14 − 10,000.00 = 52,875.14",
            "分段支付 40,000.00 × 57.5% + 12,875.14 × 62.5% = 31,046.9625",
            "取整 31,046.9625 → 31,046.96",
            "每年限额 20,000.00，已用 0.00，余 20,000.00；31,046.96 → 20,000.00",
        ), "20,000.00"),
        ("未采用", (
            "低保对象：医疗救助",
            "基数 150,000.09 − 93,125.06 − 20,000.00 = 36,875.03",
            "按比例支付 36,875.03 × 70% = 25,812.521",
            "救助比例 = 70%（特困人员 = 否，低保对象 = 是）",
            "取整 25,812.521 → 25,812.52",
        ), "25,812.52"),
    ]  # fmt: skip
    # the layer, its tilt, its deductible, its bands and the two of them with an amount, its cap
    places = ["std/shisheng-2023:40", "shili-2024.pol:65", *(f"std/shisheng-2023:{at}" for at in (42, 43, 44, 45, 48))]
    assert [origin.place for origin in found[0].origins] == places


def test_illustrative_figures_are_marked_at_the_top() -> None:
    page = page_of(rich())
    assert page.warnings[1:] == ("凡标『示例』的数值不是官方标准；各数值的出处和年份见 1.5、1.6。",)
    assert page.warnings[0].startswith("【示例数值】本计算含示例数值，不是官方标准，不得作为结算凭据")
    assert page_of(chongqing()).warnings == ()


def test_lines_of_another_document_name_it() -> None:
    origins = kind(section(page_of(rich()), "3.2"), "base").origins
    assert [(o.document, o.clauses, o.place) for o in origins] == [
        ("示省医保发〔2023〕8号", ("三.一",), "std/shisheng-2023:41"),
        ("示医保发〔2024〕3号", ("第十条",), "shili-2024.pol:50"),
    ]


def test_every_step_of_a_layer_has_its_clause_and_place() -> None:
    for settlement in (chongqing(), rich(), sequence()):
        for page in sheet(settlement, "zh", plan_hash).pages:
            for found in page.sections:
                for x in found.lines:
                    if found.kind == "layer" and x.kind not in ("reason", "paid", "left"):
                        assert x.origins, x.number
                        assert x.origins[0].clauses
                        assert x.origins[0].place


# ---------------------------------------------------------------- why not


def test_why_not_works_out_what_the_layer_would_have_paid() -> None:
    found = section(page_of(chongqing(规范转诊=False), "倾斜救助"), "8")
    assert [(x.kind, x.text, x.amount) for x in found.lines] == [
        ("guard", ("属于 低保边缘家庭成员", "满足：低保边缘家庭成员 = 是"), ""),
        ("guard", ("规范转诊", "不满足；申报为：规范转诊 = 否"), ""),
        ("nearest", ("规范转诊 = 是",), ""),
        ("unguarded", ("如果条件都满足，本层将支付 937.80；计算如下",), ""),
        ("base", ("政策范围内费用 − 基本医保 − 大病保险 − 大额费用医疗救助",
                  "50,000.00 − 34,790.00 − 0.00 − 10,647.00 = 4,563.00"), "4,563.00"),
        ("deductible", ("每次标准 3,000.00", "已用 0.00，本次扣除 3,000.00，起付线已付足",
                        "起付线以上 4,563.00 − 3,000.00 = 1,563.00"), "−3,000.00"),
        ("rate", ("1,563.00 × 60% = 937.80",), "937.80"),
        ("round", ("四舍五入到分：937.80 不变",), "937.80"),
        ("would_pay", (), "937.80"),
    ]  # fmt: skip


def test_why_not_tries_the_conditions_behind_the_one_that_failed() -> None:
    plain = rich("防止返贫监测对象", 规范转诊=False, 就医地="省外")
    lines = section(page_of(plain, "医疗救助"), "8").lines
    assert lines[0].text == ("属于 困难群众", "不满足；实际为：困难群众 = 否")
    assert lines[1].kind == "untried"
    assert lines[1].text == (
        "(规范转诊 或 急诊) 且 就医地 属于 省域",
        "前面的条件已不满足，未再检查",
        "若检查则不满足；实际为：规范转诊 = 否，急诊 = 否（未申报，按缺省）",
    )
    found = section(page_of(plain, "医疗救助"), "8")
    assert kind(found, "nearest").text == (
        "属于 困难群众（低保对象、特困人员之一） 且 规范转诊 = 是 且 就医地 属于 省域",
    )
    # as one of the destitute: (150000.09 × 90% − 73700.04 − 20000.00) × 90% = 37170.036, capped at 30000
    assert kind(found, "unguarded").text == ("如果条件都满足、参保人属于「特困人员」，本层将支付 30,000.00；计算如下",)


def test_a_comparison_that_failed_says_by_how_much() -> None:
    third = sheet(sequence(), "zh", plan_hash).pages[2]
    assert section(third, "3.4").lines[0].text == (
        "个人尚负担 > 3,000.00",
        "不满足；实际为：个人尚负担 = 940.20；差 2,059.80",
    )


def test_a_layer_that_is_not_there_is_refused_with_names_like_it() -> None:
    with pytest.raises(Problems) as caught:
        page_of(chongqing(), "大病保俭")
    problem = caught.value.problems[0]
    assert isinstance(problem, NoSuchLayer)
    assert problem.message("zh") == "政策里没有保障层“大病保俭”"
    assert "大病保险" in problem.near


# ---------------------------------------------------------------- sequences, and what always holds


def test_a_year_adds_up_its_claims() -> None:
    years = sheet(sequence(), "zh", plan_hash).years
    assert [page.title for page in years] == ["2024 年度汇总", "2025 年度汇总"]
    table = years[0].sections[0].lines[0].table
    assert table is not None
    assert [row.cells for row in table.rows] == [
        ("SL-1（2024-03-20）", "低保对象", "52,345.67", "42,870.28", "0.00", "9,475.39"),
        ("SL-2（2024-06-02）", "低保对象", "80,000.00", "65,053.91", "2,000.00", "12,946.09"),
        ("SL-3（2024-11-30）", "低保对象", "6,123.45", "5,183.25", "0.00", "940.20"),
        ("合计", "", "138,469.12", "113,107.44", "2,000.00", "23,361.68"),
    ]


def test_documents_are_told_once() -> None:
    pages = sheet(sequence(), "zh", plan_hash).pages
    kinds = [[x.kind for x in section(page, "1").lines] for page in pages]
    assert kinds[0].count("document") == 2
    assert all(k.count("document") == 0 and "documents" in k for k in kinds[1:])


def test_one_claim_has_no_year() -> None:
    assert sheet(chongqing(), "zh", plan_hash).years == ()


def all_sheets() -> list[tuple[Settlement, Sheet]]:
    settlements = [
        chongqing(),
        chongqing(规范转诊=False),
        rich(),
        rich("低保对象"),
        rich("防止返贫监测对象"),
        sequence(),
    ]
    return [(s, sheet(s, lang, plan_hash)) for s in settlements for lang in ("zh", "en")]  # type: ignore[arg-type]


def test_all_bearers_add_up_to_the_total_cost() -> None:
    for settlement, shown in all_sheets():
        for claim, page in zip(settlement.claims, shown.pages, strict=True):
            total = kind(section(page, "5"), "sum")
            assert total.data["reconciled"] is True
            assert sum(amount for _, _, amount in claim.bearers) == claim.total
            borne = [round(float(s.value) * 100) for s in page.shares]
            assert sum(borne) == claim.total


def test_numbers_are_unique_and_the_same_in_both_languages() -> None:
    sheets = all_sheets()
    for (_, zh), (_, en) in zip(sheets[::2], sheets[1::2], strict=True):
        for one, other in zip(zh.pages, en.pages, strict=True):
            numbers = [x.number for s in one.sections for x in s.lines]
            assert len(set(numbers)) == len(numbers)
            shape = [(x.number, x.kind, x.amount, x.value) for s in one.sections for x in s.lines]
            assert shape == [(x.number, x.kind, x.amount, x.value) for s in other.sections for x in s.lines]
            assert [s.number for s in one.sections] == [s.number for s in other.sections]


def test_a_layer_keeps_its_number_whatever_happens() -> None:
    for settlement in (rich(), rich("防止返贫监测对象"), rich("低保对象")):
        page = page_of(settlement)
        assert [(s.number, s.title) for s in page.sections if s.kind == "layer"] == [
            ("3.1", "基本医保"), ("3.2", "大病保险"), ("3.3", "医疗救助"), ("3.4", "兜底补助"),
        ]  # fmt: skip
        assert [s.number for s in page.sections if s.level == 1][-3:] == ["5", "6", "7"]
