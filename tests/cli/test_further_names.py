"""A policy written in English throughout: its words in claims, tables, sheets, plots, differences and messages."""

import csv
import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Polc

ENGLISH = """\
policy smallshire
  in force from 2023-01-01

readings
  copay outside base
  year  by discharge_date

bearer county also 县财政
fact place also 就医地 one of home also 县内, away also 县外 code "2" default home

table standards by hospital_level
  hospital_level  standard  share
  tertiary        1000元    60%
  otherwise       300元     80%

layer basic paid by basic_insurance_fund
  when       visit_type is inpatient and place is home
  base       eligible_cost
  deductible standards.standard per admission
  rate       standards.share

layer extra paid by county
  when visit_type in (inpatient, outpatient)
  base remaining eligible_cost
  rate 50%

example stay source "worked out by hand"
  claim
    visit_type     inpatient
    hospital_level tertiary
    discharge_date 2023-05-20
    total_cost     11000元
    eligible_cost  11000元
  # (11000-1000)×60% = 6000, 5000×50% = 2500
  expect
    basic                6000元
    basic_insurance_fund 6000元
    hifp_pay             6000元
    county               2500元
    县财政               2500元
    insured_person       2500元
"""

CHINESE = """\
政策 smallshire
  施行自 2023-01-01

口径
  先行自付 不计入 基数
  年度     按 出院日期

承担方 county 又名 县财政
事实 place 又名 就医地 取一 home 又名 县内、away 又名 县外 代码 "2" 缺省 县内

表 standards 按 医院等级
  hosp_lv  standard  share
  三级     1000元    60%
  其他     300元     80%

保障层 basic 支付方 基本医保统筹基金
  当       med_type 是 普通住院 且 就医地 是 县内
  基数     政策范围内费用
  起付线   standards.standard 每次
  支付比例 standards.share

保障层 extra 支付方 县财政
  当 医疗类别 属于 (普通住院、普通门诊)
  基数 余额 政策范围内费用
  支付比例 50%
"""

CLAIM = """\
[claim]
id = "C1"
visit_type = "inpatient"
Hospital_Level = "secondary"
discharge_date = 2023-05-20
total_cost = "10300.00"
eligible_cost = "10300.00"
"""


@pytest.fixture(autouse=True)
def files(polc: Polc) -> None:
    Path("english.pol").write_text(ENGLISH, encoding="utf-8")
    Path("chinese.pol").write_text(CHINESE, encoding="utf-8")
    Path("english.toml").write_text(CLAIM, encoding="utf-8")


def test_its_example_comes_out_as_worked_out_by_hand(polc: Polc) -> None:
    ran = polc("test", "english.pol", "--lang", "en")
    assert ran.code == 0, ran.out


def test_it_is_the_policy_it_is_in_chinese(polc: Polc) -> None:
    for lang in ("zh", "en"):
        ran = polc("diff", "english.pol", "chinese.pol", "--lang", lang)
        assert ran.code == 0, ran.out


def test_a_claim_gives_facts_and_choices_by_any_name(polc: Polc) -> None:
    # (10300-300)×80% = 8000, 2300×50% = 1150
    others = (
        CLAIM.replace("visit_type", "med_type").replace('"inpatient"', '"21"'),
        CLAIM.replace("Hospital_Level", "医院等级").replace('"secondary"', '"二级"'),
        CLAIM + '就医地 = "县内"\n',
        CLAIM + 'place = "home"\n',
    )
    for text in (CLAIM, *others):
        Path("english.toml").write_text(text, encoding="utf-8")
        for policy in ("english.pol", "chinese.pol"):
            ran = polc("explain", policy, "english.toml", "--format", "json")
            layers = json.loads(ran.out)["claims"][0]["layers"]
            assert [layer["paid"] for layer in layers] == ["8000.00", "1150.00"]


@pytest.mark.parametrize(
    "line",
    [
        '医疗类别 = "普通住院"',
        'med_type = "21"',
        '医院等级 = "二级"',
        "出院日期 = 2023-05-20",
        '医疗费总额 = "10300.00"',
    ],
)
def test_a_claim_gives_nothing_under_two_names(polc: Polc, line: str) -> None:
    Path("english.toml").write_text(CLAIM + line + "\n", encoding="utf-8")
    ran = polc("explain", "english.pol", "english.toml")
    assert ran.code and "C529" in ran.err


def test_a_table_of_claims_has_further_names_in_its_head_and_cells(polc: Polc) -> None:
    pytest.importorskip("pyarrow")
    rows = ("person_number,id,visit_type,hospital_level,discharge_date,total_cost,eligible_cost,place",
            "P1,A,inpatient,primary,2023-05-20,10300.00,10300.00,home",
            "P1,B,普通住院,二级,2023-05-21,10300.00,10300.00,2")  # fmt: skip
    Path("claims.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    ran = polc("settle", "english.pol", "claims.csv", "-o", "out", "--format", "csv")
    assert ran.code == 0, ran.out + ran.err
    with open("out/settled.csv", encoding="utf-8-sig", newline="") as table:
        settled = list(csv.DictReader(table))
    # (10300-300)×80% = 8000, 2300×50% = 1150; away from home basic insurance pays nothing, 10300×50% = 5150
    assert [(row["hifp_pay"], row["county"]) for row in settled] == [("8000.00", "1150.00"), ("0.00", "5150.00")]
    Path("claims.csv").write_text(rows[0] + ",医疗类别\n" + rows[1] + ",普通住院\n", encoding="utf-8")
    assert "C529" in polc("settle", "english.pol", "claims.csv", "-o", "again").err


def test_a_sheet_shows_the_further_name_of_its_language_before_the_first(polc: Polc) -> None:
    english = polc("explain", "english.pol", "english.toml", "--lang", "en").out
    assert "visit type 医疗类别" in english and "Basic insurance fund 基本医保统筹基金" in english
    assert "县财政" not in english
    chinese = polc("explain", "english.pol", "english.toml", "--lang", "zh").out
    assert "就医地 place = 县内 home" in chinese and "县财政 county" in chinese and "visit" not in chinese


def test_a_plot_takes_facts_by_any_name(polc: Polc) -> None:
    given = ("--given", "visit_type=inpatient", "--given", "hospital_level=secondary")
    known = ("--given", "med_type=21", "--given", "医院等级=二级")
    assert polc("plot", "english.pol", *given).out == polc("plot", "english.pol", *known).out != ""


def test_what_a_policy_calls_so_itself_comes_first(polc: Polc) -> None:
    own = ENGLISH.replace("table standards", "table hospital_level").replace("standards.", "hospital_level.")
    own = own.replace("hospital_level  standard ", "医院等级  standard ").replace("by hospital_level", "by 医院等级")
    own += "parameter disease = 3元\nlayer hospital paid by hospital\n  base remaining eligible_cost\n  pay disease\n"
    Path("english.pol").write_text(own, encoding="utf-8")
    ran = polc("explain", "english.pol", "english.toml", "--format", "json")
    layers = json.loads(ran.out)["claims"][0]["layers"]
    assert [layer["paid"] for layer in layers] == ["8000.00", "1150.00", "3.00"]


def test_messages_speak_the_words_the_author_used(polc: Polc) -> None:
    for wrong, told in (
        ("discharge_date", "“dischrage_date”|did you mean: discharge_date"),
        ("is inpatient", "“visit_type” never has the value “inpatiant”|did you mean: inpatient"),
        ("basic_insurance_fund", "“basic_insurence_fund”|did you mean: basic_insurance_fund"),
    ):
        slip = wrong.replace("discharge", "dischrage").replace("patient", "patiant").replace("rance", "rence")
        Path("english.pol").write_text(ENGLISH.replace(wrong, slip, 1), encoding="utf-8")
        ran = polc("check", "english.pol", "--lang", "en")
        assert ran.code and all(words in ran.out for words in told.split("|")), ran.out
    Path("english.pol").write_text(ENGLISH, encoding="utf-8")
    Path("english.toml").write_text(CLAIM.replace('"secondary"', '"secundary"'), encoding="utf-8")
    ran = polc("explain", "english.pol", "english.toml", "--lang", "en")
    assert "hospital_level" in ran.err and "secondary" in ran.err and "二级" not in ran.err, ran.err
    Path("english.toml").write_text(CLAIM.replace('Hospital_Level = "secondary"\n', ""), encoding="utf-8")
    ran = polc("explain", "english.pol", "english.toml", "--lang", "en")
    assert "the claim does not give “医院等级” (hospital_level)" in ran.err, ran.err
    assert "give it (tertiary, secondary, primary, ungraded)" in ran.err, ran.err


def test_neither_the_formatter_nor_the_checks_mind_which_name_is_written(polc: Polc) -> None:
    for policy in ("english.pol", "chinese.pol"):
        before = Path(policy).read_text(encoding="utf-8")
        assert polc("check", policy).out.startswith("检查了 1 个文件：没有问题")
        assert polc("fmt", policy, "--keywords", "zh" if policy == "english.pol" else "en").code == 0
        assert Path(policy).read_text(encoding="utf-8") != before
    assert "当       visit_type 是 inpatient 且 place 是 home" in Path("english.pol").read_text(encoding="utf-8")
    assert "when       med_type is 普通住院 and 就医地 is 县内" in Path("chinese.pol").read_text(encoding="utf-8")
    assert polc("diff", "english.pol", "chinese.pol").code == 0


def test_a_new_policy_in_english_is_english_throughout(polc: Polc) -> None:
    assert polc("new", "sample", "--lang", "en").code == 0
    for name in ("sample.pol", "sample-claim.toml"):
        chinese = re.findall("[\u4e00-\u9fff]+", Path(name).read_text(encoding="utf-8"))
        assert set(chinese) <= {"元", "万元", "个百分点"}  # units
    assert polc("explain", "sample.pol", "sample-claim.toml").code == 0
