"""A plan made by hand from the clauses of two documents: who is insured when, who pays premiums, who is paid when."""

import datetime
from fractions import Fraction

import pytest

from polc import plan as p
from polc.settlement import Claim, HeldIdentity, Person

POOR, DESTITUTE, WATCHED = "建档立卡贫困人口", "特困人员", "监测对象"
DAY = datetime.date
SEPTEMBER = DAY(2019, 9, 10)


def at(clause):
    return p.Origin((clause,), "试行文件", f"trial.pol:{clause}")


def fact(name, unit, field=None, choices=(), of="claim", default=None):
    return p.FactSpec(name, field, unit, tuple(choices), default, of, True)


def is_one(*names):
    return p.Holds(frozenset(names), "、".join(names))


def claim_fact(name, unit="text"):
    return p.Fact(name, unit, "claim")


def person_fact(name, unit="text"):
    return p.Fact(name, unit, "person")


def equals(expr, value, unit="text"):
    return p.Compare("=", expr, p.Const(value, unit))


def money(yuan):
    return p.Const(yuan * 100, "money")


MONTH = p.DatePart("month", person_fact("认定日期", "date"))
COUNTY = person_fact("县类别")

ENROLMENT = p.Enrolment(
    "新认定参保",
    is_one(POOR, DESTITUTE),
    (
        p.EnrolmentCase(person_fact("参军", "bool"), "none", None, None, "参军，记入台账", at("二(一)")),
        p.EnrolmentCase(p.Compare("<=", MONTH, p.Const(8, "number")), "this_year", "this_year", None, None,
                        at("二(二)")),
        p.EnrolmentCase(
            None, "next_year", "next_year", p.DatePart("next_month", person_fact("认定日期", "date")), None,
            at("二(二)后"),
        ),
    ),
    at("二"),
)  # fmt: skip
PREMIUM = p.Named("个人缴费标准", money(250), "money", at("一"))
SUBSIDIES = (
    p.Subsidy(
        "全额资助", is_one(DESTITUTE), PREMIUM, PREMIUM,
        (p.ShareRule(None, (("maf_pay", "医疗救助基金", Fraction(1)),), at("三甲")),), at("三"),
    ),
    p.Subsidy(
        "定额资助", is_one(POOR), PREMIUM, money(100),
        (
            p.ShareRule(equals(COUNTY, "一类"), (("省", "省级财政", Fraction(1)),), at("三乙")),
            p.ShareRule(
                equals(COUNTY, "二类"),
                (("省", "省级财政", Fraction(5)), ("市", "市级财政", Fraction(2)), ("县", "县级财政", Fraction(3))),
                at("三丙"),
            ),
        ),
        at("三"),
    ),
)  # fmt: skip

ARRIVED = claim_fact("申报日期", "date")
LAYERS = ("基本医保", "大病保险", "医疗救助")
ROUTES = (
    p.Route(
        "省内联网",
        (p.Guard(equals(claim_fact("就医地"), "省内"), at("五1")), p.Guard(claim_fact("联网", "bool"), at("五1"))),
        ((LAYERS, "医疗机构", at("五1")),), (), (None, at("六")), (p.Left(), at("六")),
        (
            p.Due("首付款", Fraction(7, 10), 10, "workdays", ARRIVED, at("五1甲")),
            p.Due("尾款", None, 15, "workdays", "首付款", at("五1乙")),
        ),
        at("五1"),
    ),
    p.Route(
        "省外联网", (p.Guard(claim_fact("联网", "bool"), at("五3")),), ((LAYERS[:2], "医疗机构", at("五3")),),
        ((LAYERS[2:], "零星报销", at("五3")),), None, None, (), at("五3"),
    ),
    p.Route(
        "零星报销", (), (), (), None, None,
        (p.Due("报销款", Fraction(1), 25, "workdays", ARRIVED, at("五2")),), at("五2"),
    ),
)  # fmt: skip


def layer(name, payer, rate):
    """A layer that pays a rate of what is left of the eligible cost."""
    left = p.Add(
        ((1, p.Part("inscope", "政策范围内费用")), *((-1, p.Paid(other)) for other in LAYERS if other != name)), "money"
    )
    return p.Layer(
        name, payer, payer, frozenset({"inscope"}), (), p.Base(left, None, False, at(name)),
        (p.RatePay(p.Const(Fraction(rate, 100), "ratio"), at(name)), p.Round(1, "half_up", None, at(name))), (), "add",
        at(name),
    )  # fmt: skip


ALERTS = (
    p.Alert(
        "高额费用", (), p.Tallied("年度负担"),
        p.Cases((p.Arm(is_one(WATCHED), money(6000)),), money(20000), "money", ""), "民政部门", at("六1"),
    ),
    p.Alert(
        "未参保", (p.Guard(p.Not(person_fact("已参保", "bool")), at("六2")),), money(1), money(0), "乡镇", at("六2"),
    ),
    p.Alert(
        "省外", (p.Guard(equals(claim_fact("就医地"), "省外"), at("六3")),), p.Left(), money(1000), "医保局", at("六3"),
    ),
)  # fmt: skip
TARGETS = (
    p.Target("参保率", "at_least", p.Const(Fraction(95, 100), "ratio"), person_fact("已参保", "bool"),
             None, None, None, at("七1")),
    p.Target("贫困人口参保率", "at_least", p.Const(1, "ratio"), person_fact("已参保", "bool"),
             is_one(POOR, DESTITUTE), None, None, at("七2")),
    p.Target("补偿比", "about", p.Const(Fraction(3, 4), "ratio"), None, None,
             (p.Paid("基本医保"), p.Part("inscope", "政策范围内费用")), equals(claim_fact("就医地"), "省内"),
             at("七3")),
)  # fmt: skip


def make_plan(**changes):
    values = dict(
        name="试行",
        as_of=DAY(2019, 9, 1),
        since=None,
        expires=None,
        documents=(),
        year=p.YearRule("出院日期", (1, 1), None),
        identities=tuple(p.IdentitySpec(name, None, ()) for name in (POOR, DESTITUTE, WATCHED)),
        facts=(
            fact("认定日期", "date", of="person"),
            fact("参军", "bool", of="person", default=False),
            fact("已参保", "bool", of="person"),
            fact("县类别", "text", choices=(("一类", None), ("二类", None), ("三类", None)), of="person"),
            fact("出院日期", "date", "enddate"),
            fact("就医地", "text", choices=(("省内", None), ("省外", None))),
            fact("联网", "bool", default=True),
            fact("申报日期", "date"),
        ),
        bearers=(
            ("hifp_pay", "基本医保基金"), ("hifmi_pay", "大病资金"), ("maf_pay", "医疗救助基金"),
            ("psn_part_amt", "个人"),
        ),
        accumulators=(p.Accumulator("年度负担.tally", "年度负担", "tally", "year"),),
        shared_caps=(),
        root=p.Sequence(
            (layer("基本医保", "hifp_pay", 75), layer("大病保险", "hifmi_pay", 60), layer("医疗救助", "maf_pay", 70))
        ),
        tallies=(p.Tally("年度负担", p.Left(), "年度负担.tally", at("六")),),
        requirements=(),
        subsidies=SUBSIDIES,
        enrolments=(ENROLMENT,),
        routes=ROUTES,
        alerts=ALERTS,
        targets=TARGETS,
        bearers_also=(("medical_assistance_fund", "maf_pay", "医疗救助基金"),),
    )  # fmt: skip
    return p.Plan(**{**values, **changes})


@pytest.fixture(scope="session")
def plan():
    return make_plan()


@pytest.fixture(scope="session")
def changed():
    """Plans that differ from the usual one in the fields given."""
    return make_plan


@pytest.fixture
def person():
    """Persons by their identities and facts."""

    def make(*identities, id="P1", **facts):
        return Person(id, tuple(HeldIdentity(name) for name in identities), {"已参保": True, **facts})

    return make


@pytest.fixture
def claim():
    """Claims of so many yuan, all of it in scope."""

    def make(yuan, id="A1", date=SEPTEMBER, **facts):
        fen = int(yuan * 100)
        parts = {"total": fen, "noncovered": 0, "overlimit": 0, "copay": 0, "inscope": fen}
        return Claim(id, date, parts, {"出院日期": date, "就医地": "省内", **facts})

    return make
