"""`polc check`: all problems of files, folders and standard policies."""

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import LOCAL, PARENT, POLICY, Polc

from polc.load import standard_names


def test_a_good_policy(polc: Polc) -> None:
    ran = polc("check", "小县.pol")
    assert (ran.code, ran.out, ran.err) == (0, "检查了 1 个文件：没有问题\n", "")
    assert polc("check", "小县.pol", "--lang", "en").out == "1 file checked: no problems\n"


def test_problems_have_code_place_and_advice(polc: Polc, snapshot: SnapshotAssertion) -> None:
    Path("小县.pol").write_text(POLICY.replace("支付比例 支付比例标准", "支付比例 支付比列标准"), encoding="utf-8")
    ran = polc("check", "小县.pol")
    assert ran.code == 1 and not ran.err
    assert "小县.pol:17:8" in ran.out and "支付比例标准" in ran.out.split("提示")[1]
    assert ran.out.endswith("检查了 1 个文件：1 个错误，0 个警告\n")
    assert ran.out == snapshot
    assert polc("check", "小县.pol", "--lang", "en").out == snapshot


def test_several_files_and_folders_are_checked_together(polc: Polc) -> None:
    for name in ("乙/二.pol", "乙/一.pol", ".hidden/三.pol"):
        path = Path("甲") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(POLICY, encoding="utf-8")
    ran = polc("check", "甲", "小县.pol", "std/linxian-2023", "甲/乙/一.pol", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["files"] == ["甲/乙/一.pol", "甲/乙/二.pol", "小县.pol", "std/linxian-2023"]


def test_all_standard_policies_are_good(polc: Polc) -> None:
    ran = polc("check", *standard_names())
    assert (ran.code, ran.err) == (0, "")


def test_json(polc: Polc) -> None:
    Path("小县.pol").write_text(POLICY.replace("依据 二(一)\n", "\n").replace("70%", "７0%"), encoding="utf-8")
    ran = polc("check", "小县.pol", "--format", "json", "--lang", "en")
    found = json.loads(ran.out)
    assert ran.code == 1 and not ran.err
    assert found["schema"] == "pol.problems/v1" and found["errors"] == 1 and found["warnings"] == 0
    (problem,) = found["problems"]
    assert problem["severity"] == "error" and problem["hint"]
    assert problem["place"] == {"file": "小县.pol", "line": 10, "column": 16, "end_line": 10, "end_column": 19}


def test_warnings_do_not_fail(polc: Polc) -> None:
    Path("小县.pol").write_text(POLICY.replace("口径\n", "身份 低保对象\n\n口径\n"), encoding="utf-8")
    ran = polc("check", "小县.pol")
    assert ran.code == 0 and "错误[" not in ran.out


def test_unbound_parameters_are_listed(polc: Polc, snapshot: SnapshotAssertion) -> None:
    Path("省2022.pol").write_text(PARENT, encoding="utf-8")
    Path("县.pol").write_text(LOCAL, encoding="utf-8")
    ran = polc("check", "县.pol")
    assert ran.code == 1 and "报销比例" in ran.out and "三(二)" in ran.out and "不低于 60%" in ran.out
    assert "“起付标准”" not in ran.out
    assert ran.out == snapshot
    assert polc("check", "省2022.pol").code == 0, "a province's own document may leave figures open"


def test_a_problem_of_a_shared_file_is_told_once(polc: Polc) -> None:
    Path("省2022.pol").write_text(PARENT.replace("起付线 起付标准", "起付线 起付标淮"), encoding="utf-8")
    for name in ("县.pol", "区.pol"):
        Path(name).write_text(LOCAL.replace("县2023", name[0] + "2023"), encoding="utf-8")
    ran = polc("check", "县.pol", "区.pol", "省2022.pol", "--format", "json")
    places = [(problem["code"], problem["place"]["file"]) for problem in json.loads(ran.out)["problems"]]
    assert len(places) == len(set(places)) and ("U301", "省2022.pol") not in places[1:]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("没有.pol", None, "N201"),
        ("std/linxian", None, "N201"),
        ("std/../x", None, "N201"),
        ("gbk.pol", "政策 小县".encode("gbk"), "T101"),
        ("table.pol", bytes(range(256)), "T101"),
        ("empty.pol", b"", "N208"),
        ("long.pol", b"# " + b"x" * 5000, "T102"),
        ("nul\0.pol", None, "N201"),
    ],
)
def test_files_that_cannot_be_read(polc: Polc, name: str, data: bytes | None, code: str) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    ran = polc("check", name)
    assert ran.code == 1 and not ran.err and f"错误[{code}]" in ran.out


def test_a_standard_name_with_a_slip_has_a_suggestion(polc: Polc) -> None:
    assert "是不是想写：std/linxian-2023" in polc("check", "std/linxian").out


def test_a_folder_without_policies(polc: Polc) -> None:
    Path("空").mkdir()
    ran = polc("check", "空")
    assert (ran.code, ran.out) == (1, "") and "C573" in ran.err


def test_hostile_nesting_is_refused(polc: Polc) -> None:
    Path("深.pol").write_text(POLICY + "定义 深 = " + "(" * 3000 + "1元" + ")" * 3000 + "\n", encoding="utf-8")
    ran = polc("check", "深.pol")
    assert ran.code == 1 and "X901" not in ran.out + ran.err
