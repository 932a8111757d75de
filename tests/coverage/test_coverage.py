"""Clauses read off a document, citations read off a policy, and the one held against the other."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pol_lang.parser import parse
from pol_lang.source import Source
from polc.cli import run
from polc.coverage.cover import Coverage, cover
from polc.coverage.figures import figures, missing
from polc.coverage.numbering import han, read_citation, value, written
from polc.coverage.outline import read_outline

_spec = spec_from_file_location("documents", Path(__file__).with_name("documents.py"))
assert _spec is not None and _spec.loader is not None
documents = module_from_spec(_spec)
_spec.loader.exec_module(documents)


def ids(text: str) -> list[str]:
    return [clause.id for clause in read_outline(text).every()]


# ---------------------------------------------------------------- the outline


def test_the_usual_numbering() -> None:
    assert ids(documents.PLAIN) == [
        "一", "二", "二(一)", "二(二)", "二(二)1", "二(二)2", "二(三)", "二(三) 一是", "二(三) 二是", "二(三) 三是",
        "三", "三(一)", "三(二)",
    ]  # fmt: skip


def test_a_scanned_text_with_blanks_both_widths_and_decorations() -> None:
    # The numbers 二 and 三 of the outer series are lost; 1.5 万元 is no number of a clause.
    assert ids(documents.SCANNED) == [
        "一", "一(一)", "一(二)", "一(二)1", "一(二)2", "一(二)2（1）", "一(二)2（2）", "四",
        "附件1", "附件1.一", "附件1.二",
    ]  # fmt: skip


def test_a_series_within_a_series_of_the_same_style() -> None:
    assert ids(documents.NESTED) == ["三", "三.一", "三.二", "三.二 一是", "三.二 二是", "三.三", "三.四"]


def test_articles_are_counted_through_the_chapters() -> None:
    assert ids(documents.ARTICLES) == [
        "第一章", "第一条", "第二条", "第二条(一)", "第二条(二)", "第二章", "第三条",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "1. 甲\n3 人\n2. 乙\n2.1 丙。300元\n2.2 丁\n1.5 万元支付\n2.2.1 戊\n2.3. 己\n3. 庚\n",
            "1 2 2.1 2.2 2.2.1 2.3 3",
        ),
        ("1.1 甲\n1.2 乙\n2.1 丙\n", "1 1.1 1.2 2 2.1"),
        ("一、甲\n1.5万元以上的部分\n1.1 元\n二、乙\n1. 丙\n1.1 丁\n2. 戊\n", "一 二 二.1 二.1.1 二.2"),
    ],
)
def test_numbers_with_a_point_between(text: str, found: str) -> None:
    clauses = read_outline(text).every()
    assert [clause.id for clause in clauses] == found.split()
    for clause in clauses:
        assert read_citation(clause.id) == (clause.path, None)


def test_a_document_without_numbers_goes_by_its_headings() -> None:
    assert ids(documents.HEADINGS) == ["办法", "参保", "待遇", "住院"]


def test_a_reference_within_a_sentence_is_no_clause() -> None:
    text = "一、甲\n按照本通知二（四）和第三条第一款的规定，统一是关键，另一是否可行再议。\n二、乙\n"
    assert ids(text) == ["一", "二"]


def test_every_text_has_an_outline() -> None:
    assert ids("") == ids("没有编号的一段话。\n") == []


@given(st.text("一二三四（(）)、.．1２①是第条章附件#-* \n。；甲", max_size=120))
def test_no_text_breaks_the_outline(text: str) -> None:
    every = read_outline(text).every()
    paths = [clause.path for clause in every if clause.path]
    assert all(1 <= clause.line <= text.count("\n") + 1 for clause in every)
    assert all(path[:-1] == () or path[:-1] in paths for path in paths)


# ---------------------------------------------------------------- citations


@given(st.integers(1, 999))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    assert value(han(number)) == number


@pytest.mark.parametrize("text", [documents.PLAIN, documents.SCANNED, documents.NESTED, documents.ARTICLES])
def test_every_clause_can_be_cited_by_its_number(text: str) -> None:
    for clause in read_outline(text).every():
        cited = read_citation(clause.id)
        assert cited is not None, clause.id
        assert written(cited[0]) == clause.id


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("二(四)2", "二(四)2", None),
        ("二（四）2", "二(四)2", None),
        ("二 ( 四 ) 2", "二(四)2", None),
        ("三.二 一是", "三.二 一是", None),
        ("三(三)–(六)", "三(三)", "三(六)"),
        ("三(三)至三(六)", "三(三)", "三(六)"),
        ("二(二)1-3", "二(二)1", "二(二)3"),
        ("第十二条（三）", "第十二条(三)", None),
        ("第12条", "第十二条", None),
        ("四，最后一段", "四", None),
        ("第三条第二款", "第三条", None),
    ],
)
def test_ways_to_cite(text: str, first: str, last: str | None) -> None:
    cited = read_citation(text)
    assert cited is not None
    assert written(cited[0]) == first
    assert (cited[1] and written(cited[1])) == last


@pytest.mark.parametrize("text", ["示例", "某州2025标准", "某医保发〔2023〕1号", "", "二(四", "二〇二三年标准"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_citation(text) is None


# ---------------------------------------------------------------- a policy against a document

POLICY = """\
政策 试
  文号 "某医保发〔2023〕1号"
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
只记录 "没有可计算的规则" 依据 一、三
身份 特困人员 依据 二(一)
参数 起付标准 = 500元 依据 二(二)1
参数 别处 = 500元 依据 示例
保障层 基本医保 支付方 基本医保统筹基金 依据 某医保发〔2023〕1号二(二)1
  基数 政策范围内费用
  起付线 起付标准 每次
  支付比例 70%
结算流程 先诊疗后付费 依据 二(三) 一是
  住院押金 取消
"""


def covered(policy: str, document: str) -> Coverage:
    parsed = parse(Source("试.pol", policy))
    assert parsed.problems == ()
    return cover(parsed.file, read_outline(document))


def states(coverage: Coverage) -> dict[str, str]:
    return {row.clause.id: row.state for row in coverage.rows}


def test_what_becomes_of_each_clause() -> None:
    coverage = covered(POLICY, documents.PLAIN)
    assert states(coverage) == {
        "一": "recorded", "二": "parts", "二(一)": "computed", "二(二)": "parts", "二(二)1": "computed",
        "二(二)2": "missed", "二(三)": "parts", "二(三) 一是": "computed", "二(三) 二是": "missed",
        "二(三) 三是": "missed", "三": "recorded", "三(一)": "recorded", "三(二)": "recorded",
    }  # fmt: skip
    assert (coverage.total, coverage.count("missed"), coverage.percent) == (10, 3, 70)
    assert [text for text, _ in coverage.elsewhere] == ["示例"]
    assert coverage.problems == ()


def test_figures_of_the_document_are_looked_for_in_the_policy() -> None:
    rows = {row.clause.id: row for row in covered(POLICY, documents.PLAIN).rows}
    assert (rows["二(一)"].nowhere, rows["二(一)"].aside) == (("一百元",), ())
    assert (rows["二(二)1"].nowhere, rows["二(二)1"].aside) == ((), ())
    elsewhere = POLICY.replace("起付标准 = 500元 依据 二(二)1", "起付标准 = 600元 依据 二(二)1")
    rows = {row.clause.id: row for row in covered(elsewhere, documents.PLAIN).rows}
    assert (rows["二(二)1"].nowhere, rows["二(二)1"].aside) == ((), ("五百元",))
    remark = POLICY.replace("依据 二(一)\n", "依据 二(一)  # 一百元\n")
    assert {row.clause.id: row for row in covered(remark, documents.PLAIN).rows}["二(一)"].nowhere == ("一百元",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("按1.5万元执行", [("money", 15000)]),
        ("一万五千元、三十万元、１，０００ 元", [("money", 15000), ("money", 300000), ("money", 1000)]),
        ("百分之七十，七成，70 ％", [("ratio", Fraction(7, 10))] * 3),
        ("提高5个百分点、10 个工作日内、二十日", [("points", 5), ("workdays", 10), ("days", 20)]),
        ("2023年9月4日至2024-01-01，自2024年起，9月1日", []),
        ("两次以上、三倍、第二十条、一是", []),
        ("一百零五元", [("money", 105)]),
    ],
)
def test_figures_are_read_in_either_digits(text: str, found: list[tuple[str, int]]) -> None:
    assert [figure for figure, _ in figures(text)] == found


@pytest.mark.parametrize(
    ("document", "policy", "missing_ones"),
    [
        ("个人负担30%", "支付比例 70%", ()),
        ("提高5%", "支付比例 + 5个百分点", ()),
        ("提高5个百分点", "支付比例 + 6个百分点", ("5个百分点",)),
        ("3 万元和3万元", "起付线 2万元", ("3 万元",)),
    ],
)
def test_figures_that_say_the_same(document: str, policy: str, missing_ones: tuple[str, ...]) -> None:
    assert missing(document, frozenset(figure for figure, _ in figures(policy))) == missing_ones


def test_the_items_of_a_paragraph_go_with_it_and_those_on_lines_of_their_own_do_not() -> None:
    policy = POLICY + "定义 甲 = 1元 依据 二(三)\n定义 乙 = 1元 依据 二(二)\n"
    found = states(covered(policy, documents.PLAIN))
    assert found["二(三) 三是"] == "computed"
    assert found["二(二)2"] == "missed"


def test_a_range_covers_all_of_it() -> None:
    found = states(covered(POLICY + '只记录 "范围" 依据 二(一)–(三)\n', documents.PLAIN))
    assert "missed" not in found.values()


def test_an_example_computes_nothing() -> None:
    policy = "政策 试\n  施行自 2023-01-01\n算例 甲 依据 一\n  应得\n    个人 0元\n"
    assert states(covered(policy, documents.PLAIN))["一"] == "missed"


@pytest.mark.parametrize(
    ("clause", "near"),
    [("二(四)", "二(三)"), ("四", ""), ("二(二)3", "二(二)2"), ("二(一)–(九)", "二(一)"), ("二(一", "")],
)
def test_a_clause_that_is_not_there_is_an_error(clause: str, near: str) -> None:
    policy = POLICY + f"定义 甲 = 1元 依据 {clause}\n"
    (problem,) = covered(policy, documents.PLAIN).problems
    assert problem.code == "C643"
    assert problem.severity == "error"
    assert problem.span is not None and problem.span.text == clause
    assert near in (*problem.near, "")


# ---------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    Path("试.pol").write_text(POLICY, encoding="utf-8")
    Path("文件.txt").write_text(documents.PLAIN, encoding="utf-8")
    return tmp_path


def coverage_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["coverage", "试.pol", "--document", "文件.txt", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = coverage_of(capsys)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "试.pol 对照 文件.txt"
    assert any(re.fullmatch(r"✗ +二\(二\)2  大病保险 +没有写", line) for line in lines)
    assert any(re.fullmatch(r"✓ +二\(二\)1  基本医保 +计算：参数 起付标准；保障层 基本医保", line) for line in lines)
    assert any(re.fullmatch(r"○ 一  总体要求 +只记录：“没有可计算的规则”", line) for line in lines)
    assert "10 条：计算 3，只记录 4，没有写 3；写到的占 70%；1 条的数对不上，标了 ?" in lines
    assert lines[lines.index("    ? 政策里没有的数：一百元") - 1].startswith("✓   二(一)  参保")
    assert "  示例  参数 别处" in lines


@pytest.mark.parametrize(("threshold", "code"), [("70", 0), ("71", 1), ("100", 1), ("0", 0)])
def test_the_threshold(folder: Path, capsys: pytest.CaptureFixture[str], threshold: str, code: int) -> None:
    ended, _, err = coverage_of(capsys, "--threshold", threshold)
    assert (ended, "C647" in err) == (code, bool(code))


def test_the_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = coverage_of(capsys, "--format", "json", "--lang", "en")
    assert code == 0
    found = json.loads(out)
    assert found["schema"] == "pol.coverage/v1"
    assert [found[key] for key in ("total", "computed", "recorded", "missed", "percent")] == [10, 3, 4, 3, 70]
    one = next(clause for clause in found["clauses"] if clause["id"] == "二(二)1")
    assert one["line"] == 8
    assert [use["kind"] for use in one["statements"]] == ["parameter", "layer"]


def test_the_page_is_self_contained_and_escaped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("文件.txt").write_text("一、<script>alert(1)</script>&甲\n二、乙\n", encoding="utf-8")
    Path("试.pol").write_text('政策 试\n  施行自 2023-01-01\n只记录 "<b>" 依据 一、三\n', encoding="utf-8")
    code, out, err = coverage_of(capsys, "--format", "html")
    assert code == 1
    assert "C643" in err
    assert "<script" not in out and "只记录 <b>" not in out
    assert "&lt;script&gt;" in out and "&lt;b&gt;" in out
    assert not re.search(r"src=|href=\"[^#]|https?://|@import|url\(", out)
    assert out.count("<tr") == 3


def test_the_page_shows_the_lines_that_cite_beside_the_clause(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = coverage_of(capsys, "--format", "html")
    row = out[out.index(">二(二)1</a>") : out.index(">二(二)2</a>")]
    assert '<span class="cites"><i>10</i>参数 起付标准 = 500元 依据 二(二)1</span>' in row
    assert "<span><i>15</i>  支付比例 70%</span>" in row
    assert "报销百分之七十" in row


def test_a_clause_that_is_not_there_fails_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("试.pol").write_text(POLICY + "定义 甲 = 1元 依据 二(二)3\n", encoding="utf-8")
    code, out, err = coverage_of(capsys)
    assert code == 1
    assert "错误[C643]：文件里没有条款“二(二)3”" in err
    assert "二(二)2" in err
    assert "写到的占 70%" in out


def test_documents_come_as_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean = coverage_of(capsys)
    marked = "\ufeff\x1b" + documents.PLAIN.replace("（一）", "\u200b（一）").replace("\n", "\r\n") + "长" * 5000
    Path("文件.txt").write_bytes(marked.encode())
    assert coverage_of(capsys) == clean
    Path("文件.txt").write_bytes(documents.PLAIN.encode("gb18030"))
    assert coverage_of(capsys) == clean


@pytest.mark.parametrize("data", [b"%PDF-1.7 x", b"PK\x03\x04\x00", b"\xff\xfe\xff"])
def test_what_is_no_text_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    Path("文件.txt").write_bytes(data)
    code, out, err = coverage_of(capsys)
    assert (code, out) == (1, "")
    assert "错误[C644]" in err


def test_a_document_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coverage", "试.pol", "--document", "没有.txt"]) == 1
    assert "C570" in capsys.readouterr().err
