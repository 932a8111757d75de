"""The sheet of what stands around a settlement says everything, in both languages, in straight columns."""

import datetime
import json

import pytest
from rich.cells import cell_len

from pol_lang.problem import Problems
from polc.claims.case import Arrival, Case
from polc.claims.read_case import read_case
from polc.explain.markdown import markdown
from polc.explain.text import WIDTH, text
from polc.pipeline import compile_policy
from polc.population.around import around
from polc.population.sheet import around_sheet, around_text_json
from polc.settle import settle
from polc.settlement import State

DAY = datetime.date


def case_of(person, claims=(), arrivals=()):
    return Case("c.toml", person, tuple(claims), State(), tuple(arrivals))


def rows(result, lang):
    """The sheet with runs of spaces made one, so that wording is held and layout left to its owner."""
    shown = text(around_sheet(result, "0123456789abcdef", lang))
    assert all(cell_len(line) <= WIDTH and line == line.rstrip() for line in shown.splitlines())
    assert shown == text(around_sheet(result, "0123456789abcdef", lang))
    return " ".join(shown.split())


def test_a_person_alone(plan, person):
    result = around(
        case_of(person("建档立卡贫困人口", 县类别="二类", 认定日期=DAY(2018, 10, 5))), plan, None, DAY(2019, 3, 1)
    )
    chinese, english = rows(result, "zh"), rows(result, "en")
    for part in (
        "2019 年（次年）", "按认定日期 2018-10-05 所在年度起算", "生效日 2018-11-01", "定额资助",
        "省级财政（省） 50% 50.00", "市级财政（市） 20% 20.00", "县级财政（县） 30% 30.00", "资助合计 100.00",
        "认定日期的月份 ≤ 8", "其他情形", "二(二)后",
    ):  # fmt: skip
        assert part in chinese
    for part in ("2019 (next year)", "Effective 2018-11-01", "All subsidies 100.00", "Otherwise".lower()):
        assert part in english
    assert "省级财政" in markdown(around_sheet(result, "x", "zh"))


def test_what_is_left_to_pay_of_a_premium_and_whom_the_sheet_is_about(plan, person):
    one = person("建档立卡贫困人口", 县类别="二类", 认定日期=DAY(2018, 10, 5))
    chinese = rows(around(case_of(one), plan, None, DAY(2019, 3, 1)), "zh")
    for part in (
        "个人缴纳 250.00 − 100.00 = 150.00 150.00", "试行文件", "认定日期 = 2018-10-05，已参保 = 是，县类别 = 二类",
    ):  # fmt: skip
        assert part in chinese
    destitute = rows(around(case_of(person("特困人员", 认定日期=DAY(2019, 2, 1))), plan), "en")
    assert "Person pays 250.00 − 250.00 = 0.00 0.00" in destitute
    assert "medical assistance fund 医疗救助基金 (maf_pay)" in destitute.replace("Medical", "medical")
    assert "Identities Destitute person 特困人员" in destitute


def test_an_alert_of_a_person_alone_stands_on_the_sheet():
    plan = compile_policy("std/linxian-2023").usable
    text = '[person]\nidentities = ["孤儿"]\n已参保 = false\n本月身份有调整 = true\n'
    result = around(read_case(text.encode(), "person.toml", plan), plan, None, DAY(2023, 10, 1))
    chinese, english = rows(result, "zh"), rows(result, "en")
    told = "推送经办机构：更新身份标识，同步核查参保"
    assert f"提醒：身份调整（{told}）。" in chinese
    assert "6 提醒" in chinese and "本月身份有调整，满足：本月身份有调整 = 是" in chinese and f"{told} ─" in chinese
    assert "参保人 未给出编号" in chinese and "临县2023；金额单位" in chinese
    assert "Alerts: 身份调整 (told to 经办机构：更新身份标识，同步核查参保)." in english
    data = json.loads(around_text_json(result, "x"))
    assert [line["alert"] for line in data["alerts"]] == ["身份调整"]
    settled = read_case(text.replace("true", "false").encode(), "person.toml", plan)
    assert around(settled, plan, None, DAY(2023, 10, 1)).alerts == ()


def test_the_same_for_machines(plan, person):
    result = around(case_of(person("特困人员", 认定日期=DAY(2019, 2, 1))), plan)
    data = json.loads(around_text_json(result, "abc"))
    assert data["schema"] == "pol.around/v1" and data["policy"]["hash"] == "abc"
    assert data["enrolment"]["insured"] == {"said": "this_year", "year": 2019}
    assert data["enrolment"]["counted_from"] == {"fact": "认定日期", "date": "2019-02-01"}
    assert data["subsidy"]["total"] == "250.00"
    assert data["subsidy"]["payers"] == [{"bearer": "maf_pay", "name": "医疗救助基金", "amount": "250.00"}]
    assert data["subsidy"]["subsidies"][1]["subject"]["failed"] == "属于 建档立卡贫困人口"
    assert data["enrolment"]["clause"] == ["二(二)"]


def test_arrivals_with_totals_by_date(plan, person, claim):
    who = person()
    claims = [claim(10_000)]
    arrivals = [
        Arrival("D1", {"申报日期": DAY(2019, 9, 27)}, "A1"),
        Arrival("D2", {"就医地": "省内", "申报日期": DAY(2019, 9, 27)}, None, 33_335),
        Arrival("D3", {"就医地": "省内"}, None, 100),
    ]
    settlement = settle(lambda date: plan, who, claims)
    result = around(case_of(who, claims, arrivals), plan, settlement)
    assert result.enrolment is None and [route.id for route in result.routes] == ["D1", "D2", "D3"]
    chinese = rows(result, "zh")
    for part in (
        "由医疗机构垫付", "不收取", "首付款：70%", "申报日期 2019-09-27 后10个工作日内", "最迟 2019-10-16",
        "尾款：余款", "2019-10-16 2 7,023.35", "2019-11-06 2 3,010.00", "日期未知 2 1.00", "结算后确定",
        "申报日期后10个工作日内，申报日期未知",
    ):  # fmt: skip
        assert part in chinese, part
    english = rows(result, "en")
    assert "within 10 workdays after 申报日期 2019-09-27" in english
    data = json.loads(around_text_json(result, "abc"))
    assert data["due_by_date"][-1] == {"date": None, "payments": 2, "amount": "1.00"}
    assert data["routes"][0]["deposit"]["amount"] == "0.00" and data["routes"][2]["collect"]["amount"] is None


def test_claims_without_arrivals_show_their_routes(plan, person, claim):
    who = person()
    claims = [claim(10_000, 就医地="省外")]
    result = around(case_of(who, claims), plan, settle(lambda date: plan, who, claims))
    chinese = rows(result, "zh")
    assert "未采用「省内联网」" in chinese and "按「零星报销」申报" in chinese and "政策未规定期限" in chinese


def test_a_missing_fact_leaves_the_rest_standing(plan, person):
    result = around(case_of(person("特困人员")), plan)
    assert result.enrolment is None and result.subsidy.total == 25_000
    assert [problem.code for problem in result.problems] == ["C501"]
    assert "没有给出“认定日期”" in rows(result, "zh")
    with pytest.raises(Problems) as error:
        around(case_of(person("建档立卡贫困人口")), plan)
    assert [problem.code for problem in error.value.problems] == ["C501", "C501"]
