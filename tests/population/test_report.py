"""The report over two tables: every row is somewhere, every fen of subsidies has a payer."""

import csv
import datetime
import io
import json
from fractions import Fraction

import pytest
from rich.cells import cell_len

from pol_lang.problem import Problems
from polc.explain.text import WIDTH
from polc.plan_json import plan_hash
from polc.population.report_sheet import percent
from polc.population.results import TargetResult
from polc.population.run_report import make_report, run_report

NAMES = ("persons.csv", "claims.csv")
PERSONS = """\
psn_no,psn_idet_type,认定日期,参军,已参保,县类别
P1,建档立卡贫困人口,2019-03-01,,是,二类
P2,建档立卡贫困人口,2019-10-05,,否,二类
P3,特困人员,,是,否,
P4,监测对象,,,是,
P5,建档立卡贫困人口,2019-03-01,,是,三类
P6,特困户,,,是,
P7,特困人员,,,是,
"""
CLAIMS = """\
psn_no,mdtrt_id,医疗费总额,全自费费用,超限价自费费用,先行自付费用,enddate,就医地,联网,申报日期,科室
P1,A2,10000,0,0,0,2019-09-11,省内,是,2019-09-27,内科
P1,A1,10000.00,0,0,0,2019-09-10,省外,是,2019-09-27,内科
P4,A3,300000,0,0,0,2019-10-10,省内,,,外科
P4,A4,1,0,0,0,2019-11-01,,,,外科
P5,A5,-1,0,0,0,2019-11-01,省内,,,外科
P8,A6,1,0,0,0,2019-11-01,省内,,,外科
"""


def made(plan, as_of=None):
    return make_report(lambda date: plan, PERSONS.encode(), CLAIMS.encode(), NAMES, as_of)


def shown(plan, lang, form):
    return run_report(lambda date: plan, PERSONS.encode(), CLAIMS.encode(), NAMES, None, lang, form)


def test_what_is_found(plan):
    report = made(plan)
    assert report.as_of == datetime.date(2019, 11, 1)  # the latest date of the table
    assert [person.id for person in report.persons] == ["P1", "P2", "P3", "P4", "P5", "P7"]
    assert (report.claims, report.cost, report.person_rows, report.claim_rows) == (4, 32_000_100, 7, 6)
    # A1 and A2 leave 3 % of 10,000 each, A3 of 300,000, A4 of 1.00
    assert report.borne == 30_000 + 30_000 + 900_000 + 3
    assert [(entry.person.id, entry.register) for entry in report.not_enrolled] == [
        ("P2", None), ("P3", "参军，记入台账"),
    ]  # fmt: skip
    assert report.subsidies_by_payer == (
        ("全额资助", "maf_pay", "医疗救助基金", 2, 50_000),
        ("定额资助", "省", "省级财政", 2, 10_000),
        ("定额资助", "市", "市级财政", 2, 4_000),
        ("定额资助", "县", "县级财政", 2, 6_000),
    )
    assert sum(row[-1] for row in report.subsidies_by_payer) == sum(entry.total for entry in report.subsidies)
    assert [(line.alert, line.person, line.claims) for line in report.alerts] == [
        ("未参保", "P2", ()), ("未参保", "P3", ()), ("高额费用", "P4", ("A3", "A4")),
    ]  # fmt: skip
    assert [(x.claim, x.due.name, x.due.amount, str(x.due.date)) for x in report.payments] == [
        ("A2", "首付款", 679_000, "2019-10-16"),
        ("A1", "报销款", 70_000, "2019-11-06"),
        ("A2", "尾款", 291_000, "2019-11-06"),
        ("A3", "首付款", 20_370_000, "None"),
        ("A3", "尾款", 8_730_000, "None"),
    ]


def test_no_row_is_lost(plan):
    report = made(plan)
    refused = [(x.file, x.row, x.person, x.claim, [p.code for p in x.problems]) for x in report.refused]
    assert refused == [
        ("persons.csv", 6, "P5", "", ["C558"]),  # nobody pays a third-class county's subsidy
        ("persons.csv", 7, "P6", "", ["C539"]),
        ("persons.csv", 8, "P7", "", ["C501"]),
        ("claims.csv", 5, "P4", "A4", ["C501"]),  # settled, but its route needs the place
        ("claims.csv", 6, "P5", "A5", ["C533"]),
        ("claims.csv", 7, "P8", "A6", ["C556"]),
    ]
    assert [warning.code for warning in report.warnings] == ["C554"]


def test_targets_over_the_population(plan):
    enrolled, poor, ratio = made(plan).targets
    assert (enrolled.numerator, enrolled.denominator, enrolled.met) == (4, 6, False)
    assert (poor.numerator, poor.denominator) == (3, 5)
    # in the province: A2 and A3; what A4 lacks is named
    assert (ratio.value, ratio.met) == (Fraction(3, 4), True)
    assert [name for name, _ in ratio.unknown] == ["A4"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_is_straight_and_deterministic(plan, lang):
    report = shown(plan, lang, "text")
    assert report == shown(plan, lang, "text") and report.endswith("\n")
    assert all(cell_len(line) <= WIDTH for line in report.splitlines())
    words = {
        "zh": [
            "未参保名单",
            "2020 年起参保",
            "参军，记入台账",
            "合计",
            "应付款项",
            "≈66.67%",
            "未达到",
            "另有 1",
        ],
        "en": ["Not enrolled", "insured from 2020", "Payments due", "date not known", "not met", "1 more"],
    }
    flat = " ".join(report.split())
    for word in words[lang]:
        assert word in flat


def test_json(plan):
    data = json.loads(shown(plan, "zh", "json"))
    assert data["schema"] == "pol.report/v1" and data["as_of"] == "2019-11-01"
    assert data["counts"] == {
        "persons": 6, "person_rows": 7, "claims": 4, "claim_rows": 6, "refused": 6, "cost": "320001.00",
        "borne_by_persons": "9600.03",
    }  # fmt: skip
    assert data["subsidies_total"] == "700.00"
    assert data["payments_by_date"] == [
        {"date": "2019-10-16", "payments": 1, "amount": "6790.00"},
        {"date": "2019-11-06", "payments": 2, "amount": "3610.00"},
        {"date": None, "payments": 2, "amount": "291000.00"},
    ]
    assert data["refused"][0]["problems"][0]["code"] == "C558"


def test_csv_has_a_row_per_finding_and_no_formulas(plan):
    rows = list(csv.DictReader(io.StringIO(shown(plan, "zh", "csv"))))
    kinds = [row["kind"] for row in rows]
    assert [kinds.count(k) for k in ("not_enrolled", "subsidy", "payment", "alert", "target", "refused")] == [
        2, 4, 5, 3, 3, 6,
    ]  # fmt: skip
    claims = CLAIMS.replace("P8,A6", "=1+1,A6")
    text = run_report(lambda date: plan, PERSONS.encode(), claims.encode(), NAMES, None, "zh", "csv")
    assert list(csv.DictReader(io.StringIO(text)))[-1]["person"] == "'=1+1"


def test_a_subsidy_says_what_it_rests_on_and_persons_are_counted_once(plan):
    flat = " ".join(shown(plan, "zh", "text").split())
    assert f"内容校验值 {plan_hash(plan)}；2019-11-01" in flat
    assert "医疗救助基金（maf_pay） 2 500.00 试行文件 三甲 trial.pol:三甲" in flat
    # P1 and P2, of class two, are paid for by three payers each, P3 and P7 by one
    assert "合计（人数不重复计） 4 700.00" in flat
    data = json.loads(shown(plan, "en", "json"))
    assert data["policy"]["hash"] == plan_hash(plan)
    assert [rests["clause"] for rests in data["subsidies"][0]["rests_on"]] == [["三甲"]]
    rows = [row for row in csv.DictReader(io.StringIO(shown(plan, "zh", "csv"))) if row["kind"] == "subsidy"]
    assert rows[0]["clause"] == "三甲"


def test_payments_are_told_by_day_route_and_kind(plan):
    flat = " ".join(shown(plan, "zh", "text").split())
    # 70 % of the 9,700.00 of A2 by 16 October; then the rest of A2, and what A1 claims elsewhere
    assert "2019-10-16 省内联网 首付款 1 6,790.00" in flat
    assert "日期未知 省内联网 首付款 1 203,700.00" in flat and "日期未知 省内联网 尾款 1 87,300.00" in flat
    # of A1 the hospital's 9,000.00 have no time limit; A4 lacks where it was and is among the rows refused
    assert "未规定期限 省外联网 1 9,000.00" in flat
    # all that layers pay: 320,001.00 less the 9,600.03 that persons bear and the 0.97 of A4
    assert "合计 6 310,400.00" in flat
    data = json.loads(shown(plan, "zh", "json"))
    assert [(x["claim"], x["route"], x["amount"]) for x in data["unscheduled"]] == [("A1", "省外联网", "9000.00")]
    rows = [row for row in csv.DictReader(io.StringIO(shown(plan, "en", "csv"))) if row["kind"] == "unscheduled"]
    assert [(row["person"], row["claim"], row["amount"]) for row in rows] == [("P1", "A1", "9000.00")]


def test_markdown(plan):
    assert shown(plan, "en", "md").startswith("# Report on enrolment and benefits")


def test_a_day_is_needed(plan):
    with pytest.raises(Problems) as error:
        make_report(lambda date: plan, b"psn_no\nP1", b"psn_no\n", NAMES, None)
    assert [(x.code, x.where) for x in error.value.problems] == [("C527", "claims.csv")]
    report = make_report(lambda date: plan, b"psn_no\nP1", b"psn_no\n", NAMES, datetime.date(2019, 5, 1))
    assert (report.claims, len(report.persons)) == (0, 1)


def test_a_day_without_a_plan_refuses_the_claim(plan):
    from polc.claims.tree_problems import EmptyClaimFile

    def plan_for(date):
        if date.year < 2019:
            raise Problems([EmptyClaimFile(where="policy")])
        return plan

    claims = "psn_no,total,enddate,就医地\nP4,0,2018-05-01,省内\nP4,0,2019-05-01,省内\n"
    report = make_report(plan_for, PERSONS.encode(), claims.encode(), NAMES, None)
    assert report.claims == 1
    assert [(x.file, x.row) for x in report.refused if x.file == "claims.csv"] == [("claims.csv", 2)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(1), "100%"), (Fraction(147, 250), "58.8%"), (Fraction(2, 3), "≈66.67%"), (None, "—"),
     (Fraction(1, 8), "12.5%"), (Fraction(99_999, 100_000), "≈100.00%"), (Fraction(1, 30_000), "≈0.00%")],
)  # fmt: skip
def test_a_percentage_never_looks_exact_when_it_is_not(plan, value, text):
    target = TargetResult("t", "at_least", 1, "persons", 0, 0, value, None, (), plan.targets[0].origin)
    assert percent(target) == text
