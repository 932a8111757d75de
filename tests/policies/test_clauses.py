"""Every clause of the five documents: computed by a statement that cites it and tried out, or recorded with a reason.

Kinds: P parameter, L settlement rule, E eligibility or date rule, S premium subsidy, D payment deadline, M alert,
T target, I property that a check proves, A administrative, which is only recorded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import attrs
import pytest

from pol_lang import syntax as s
from polc.load import load

GUIZHOU, ZHEJIANG, LINXIAN = "guizhou-2019", "zhejiang-2017", "linxian-2023"
LIAONING, CHANGSHA = "liaoning-2018", "changsha-2017"

ROWS: list[tuple[str, str, str, tuple[str, ...]]] = [
    (GUIZHOU, "二(一)", "ET", (
        "test_guizhou.test_everyone_verified_is_to_be_insured_but_those_on_the_register",
        "test_guizhou.test_who_cannot_be_insured_stands_on_the_register_with_the_reason", "参军入学记台账",
    )),
    (GUIZHOU, "二(二)", "E", (
        "test_guizhou.test_recognised_up_to_31_august_is_insured_this_year", "八月底前认定", "九月以后认定",
    )),
    (GUIZHOU, "二(三)", "S", ("test_guizhou.test_extreme_poverty_has_the_whole_premium_once", "两种身份就高")),
    (GUIZHOU, "二(三)", "S", (
        "test_guizhou.test_100_yuan_are_shared_by_county_class", "test_guizhou.test_no_fen_is_lost_in_the_split",
    )),
    (GUIZHOU, "二(四)1", "PT", (
        "test_guizhou.test_basic_insurance_is_about_75_percent_and_its_cap_not_below_250000",
    )),
    (GUIZHOU, "二(四)2", "L", ("test_guizhou.test_serious_illness_insurance_adds_up_over_the_year",)),
    (GUIZHOU, "二(四)2", "L", (
        "test_guizhou.test_serious_illness_insurance_pays_above_half_the_deductible",
        "test_guizhou.test_others_have_no_tilt_and_no_assistance", "大病封顶线先提高", "大病封顶线后取消",
    )),
    (GUIZHOU, "二(四)3", "LP", (
        "test_guizhou.test_assistance_is_at_least_70_percent",
        "test_guizhou.test_assistance_stops_at_its_limit_for_the_year", "建档立卡户住院", "大病封顶线先提高",
    )),
    (GUIZHOU, "二(四)4", "L", (
        "test_guizhou.test_there_are_21_diseases", "test_guizhou.test_each_listed_disease_has_a_price",
        "test_guizhou.test_a_limit_price_is_the_most_that_is_settled",
        "test_guizhou.test_a_fixed_price_is_settled_whatever_the_cost", "白内障超过限额", "唇腭裂按定额",
    )),
    (GUIZHOU, "二(五)", "LI", (
        "test_guizhou.test_of_two_identities_the_whole_of_the_better_one_counts", "两种身份就高",
    )),
    (GUIZHOU, "二(五)1", "D", (
        "test_guizhou.test_an_in_province_hospital_is_paid_in_10_and_15_working_days", "县域内住院垫付和拨付",
    )),
    (GUIZHOU, "二(五)2", "D", (
        "test_guizhou.test_a_case_in_doubt_or_without_its_papers_has_no_deadline", "非联网医院报销",
    )),
    (GUIZHOU, "二(五)3", "LD", (
        "test_guizhou.test_out_of_province_assistance_is_claimed_at_home", "省外联网医院",
    )),
    (GUIZHOU, "二(六)", "L", (
        "test_guizhou.test_in_the_county_nothing_is_deposited_and_only_the_own_share_is_paid", "县域内住院垫付和拨付",
    )),
    (GUIZHOU, "二(六)", "L", (
        "test_guizhou.test_above_10_percent_out_of_catalogue_the_hospital_bears_it", "建档立卡户住院",
    )),
    (GUIZHOU, "二(七)", "L", (
        "test_guizhou.test_without_the_referral_the_tilt_is_lost_and_assistance_stays", "未经转诊",
        "在乡镇卫生院住院不存在转诊",
    )),
    (GUIZHOU, "二(八)", "A", ()),
    (GUIZHOU, "三", "A", ()),
    (ZHEJIANG, "一", "T", (
        "test_zhejiang.test_all_who_are_to_be_subsidised_are_enrolled_and_all_who_may_have_the_tilt_have_it",
    )),
    (ZHEJIANG, "二(一)", "SE", (
        "test_zhejiang.test_a_new_subject_is_insured_from_the_month_after_approval",
        "test_zhejiang.test_who_has_paid_for_this_year_gets_nothing_back_and_is_subsidised_next_year",
        "test_zhejiang.test_who_leaves_stays_insured_this_year_and_is_not_subsidised_next_year",
        "test_zhejiang.test_three_of_the_groups_are_subsidised",
        "新增对象次月生效", "十二月新增", "新增而已自行参保", "退出对象",
    )),
    (ZHEJIANG, "二(二)", "LP", (
        "test_zhejiang.test_five_groups_have_the_tilt", "test_zhejiang.test_others_have_the_ordinary_terms",
        "test_zhejiang.test_a_tilt_that_changes_nothing_is_none",
    )),
    (ZHEJIANG, "二(三)", "LI", (
        "test_zhejiang.test_assistance_by_class_and_band", "test_zhejiang.test_rates_never_fall_and_keep_to_the_floor",
        "低保户三级医院住院", "一年两次住院",
    )),
    (ZHEJIANG, "二(三)", "L", (
        "test_zhejiang.test_what_supplementary_insurance_pays_comes_first",
        "test_zhejiang.test_all_assistance_of_a_year_has_one_limit",
        "补充保险先付再救助", "普通门诊也救助", "低保户三级医院住院",
    )),
    (ZHEJIANG, "二(四)", "L", (
        "test_zhejiang.test_five_groups_pay_their_own_share_at_discharge_in_the_county",
        "test_zhejiang.test_elsewhere_they_have_no_such_right", "补充保险先付再救助",
    )),
    (ZHEJIANG, "二(五)", "LI", (
        "test_zhejiang.test_insurance_comes_before_assistance_and_all_together_never_pay_more_than_the_cost",
    )),
    (ZHEJIANG, "三", "A", ()),
    (ZHEJIANG, "四", "A", ()),
    (LINXIAN, "三.一", "TE", (
        "test_linxian.test_95_percent_of_the_residents_are_enrolled",
        "test_linxian.test_all_of_the_low_income_and_lifted_out_are_enrolled",
    )),
    (LINXIAN, "三.二", "T", ("test_linxian.test_in_province_reimbursement_averages_80_percent",)),
    (LINXIAN, "三.二 一是", "L", (
        "test_linxian.test_three_groups_have_the_tilt", "test_linxian.test_others_have_not",
        "test_linxian.test_the_cap_is_removed_for_them_alone", "低保户省内住院",
    )),
    (LINXIAN, "三.二 二是", "LP", ("test_linxian.test_direct_assistance_goes_by_class", "低保户省内住院")),
    (LINXIAN, "三.二", "L", (
        "test_linxian.test_tilted_assistance_starts_above_10000_and_20000",
        "test_linxian.test_its_threshold_and_its_limit_are_those_of_a_year",
        "test_linxian.test_its_limit_for_others_is_20000",
        "test_linxian.test_without_a_condition_there_is_no_tilted_assistance",
        "test_linxian.test_five_chronic_diseases_count_like_a_stay", "低保对象一年三次住院",
    )),
    (LINXIAN, "三.二", "M", (
        "test_linxian.test_out_of_province_those_above_the_threshold_are_listed", "省外就医列出待救助",
    )),
    (LINXIAN, "三.三", "M", (
        "test_linxian.test_a_burden_above_6000_or_20000_in_a_year_is_listed",
        "test_linxian.test_the_burden_adds_up_over_a_year_and_begins_anew",
        "test_linxian.test_who_is_not_enrolled_and_whose_identity_changed", "每月监测",
    )),
    (LINXIAN, "三.四 四是", "L", (
        "test_linxian.test_above_the_share_of_its_class_the_hospital_bears_it", "低保对象与边缘易致贫户就高",
    )),
    (LINXIAN, "三.四 五是", "L", (
        "test_linxian.test_referred_from_primary_care_within_the_city_nothing_is_deposited",
        "test_linxian.test_otherwise_there_is_no_such_right", "县域内先诊疗后付费",
    )),
    *((LINXIAN, clause, "A", ()) for clause in (
        "一", "二", "三.四 一是", "三.四 二是", "三.四 三是", "三.四 六是", "三.四 七是", "三.五", "四", "五",
    )),
    (LIAONING, "一(二)", "EL", (
        "test_liaoning.test_the_registered_poor_with_such_a_disease_have_the_fourth_layer",
        "test_liaoning.test_others_and_other_diseases_have_not", "大病住院四重保障", "一般疾病没有第四重",
    )),
    (LIAONING, "二(二)1", "L", (
        "test_liaoning.test_1_what_is_left_of_compliant_cost_with_the_first_self_paid_share", "大病住院四重保障",
    )),
    (LIAONING, "二(二)2", "L", (
        "test_liaoning.test_2_other_necessary_cost_at_county_hospitals", "县级以下机构的目录外费用",
    )),
    (LIAONING, "二(二)3", "L", ("test_liaoning.test_3_maintenance_drugs_on_a_prescription", "药店购药")),
    (LIAONING, "二(二)", "L", (
        "test_liaoning.test_what_was_not_called_for_is_paid_by_no_layer",
        "test_liaoning.test_nor_outside_the_catalogue", "大病住院四重保障",
    )),
    (LIAONING, "二(三)", "A", ()),
    (LIAONING, "三(一)", "L", ("test_liaoning.test_the_fourth_layer_pays_after_the_three", "大病住院四重保障")),
    (LIAONING, "三(二)", "S", (
        "test_liaoning.test_the_premium_is_100_yuan_by_county_or_city",
        "test_liaoning.test_the_premium_may_be_raised_not_lowered", "保费",
    )),
    *((LIAONING, clause, "A", ()) for clause in ("一(一)", "三(三)", "三(四)", "三(五)", "三(六)")),
    (CHANGSHA, "一", "S", ("test_changsha.test_the_whole_premium_is_paid_by_city_or_county", "省直管县的参保资助")),
    (CHANGSHA, "二", "L", ("test_changsha.test_ten_points_more_for_two_groups", "贫困户普通住院")),
    (CHANGSHA, "二", "L", ("test_changsha.test_half_the_deductible_for_three_groups", "低保对象只减大病起付线")),
    (CHANGSHA, "三(一)", "L", (
        "test_changsha.test_each_has_a_fixed_price_for_everybody", "test_changsha.test_below_at_and_above_the_price",
        "单病种包干", "普通参保居民的单病种包干",
    )),
    (CHANGSHA, "三(二)", "L", (
        "test_changsha.test_nine_diseases_are_topped_up_to_90_percent",
        "test_changsha.test_only_where_every_condition_holds",
        "test_changsha.test_below_at_and_above_the_special_price", "test_changsha.test_the_top_up_ends_at_90_percent",
        "test_changsha.test_then_serious_illness_insurance_pays", "专项救治超过定额", "专项救治低于定额",
    )),
    (CHANGSHA, "四", "L", (
        "test_changsha.test_serious_illness_insurance_pays_as_soon_as_the_line_is_reached", "累计达到起付线",
    )),
    (CHANGSHA, "四", "E", ("test_changsha.test_claims_since_1_august_2017_follow_it",)),
    (CHANGSHA, "四", "A", ()),
]  # fmt: skip

CLAUSES = {
    GUIZHOU: "一 二(一) 二(二) 二(三) 二(四) 二(四)1 二(四)2 二(四)3 二(四)4 二(五) 二(五)1 二(五)2 二(五)3 二(六) "
    "二(七) 二(八) 三 三(一) 三(二) 三(三) 三(四)",
    ZHEJIANG: "一 二(一) 二(二) 二(三) 二(四) 二(五) 三 三(一) 三(二) 三(三) 四 四(一) 四(二) 四(三) 四(四) 四(五)",
    LINXIAN: "一 二 三 三.一 三.二 三.二_一是 三.二_二是 三.三 三.四 三.四_一是 三.四_二是 三.四_三是 三.四_四是 "
    "三.四_五是 三.四_六是 三.四_七是 三.五 四 四(一) 四(二) 五 五(一) 五(二) 五(三)",
    LIAONING: "一(一) 一(二) 一(二)1 一(二)2 二(一) 二(二) 二(二)1 二(二)2 二(二)3 二(三) 三(一) 三(二) 三(三) 三(四) "
    "三(五) 三(六)",
    CHANGSHA: "一 二 三(一) 三(二) 四",
}
"""The clauses that each document has, sub-levels included (a space within one written _)."""

SOURCES = {
    "guizhou-2019-qianxinan": "示例 黔西南州2025标准 贵阳市白内障标准",
    "zhejiang-2017-hangzhou": "示例 杭州2020汇总表 浙政办发〔2014〕121号",
    "shanxi-2022": "示例 太原市2025 山西大病保险标准 山西2022实施意见",
    "liaoning-2018-shenyang": "示例 沈阳2014 辽脱贫发〔2018〕18号三(二)",
    "hunan-2015": "示例 长沙城镇居民医保旧标准 长沙大病二次报销 湖南2015大病保险",
}
"""Where the figures of the local files are from."""

FILES = {
    GUIZHOU: (GUIZHOU, "guizhou-2019-qianxinan"), ZHEJIANG: (ZHEJIANG, "zhejiang-2017-hangzhou"),
    LINXIAN: (LINXIAN, "shanxi-2022"), LIAONING: (LIAONING, "liaoning-2018-shenyang"),
    CHANGSHA: (CHANGSHA, "hunan-2015"),
}  # fmt: skip
"""The document's own file and the one with the figures it leaves open."""


@cache
def statements(name: str) -> tuple[s.Statement, ...]:
    return load(f"std/{name}").files[-1].file.statements


def cited(node: object) -> Iterator[str]:
    """Every clause that a statement or anything in it cites."""
    if isinstance(node, tuple):
        for one in node:
            yield from cited(one)
    elif isinstance(node, s.Line):
        if node.cite is not None:
            yield from node.cite.clauses
        for field in attrs.fields(type(node)):
            yield from cited(getattr(node, field.name))


def of(names: str) -> set[str]:
    return {name.replace("_", " ") for name in names.split()}


@cache
def computed(name: str) -> frozenset[str]:
    return frozenset(c for one in statements(name) if not isinstance(one, s.Recorded | s.Example) for c in cited(one))


@cache
def recorded(name: str) -> frozenset[str]:
    return frozenset(c for one in statements(name) if isinstance(one, s.Recorded) for c in cited(one))


@cache
def functions_of(module: str) -> frozenset[str]:
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@cache
def examples_of(name: str) -> frozenset[str]:
    return frozenset(one.name.text for one in statements(name) if isinstance(one, s.Example))


@pytest.mark.parametrize(("document", "clause", "kinds", "tries"), ROWS)
def test_a_clause_is_computed_and_tried_out_or_recorded(
    document: str, clause: str, kinds: str, tries: tuple[str, ...]
) -> None:
    if kinds == "A":
        assert clause in recorded(document)
        return
    assert clause in computed(document)
    assert tries
    for name in tries:
        module, _, function = name.partition(".")
        if function:
            assert function in functions_of(module), name
        else:
            assert any(name in examples_of(file) for file in FILES[document]), name


def test_every_example_tries_out_some_clause() -> None:
    named = {name for _, _, _, tries in ROWS for name in tries}
    for document, files in FILES.items():
        for file in files:
            for name in examples_of(file) - {"监测户恶性肿瘤门诊", "自付三万元"}:  # these belong to the local figures
                assert name in named, (document, name)


@pytest.mark.parametrize("document", CLAUSES)
def test_no_clause_is_cited_that_the_document_does_not_have(document: str) -> None:
    assert computed(document) | recorded(document) <= of(CLAUSES[document])


@pytest.mark.parametrize("document", CLAUSES)
def test_no_clause_of_the_document_is_passed_over(document: str) -> None:
    clauses, covered = of(CLAUSES[document]), computed(document) | recorded(document)
    for clause in clauses:
        has_parts = any(other != clause and other.startswith(clause) for other in clauses)
        assert has_parts or any(clause.startswith(other) for other in covered), clause


@pytest.mark.parametrize("document", CLAUSES)
def test_every_statement_of_a_document_cites_its_clause(document: str) -> None:
    silent = (s.Policy, s.Readings, s.Bearer, s.Fact, s.Example)
    without = [one for one in statements(document) if not isinstance(one, silent) and one.cite is None]
    # Changsha does not say what holds for somebody in several groups; its file says so.
    assert [type(one) for one in without] == ([s.Highest] if document == CHANGSHA else [])


@pytest.mark.parametrize("name", SOURCES)
def test_every_local_figure_says_where_it_is_from(name: str) -> None:
    assert computed(name) == of(SOURCES[name])
    figures = (s.Set, s.Parameter, s.Table, s.Layer)
    assert [one for one in statements(name) if isinstance(one, figures) and one.cite is None] == []
    (policy,) = [one for one in statements(name) if isinstance(one, s.Policy)]
    keys = [line.key for line in policy.lines]
    assert "provenance" in keys and "illustrative" in keys


@pytest.mark.parametrize("document", [*CLAUSES, *SOURCES])
def test_a_recorded_clause_has_a_reason(document: str) -> None:
    reasons = [one.reason for one in statements(document) if isinstance(one, s.Recorded)]
    assert all(len(reason) > 5 for reason in reasons)
