"""A small plan to read claims for: facts of every type, two identities, four running sums."""

import datetime

import pytest

from polc import plan as p

NOWHERE = p.Origin((), "", "")


def fact(name, unit, field=None, choices=(), of="claim", default=None):
    return p.FactSpec(name, field, unit, tuple(choices), default, of, True)


FACTS = (
    fact("人员编号", "text", "psn_no", of="person", default=""),
    fact("年龄", "number", "age", of="person"),
    fact("户籍", "text", "hukou", of="person", choices=(("本县", "1"), ("外县", "2"))),
    fact("认定日期", "date", "cfm_date", of="person"),
    fact("入院日期", "date", "begndate"),
    fact("出院日期", "date", "enddate"),
    fact("结算日期", "date", "setl_time"),
    fact("医院等级", "text", "hosp_lv", choices=(("三级", "03"), ("二级", "02"), ("一级", "01"))),
    fact("病种", "text", "dise_codg"),
    fact("慢特病", "choices", "opsp", choices=(("高血压", "M1"), ("糖尿病", "M2"), ("尿毒症", None))),
    fact("规范转诊", "bool", "refl_flag"),
    fact("住院天数", "days", "ipt_days"),
    fact("次数", "number", "times"),
    fact("自费药", "money", "zfy"),
    fact("浮动", "ratio"),
    fact("加点", "points"),
    fact("申报日期", "date"),
    fact("申报金额", "money"),
    fact("项目类别", "text", "type", of="item"),
    fact("金额合计", "money", "amt", of="item"),
)


def make_plan(**changes):
    values = dict(
        name="试行",
        as_of=datetime.date(2023, 10, 1),
        since=None,
        expires=None,
        documents=(),
        year=p.YearRule("出院日期", (1, 1), None),
        identities=(
            p.IdentitySpec("特困人员", "11", ("孤儿",)),
            p.IdentitySpec("低保对象", "12", ()),
            p.IdentitySpec("监测对象", None, ()),
        ),
        facts=FACTS,
        bearers=(("hifmi_pay", "大病保险资金"), ("psn_part_amt", "个人")),
        accumulators=(
            p.Accumulator("大病保险.base", "大病保险", "base", "year"),
            p.Accumulator("大病保险.paid", "大病保险", "paid", "month"),
            p.Accumulator("大病保险.count", "大病保险", "count", "life"),
            p.Accumulator("大病保险.exact", "大病保险", "exact", "year"),
            p.Accumulator("负担.tally", "负担", "tally", "year"),
            p.Accumulator("天数.tally", "天数", "tally", "year"),
        ),
        shared_caps=(),
        root=p.Sequence(()),
        tallies=(
            p.Tally("负担", p.Left(), "负担.tally", NOWHERE),
            p.Tally("天数", p.Fact("住院天数", "days", "claim"), "天数.tally", NOWHERE),
        ),
        requirements=(),
        subsidies=(),
        enrolments=(),
        routes=(),
        alerts=(),
        targets=(),
    )
    return p.Plan(**{**values, **changes})


@pytest.fixture(scope="session")
def plan():
    return make_plan()


@pytest.fixture(scope="session")
def july_plan():
    """A plan whose year starts on 1 July and follows the admission."""
    return make_plan(year=p.YearRule("入院日期", (7, 1), None))
