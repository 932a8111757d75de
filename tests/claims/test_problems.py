"""Each thing that can be wrong with a claim file has its code and says where it is."""

import json

import pytest

from pol_lang.problem import Problems
from polc.claims.read_case import read_case
from polc.claims.tree_problems import MAX_BYTES

GOOD = 'id = "A1"\ntotal = "100.00"\ninscope = "100.00"\n出院日期 = 2023-09-04\n'


def found(data, plan, name="c.toml"):
    data = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(Problems) as error:
        read_case(data, name, plan)
    return [(problem.code, problem.where) for problem in error.value.problems]


def claim(lines="", good=GOOD):
    return f"[claim]\n{good}{lines}\n"


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b"\xff\xfe\x00[", "C520", "c.toml"),
        ("[claim]\ntotal 5", "C521", "c.toml"),
        ("[claim]\n出院日期 = 2023-13-01", "C521", "c.toml"),
        ("a = " + "9" * 5000, "C521", "c.toml"),
        ("[claim]\na" + ".a" * 50_000 + " = 1", "C523", "c.toml"),
        ("a = " + "[" * 30 + "]" * 30, "C523", None),
        ("a = " + "[" * 50_000, "C523", "c.toml"),
        ("", "C524", "c.toml"),
        ("\ufeff \n# 只有注释\n", "C524", "c.toml"),
        ("[earlier]\n", "C524", "c.toml"),
        ('[claim]\nid = "A\u202e1"', "C525", "c.toml: claim.id"),
        ('"a\u200bb" = 1', "C525", "c.toml"),
        ('id = "\\u0007"', "C525", "c.toml: id"),
        ("claim = 5", "C526", "c.toml: claim"),
        ("claims = [5]", "C526", "c.toml: 1"),
        ("person = [1]", "C526", "c.toml: person"),
        ("earlier = 3\nperson = {psn_no = 1}", "C526", "c.toml: earlier"),
        ("arrivals = ['x']", "C526", "c.toml: arrivals 1"),
        (claim("items = 5"), "C526", "c.toml: A1: items"),
        (claim("items = [5]"), "C526", "c.toml: A1: items.1"),
        (claim("规范转珍 = true"), "C528", "c.toml: A1: 规范转珍"),
        ("[claims1]\n", "C528", "c.toml: claims1"),
        ("[person]\n年令 = 3", "C528", "c.toml: person: 年令"),
        ('[person]\nidentities = [{code = "12", 名 = "低保对象"}]', "C528", "c.toml: person: identities.1.名"),
        (claim("items = [{项目 = '西药'}]"), "C528", "c.toml: A1: items.1.项目"),
        (claim("medfee_sumamt = 100"), "C529", "c.toml: A1: medfee_sumamt"),
        (claim("hosp_lv = '二级'\n医院等级 = '二级'"), "C529", "c.toml: A1: 医院等级"),
        ("claim = []\nclaims = []", "C529", "c.toml: claims"),
        ('[person]\nidentities = [{name = "低保对象", code = "12"}]', "C529", "c.toml: person: identities.1.code"),
        ('[earlier]\n"大病保险.base" = 1\n"大病保险.累计费用" = 1', "C529", "c.toml: earlier: 大病保险.累计费用"),
        (claim("年龄 = 66"), "C530", "c.toml: A1: 年龄"),
        ("[person]\nhosp_lv = '二级'", "C530", "c.toml: person: hosp_lv"),
        (claim("规范转诊 = 2"), "C531", "c.toml: A1: 规范转诊"),
        (claim("自费药 = '1,200.00'"), "C531", "c.toml: A1: 自费药"),
        (claim("自费药 = true"), "C531", "c.toml: A1: 自费药"),
        (claim("住院天数 = 2.5"), "C531", "c.toml: A1: 住院天数"),
        (claim("结算日期 = '九月'"), "C531", "c.toml: A1: 结算日期"),
        (claim("病种 = []"), "C531", "c.toml: A1: 病种"),
        (claim("慢特病 = {}"), "C531", "c.toml: A1: 慢特病"),
        (claim("items = [{金额合计 = '？'}]"), "C531", "c.toml: A1: items.1.金额合计"),
        (claim("自费药 = nan"), "C532", "c.toml: A1: 自费药"),
        (claim("自费药 = -inf"), "C532", "c.toml: A1: 自费药"),
        (claim("自费药 = 1e99999999999999999999"), "C532", "c.toml: A1: 自费药"),
        (claim("自费药 = 1e-999999"), "C532", "c.toml: A1: 自费药"),
        (claim("自费药 = -0.01"), "C533", "c.toml: A1: 自费药"),
        (claim("住院天数 = -1"), "C533", "c.toml: A1: 住院天数"),
        (claim("自费药 = 10000000000000.01"), "C534", "c.toml: A1: 自费药"),
        (claim("自费药 = 1e999999"), "C534", "c.toml: A1: 自费药"),
        (claim("次数 = 1e50"), "C534", "c.toml: A1: 次数"),
        (claim("自费药 = 0.001"), "C535", "c.toml: A1: 自费药"),
        ('[earlier]\n"大病保险.paid" = "0.001"', "C535", "c.toml: earlier: 大病保险.paid"),
        (claim("copay = 1"), "C536", "c.toml: A1"),
        (claim("copay = 0\noverlimit = 0\nnoncovered = 1"), "C536", "c.toml: A1"),
        ('[claim]\nid = "A1"\n出院日期 = 2023-09-04\ninscope = 1', "C537", "c.toml: A1"),
        ('[claim]\nid = "A1"\n出院日期 = 2023-09-04\ntotal = 1', "C538", "c.toml: A1"),
        ('[person]\nidentities = "低保"', "C539", "c.toml: person: identities"),
        (
            '[person]\nidentities = [{name = "12", from = 2023-02-01, until = 2023-01-31}]',
            "C540",
            "c.toml: person: identities.1",
        ),
        (claim("医院等级 = '四级'"), "C542", "c.toml: A1: 医院等级"),
        (claim("慢特病 = ['高血压', '感冒']"), "C542", "c.toml: A1: 慢特病"),
        (claim("结算日期 = '2023-02-30'"), "C543", "c.toml: A1: 结算日期"),
        (claim("结算日期 = 0001-01-01"), "C544", "c.toml: A1: 结算日期"),
        (claim("结算日期 = '2323-01-01'"), "C544", "c.toml: A1: 结算日期"),
        ('[claim]\nid = "A1"\ntotal = 0\n结算日期 = 2023-09-04', "C545", "c.toml: A1"),
        (claim("begndate = 2023-09-05"), "C546", "c.toml: A1"),
        (f"[[claims]]\n{GOOD}[[claims]]\n{GOOD}", "C547", "c.toml: A1"),
        ('[person]\n[earlier]\n"大病.base" = 1', "C548", "c.toml: earlier: 大病.base"),
        (claim("continues = 'A0'"), "C549", "c.toml: A1: continues"),
        (claim("continues = 'A1'"), "C549", "c.toml: A1: continues"),
        ("[[arrivals]]\nclaim = 'A1'", "C549", "c.toml: arrivals 1: claim"),
        (claim("psn_no = 'P2'") + "[person]\npsn_no = 'P1'", "C550", "c.toml: A1"),
    ],
)
def test_each_problem_has_its_code_and_its_place(plan, data, code, where):
    problems = found(data, plan)
    assert [problem for problem, _ in problems] == [code]
    assert where is None or problems[0][1] == where


def test_a_file_that_is_too_large_is_not_even_decoded(plan):
    assert found(b"\xff" * (MAX_BYTES + 1), plan) == [("C522", "c.toml")]


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b'{"claim": ', "C521", "c.json"),
        (b"{}", "C524", "c.json"),
        (b"[1]", "C526", "c.json"),
        (b"null", "C526", "c.json"),
        (b'{"claim": {"total": 1, "total": 1}}', "C529", "c.json: total"),
        (b'{"claim": ' + b"[" * 100_000, "C523", "c.json"),
        (b'{"person": {"psn_no": "\\ud800"}}', "C525", "c.json: person.psn_no"),
        (b'{"person": {"age": NaN}}', "C532", "c.json: person: age"),
        (b'{"person": {"age": -Infinity}}', "C532", "c.json: person: age"),
        (b'{"person": {"age": ' + b"9" * 100_000 + b"}}", "C532", "c.json: person: age"),
    ],
)
def test_json_has_its_own_ways_of_being_wrong(plan, data, code, where):
    assert found(data, plan, "c.json") == [(code, where)]


def test_everything_wrong_is_told_at_once(plan):
    text = """
    [person]
    identities = "低保户"
    年令 = 3
    [claim]
    id = "A1"
    total = -5
    医院等级 = "四级"
    """
    assert sorted(found(text, plan)) == [
        ("C528", "c.toml: person: 年令"),
        ("C533", "c.toml: A1: total"),
        ("C539", "c.toml: person: identities"),
        ("C542", "c.toml: A1: 医院等级"),
        ("C545", "c.toml: A1"),
    ]


def hints(text, plan):
    with pytest.raises(Problems) as error:
        read_case(text.encode(), "c.toml", plan)
    return [(problem.message("zh"), problem.hint("zh")) for problem in error.value.problems]


def test_messages_say_what_was_meant(plan):
    text = claim(
        "规范转珍 = true\n自费药 = '１，２００元'\n医院等级 = '二'\ncopay = '50.5'\nnoncovered = 1\noverlimit = 0"
    )
    messages = dict(hints(text, plan))
    assert messages["不认识“规范转珍”这一项"].startswith("是不是想写：规范转诊？")
    assert messages["“１，２００元”不对，这里应当是以元为单位的金额，如 52000.00"] == "是不是想写：1200？"
    assert "可选：三级、二级、一级" in messages["“医院等级”没有“二”这个选项"]
    assert "各部分合计 151.50 元，总额 100.00 元，相差 51.50 元" in messages


def test_a_missing_part_is_named(plan):
    ((message, _),) = hints('[claim]\nid = "A"\n出院日期 = 2023-09-04\ntotal = 100\ninscope = "50.00"\ncopay = 1', plan)
    assert message == (
        "已给的各部分合计 51.00 元，比总额 100.00 元少 49.00 元，"
        "全自费费用（fulamt_ownpay_amt）、超限价自费费用（overlmt_selfpay）都没有给"
    )


def test_a_syntax_error_is_placed_where_it_was_written(plan):
    ((message, _),) = hints("[参保人]\n年龄 = 3\n户籍 医院 = 4", plan)
    assert message.startswith("不是正确的 TOML：第 3 行第 4 列读不下去")
    ((message, _),) = hints('[person]\nage = "3', plan)
    assert message.startswith("不是正确的 TOML：第 2 行第 ")


def test_a_thousand_wrong_claims_are_told_of_quickly(plan):
    claims = [{"id": str(n), "total": "x", "出院日期": "2023-01-01"} for n in range(1000)]
    assert len(found(json.dumps({"claims": claims}), plan, "c.json")) == 1000
