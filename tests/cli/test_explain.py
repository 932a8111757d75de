"""`polc explain`: the sheet of a claim file or an example."""

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import CLAIM, LOCAL, PARENT, POLICY, Polc


def test_an_example_by_name(polc: Polc) -> None:
    ran = polc("explain", "小县.pol", "普通住院")
    assert ran.code == 0 and not ran.err
    for amount in ("34,790.00", "3,126.00", "12,084.00"):  # worked out by hand
        assert amount in ran.out
    assert ran.out == polc("explain", "小县.pol", "普通住院").out


def test_a_claim_is_settled_by_the_rules_of_its_day(polc: Polc) -> None:
    # (50000-300)×75% = 37275, 12725 left, (12725-10000)×60% = 1635
    ran = polc("explain", "小县.pol", "claim.toml", "--format", "json")
    claim = json.loads(ran.out)["claims"][0]
    assert [(layer["layer"], layer["paid"]) for layer in claim["layers"]] == [
        ("基本医保", "37275.00"),
        ("大病保险", "1635.00"),
    ]
    assert "2024-03-01" in polc("explain", "小县.pol", "claim.toml").out.split("1.3", 1)[1].splitlines()[0]


def test_as_of_takes_the_rules_of_another_day(polc: Polc) -> None:
    ran = polc("explain", "小县.pol", "claim.toml", "--format", "json", "--as-of", "2023-06-01")
    trace = json.loads(ran.out)
    assert trace["claims"][0]["layers"][0]["paid"] == "34790.00"
    assert trace["policy"]["as_of"] == "2023-06-01"


def test_json_claim_file_and_standard_input(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = {
        "claim": {
            "id": "C1",
            "med_type": "21",
            "enddate": "2024-03-01",
            "medfee_sumamt": "50000",
            "inscp_scp_amt": 50000,
        }
    }
    Path("claim.json").write_text(json.dumps(claim), encoding="utf-8")
    ran = polc("explain", "小县.pol", "claim.json")
    assert ran.code == 0 and "37,275.00" in ran.out


@pytest.mark.parametrize("form", ["text", "json", "html", "md"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_format_in_both_languages(polc: Polc, form: str, lang: str) -> None:
    ran = polc("explain", "小县.pol", "普通住院", "--format", form, "--lang", lang)
    assert ran.code == 0 and not ran.err and ran.out.endswith("\n") and not ran.out.endswith("\n\n")
    assert "34,790.00" in ran.out or "34790.00" in ran.out
    if form == "json":
        trace = json.loads(ran.out)
        amounts = [bearer["amount"] for bearer in trace["claims"][0]["bearers"]]
        assert trace["schema"] == "pol.trace/v1" and trace["claims"][0]["total"] == "50000.00"
        assert sorted(amounts) == ["12084.00", "3126.00", "34790.00"]


def test_why_not(polc: Polc) -> None:
    ran = polc("explain", "小县.pol", "普通住院", "--why-not", "大病保险")
    assert ran.code == 0 and "「大病保险」" in ran.out and "8  「大病保险」支付额的由来" in ran.out
    assert "1  依据与对象" not in ran.out and ran.out.index("「大病保险」") < ran.out.index("8.1")
    ran = polc("explain", "小县.pol", "普通住院", "--why-not", "大病")
    assert (ran.code, ran.out) == (1, "") and "是不是想写：大病保险" in ran.err


def test_output_is_written_to_a_file_whole(polc: Polc) -> None:
    ran = polc("explain", "小县.pol", "普通住院", "-o", "计算书.txt")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert Path("计算书.txt").read_text(encoding="utf-8") == polc("explain", "小县.pol", "普通住院").out
    assert sorted(path.name for path in Path().iterdir()) == ["claim.toml", "小县.pol", "计算书.txt"]


@pytest.mark.parametrize("path", ["没有/x.txt", ".", "小县.pol/x"])
def test_output_that_cannot_be_written(polc: Polc, path: str) -> None:
    ran = polc("explain", "小县.pol", "普通住院", "-o", path)
    assert (ran.code, ran.out) == (1, "") and "错误[C571]" in ran.err
    assert sorted(entry.name for entry in Path().iterdir()) == ["claim.toml", "小县.pol"]


def test_an_unknown_example_has_a_suggestion(polc: Polc, snapshot: SnapshotAssertion) -> None:
    ran = polc("explain", "小县.pol", "普通住园")
    assert (ran.code, ran.out) == (1, "") and "C572" in ran.err and "是不是想写：普通住院？" in ran.err
    assert polc("explain", "小县.pol", "普通住园", "--lang", "en").err == snapshot


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("没有.toml", None, "C570"),
        ("目录", "folder", "C570"),
        ("bytes.toml", b"\xff\xfe\x00", "C520"),
        ("empty.toml", b"", "C524"),
        ("broken.json", b'{"claim": ', "C521"),
        ("slip.toml", CLAIM.replace("医疗费总额", "医疗费总颡").encode(), "C528"),
        ("deep.json", b'{"claim":' * 3000 + b"1" + b"}" * 3000, "C523"),
        ("money.toml", CLAIM.replace('"50000.00"', '"五万元"').encode(), "C531"),
    ],
)
def test_claim_files_that_cannot_be_read(polc: Polc, name: str, data: bytes | str | None, code: str) -> None:
    if data == "folder":
        Path(name).mkdir()
    elif isinstance(data, bytes):
        Path(name).write_bytes(data)
    ran = polc("explain", "小县.pol", name)
    assert (ran.code, ran.out) == (1, "") and f"错误[{code}]" in ran.err and name in ran.err


def test_a_misspelt_key_has_a_suggestion(polc: Polc) -> None:
    Path("claim.toml").write_text(CLAIM.replace("出院日期", "出院曰期"), encoding="utf-8")
    ran = polc("explain", "小县.pol", "claim.toml", "--lang", "en")
    assert ran.code == 1 and "did you mean: 出院日期" in ran.err


def test_unbound_parameters_refuse_the_claim(polc: Polc) -> None:
    Path("省2022.pol").write_text(PARENT, encoding="utf-8")
    Path("县.pol").write_text(LOCAL, encoding="utf-8")
    local = polc("explain", "县.pol", "claim.toml")
    assert (local.code, local.out) == (1, "") and "“报销比例”" in local.err and "不低于 60%" in local.err
    parent = polc("explain", "省2022.pol", "claim.toml")
    assert (parent.code, parent.out) == (1, "") and "报销比例" in parent.err and "地方文件：县.pol" in parent.err


def test_a_policy_with_errors_settles_nothing(polc: Polc) -> None:
    Path("小县.pol").write_text(POLICY.replace("300元", "免赔额"), encoding="utf-8")
    ran = polc("explain", "小县.pol", "claim.toml")
    assert (ran.code, ran.out) == (1, "") and "免赔额" in ran.err


@pytest.mark.parametrize("policy", ["没有.pol", "std/没有", "."])
def test_a_policy_that_is_not_there(polc: Polc, policy: str) -> None:
    ran = polc("explain", policy, "claim.toml")
    assert (ran.code, ran.out) == (1, "") and "N201" in ran.err


def test_a_person_alone_and_what_arrives(polc: Polc) -> None:
    ran = polc("explain", "小县.pol", "claim.toml")
    assert ran.code == 0
    Path("person.toml").write_text('[person]\npsn_no = "P1"\n', encoding="utf-8")
    ran = polc("explain", "小县.pol", "person.toml")
    assert (ran.code, ran.out) == (1, "") and "C580" in ran.err


def test_a_claim_from_before_the_policy_is_told_so_and_nothing_of_values_that_begin_later(polc: Polc) -> None:
    Path("claim.toml").write_text(CLAIM.replace("2024-", "2021-"), encoding="utf-8")
    ran = polc("explain", "小县.pol", "claim.toml")
    assert ran.code == 1
    assert "错误[C504]" in ran.err and "N215" not in ran.err
