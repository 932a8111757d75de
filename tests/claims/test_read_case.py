"""A claim file becomes a case: every way of writing the same thing gives the same case."""

import datetime
import json
from fractions import Fraction

from polc.claims.read_case import read_case

TOML = """
[person]
psn_no = "P1"
identities = ["低保对象", {name = "特困人员", from = 2023-01-01, until = 2023-12-31}]
年龄 = 66
户籍 = "1"

[earlier]
"大病保险.累计费用" = "8000.005"
"大病保险.paid" = "12.30"
大病保险.次数 = 3
"负担.累计" = 6000
"天数.tally" = 41

[[claims]]
id = "A1"
医疗费总额 = "52000.00"
全自费费用 = 1000.5
超限价自费费用 = 0
先行自付费用 = "999.50"
政策范围内费用 = 50000
入院日期 = 2023-08-28
出院日期 = 2023-09-04T10:30:00
医院等级 = "二级"
慢特病 = ["高血压", "M2"]
规范转诊 = true
住院天数 = 7
次数 = "2.5"
自费药 = "0.01"
浮动 = "70%"
加点 = "5%"

[[claims.items]]
项目类别 = "西药"
金额合计 = "1200.00"

[[claims]]
setl_id = "A2"
MEDFEE_SUMAMT = "100"
inscp_scp_amt = "100"
enddate = "20231231"
continues = "A1"

[[arrivals]]
id = "D1"
claim = "A1"
申报日期 = 2019-09-27
申报金额 = "1000.00"
"""


def test_toml_gives_the_case(plan):
    case = read_case(TOML.encode(), "case.toml", plan)
    assert case.warnings == ()
    assert case.person.id == "P1"
    assert [(h.name, h.since, h.until) for h in case.person.identities] == [
        ("低保对象", None, None),
        ("特困人员", datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)),
    ]
    assert case.person.facts == {"人员编号": "P1", "年龄": 66, "户籍": "本县"}
    assert case.state.values == {
        "大病保险.base": ("2023", Fraction(1600001, 2)),
        "大病保险.paid": ("2023-09", 1230),
        "大病保险.count": ("life", 3),
        "负担.tally": ("2023", 600000),
        "天数.tally": ("2023", 41),
    }
    first, second = case.claims
    assert (first.id, first.date, first.continues) == ("A1", datetime.date(2023, 9, 4), None)
    assert first.parts == {
        "total": 5_200_000, "noncovered": 100_050, "overlimit": 0, "copay": 99_950, "inscope": 5_000_000,
    }  # fmt: skip
    assert first.facts == {
        "入院日期": datetime.date(2023, 8, 28), "出院日期": datetime.date(2023, 9, 4), "医院等级": "二级",
        "慢特病": frozenset({"高血压", "糖尿病"}), "规范转诊": True, "住院天数": 7, "次数": Fraction(5, 2), "自费药": 1,
        "浮动": Fraction(7, 10), "加点": Fraction(1, 20),
    }  # fmt: skip
    assert first.items == ({"项目类别": "西药", "金额合计": 120_000},)
    assert (second.id, second.date, second.continues) == ("A2", datetime.date(2023, 12, 31), "A1")
    assert second.parts == {"total": 10_000, "noncovered": 0, "overlimit": 0, "copay": 0, "inscope": 10_000}
    (arrival,) = case.arrivals
    assert (arrival.id, arrival.claim) == ("D1", "A1")
    assert arrival.facts == {"申报日期": datetime.date(2019, 9, 27), "申报金额": 100_000}


def test_json_with_platform_fields_gives_the_same(plan):
    data = {
        "person": {"人员编号": 1, "psn_idet_type": "12", "age": 66},
        "claim": {
            "mdtrt_id": "M1", "psn_no": "1", "medfee_sumamt": 52000.10, "fulamt_ownpay_amt": "1000.05",
            "overlmt_selfpay": "0", "preselfpay_amt": None, "inscp_scp_amt": "50000",
            "enddate": "2023-09-04 10:30:00", "hosp_lv": "02", "refl_flag": "1", "OPSP": "高血压、糖尿病",
        },
    }  # fmt: skip
    case = read_case(json.dumps(data).encode(), "case", plan)
    assert case.person.id == "1" and case.person.facts["年龄"] == 66
    assert [h.name for h in case.person.identities] == ["低保对象"]
    (claim,) = case.claims
    assert claim.id == "M1"
    assert claim.parts == {
        "total": 5_200_010, "noncovered": 100_005, "overlimit": 0, "copay": 100_005, "inscope": 5_000_000,
    }  # fmt: skip
    assert claim.facts["医院等级"] == "二级" and claim.facts["规范转诊"] is True
    assert claim.facts["慢特病"] == frozenset({"高血压", "糖尿病"})


def test_sections_may_be_chinese_and_a_person_may_come_without_claims(plan):
    case = read_case('[参保人]\n人员编号 = "P9"\n人员类别 = "孤儿"\n'.encode(), "p.toml", plan)
    assert (case.person.id, case.claims, case.arrivals) == ("P9", (), ())
    assert [held.name for held in case.person.identities] == ["孤儿"]


def test_a_claim_without_id_is_called_by_its_place_and_may_name_the_person(plan):
    text = """
    [[就诊]]
    人员编号 = "P3"
    医疗费总额 = 0
    出院日期 = 2023-01-01
    [[就诊]]
    total = 1
    inscope = 1
    出院日期 = 2023-01-02
    """
    case = read_case(text.encode(), "p.toml", plan)
    assert [claim.id for claim in case.claims] == ["1", "2"]
    assert case.person.id == "P3"


def test_a_byte_order_mark_windows_line_ends_and_null_do_no_harm(plan):
    data = b"\xef\xbb\xbf" + '[claim]\r\ntotal = "0.00"\r\n出院日期 = 2023-01-01\r\n'.encode()
    assert read_case(data, "a", plan).claims[0].parts["total"] == 0


def test_the_year_of_earlier_sums_follows_the_policy(july_plan):
    text = '[earlier]\n"大病保险.base" = 1\n[claim]\ntotal = 0\n入院日期 = 2023-03-01\n出院日期 = 2023-08-01'
    case = read_case(text.encode(), "a.toml", july_plan)
    assert case.claims[0].date == datetime.date(2023, 3, 1)
    assert case.state.values == {"大病保险.base": ("2022", 100)}


def test_decimals_beyond_two_are_taken_where_they_are_zeros(plan):
    text = '[claim]\ntotal = "12.3400"\ninscope = 12.340\n出院日期 = 2023-08-01'
    assert read_case(text.encode(), "a.toml", plan).claims[0].parts["inscope"] == 1234


def test_an_end_in_the_year_9999_means_open(plan):
    text = '[person]\nidentities = [{name = "低保对象", begntime = "2020-01-01", endtime = "9999-12-31"}]'
    (held,) = read_case(text.encode(), "a.toml", plan).person.identities
    assert (held.since, held.until) == (datetime.date(2020, 1, 1), None)


def test_an_identity_out_of_its_period_is_a_warning_only_if_none_is_held(plan):
    text = """
    [person]
    identities = [{name = "低保对象", until = 2022-12-31}, {name = "监测对象", from = 2023-07-01}]
    [[claims]]
    id = "早"
    total = 0
    出院日期 = 2023-06-30
    [[claims]]
    id = "晚"
    total = 0
    出院日期 = 2023-07-01
    """
    (warning,) = read_case(text.encode(), "a.toml", plan).warnings
    assert (warning.code, warning.severity, warning.where) == ("C541", "warning", "a.toml: 早")
    assert "低保对象、监测对象" in warning.message("zh")
