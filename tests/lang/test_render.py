"""What a policy author sees: underlines under the right words, whatever the words are made of."""

import re
from typing import ClassVar
from unicodedata import combining

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from pol_lang.problem import Note, Problem
from pol_lang.render import render_problem, render_problems
from pol_lang.source import Source, Span

POLICY = """\
政策 临县2023

保障层 基本医保
  起付线 200元 适用于 低保户
  支付比例 60%
  封顶线 15万元
"""


class Unknown(Problem):
    name: str = ""

    code = "N901"
    zh: ClassVar[str] = "没有名为“{name}”的身份"
    en: ClassVar[str] = "there is no identity “{name}”"
    hint_zh: ClassVar[str] = "身份要先写出来"
    hint_en: ClassVar[str] = "write the identity first"


class Unused(Problem):
    code = "N902"
    severity = "warning"
    zh: ClassVar[str] = "没有用到"
    en: ClassVar[str] = "never used"


def source(text: str = POLICY, name: str = "std/linxian-2023") -> Source:
    return Source(name, text)


def span(where: Source, words: str) -> Span:
    start = where.text.index(words)
    return Span(where, start, start + len(words))


def lines(*expected: str) -> str:
    return "\n".join(expected)


def under(text: str, width: int = 100) -> str:
    """The characters of the source row that the first underline stands under, by display width."""
    rows = text.split("\n")
    at = next(i for i, row in enumerate(rows) if re.match(r"^ *\| *\^", row))
    assert all(cell_len(row) <= width for row in rows[:at])
    left, right = rows[at].index("^"), rows[at].rindex("^") + 1
    shown = ((c, cell_len(rows[at - 1][:i])) for i, c in enumerate(rows[at - 1]))
    return "".join(c for c, cells in shown if left <= cells < right and not combining(c))


def test_underline_stands_under_chinese_words_in_chinese() -> None:
    policy = source()
    problem = Unknown(span=span(policy, "低保户"), name="低保户", near=("低保对象",))
    assert render_problem(problem, "zh") == lines(
        "错误[N901]：没有名为“低保户”的身份",
        " --> std/linxian-2023:4:16",
        "  |",
        "4 |   起付线 200元 适用于 低保户",
        "  |                       ^^^^^^",
        "  |",
        "  = 提示：是不是想写：低保对象？",
        "  = 提示：身份要先写出来",
    )


def test_notes_have_lines_of_their_own_and_the_near_line_between_is_shown() -> None:
    policy = source()
    problem = Unused(
        span=span(policy, "支付比例"),
        notes=(
            Note(span(policy, "基本医保"), "这一层", "of this layer"),
            Note(span(policy, "支付比例"), "在这里", "set here"),
            Note(span(policy, "60%"), "这个值", "this value"),
        ),
    )
    assert render_problem(problem, "en") == lines(
        "warning[N902]: never used",
        " --> std/linxian-2023:5:3",
        "  |",
        "3 | 保障层 基本医保",
        "  |        -------- of this layer",
        "4 |   起付线 200元 适用于 低保户",
        "5 |   支付比例 60%",
        "  |   ^^^^^^^^ set here",
        "  |            --- this value",
    )


def test_a_note_in_another_source_gets_its_own_place() -> None:
    policy, other = source(), source("身份 低保对象\n", "std/base")
    problem = Unknown(span=span(policy, "低保户"), name="低保户", notes=(Note(span(other, "低保对象"), "有", "known"),))
    assert render_problem(problem, "en") == lines(
        "error[N901]: there is no identity “低保户”",
        " --> std/linxian-2023:4:16",
        "  |",
        "4 |   起付线 200元 适用于 低保户",
        "  |                       ^^^^^^",
        " ::: std/base:1:4",
        "  |",
        "1 | 身份 低保对象",
        "  |      -------- known",
        "  |",
        "  = help: write the identity first",
    )


def test_far_lines_are_left_out_and_numbers_stand_right() -> None:
    long = source("起\n" + "、\n" * 8 + "止\n")
    problem = Unused(span=span(long, "止"), notes=(Note(span(long, "起"), "从", "from"),))
    assert render_problem(problem, "zh") == lines(
        "警告[N902]：没有用到",
        "  --> std/linxian-2023:10:1",
        "   |",
        " 1 | 起",
        "   | -- 从",
        "...",
        "10 | 止",
        "   | ^^",
    )


def test_a_span_of_a_few_lines_is_underlined_line_by_line() -> None:
    policy = source()
    layer = POLICY[POLICY.index("保障层") :]
    assert render_problem(Unused(span=span(policy, layer)), "en") == lines(
        "warning[N902]: never used",
        " --> std/linxian-2023:3:1",
        "  |",
        "3 | 保障层 基本医保",
        "  | ^^^^^^^^^^^^^^^",
        "4 |   起付线 200元 适用于 低保户",
        "  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "5 |   支付比例 60%",
        "  |   ^^^^^^^^^^^^",
        "6 |   封顶线 15万元",
        "  |   ^^^^^^^^^^^^^",
    )


def test_a_span_of_many_lines_is_shown_by_its_ends_with_the_label_at_the_last() -> None:
    whole = Span(policy := source(), 0, len(policy.text))
    problem = Unused(span=whole, notes=(Note(whole, "全文", "all of it"),))
    assert render_problem(problem, "en") == lines(
        "warning[N902]: never used",
        " --> std/linxian-2023:1:1",
        "  |",
        "1 | 政策 临县2023",
        "  | ^^^^^^^^^^^^^",
        "...",
        "6 |   封顶线 15万元",
        "  |   ^^^^^^^^^^^^^ all of it",
    )


def test_a_problem_without_span_prints_where() -> None:
    problem = Unknown(where="claims.csv 第 3 行", name="低保户")
    assert render_problem(problem, "zh") == lines(
        "错误[N901]：没有名为“低保户”的身份",
        " --> claims.csv 第 3 行",
        "  = 提示：身份要先写出来",
    )


def test_where_stands_beside_a_span() -> None:
    policy = source()
    text = render_problem(Unused(span=span(policy, "60%"), where="example 张三"), "en")
    assert " --> std/linxian-2023:5:8 (example 张三)\n" in text


def test_a_place_at_the_end_of_a_line_or_of_the_text_has_one_caret() -> None:
    policy = source()
    end_of_line = POLICY.index("\n")
    assert render_problem(Unused(span=Span(policy, end_of_line, end_of_line + 1)), "en") == lines(
        "warning[N902]: never used",
        " --> std/linxian-2023:1:10",
        "  |",
        "1 | 政策 临县2023",
        "  |              ^",
    )
    assert render_problem(Unused(span=Span(policy, len(POLICY), len(POLICY))), "en").endswith("7 |\n  | ^")
    assert render_problem(Unused(span=Span(empty := source(""), 0, 0)), "en").endswith("1 |\n  | ^")
    assert empty.line_count == 1


def test_tabs_and_characters_that_disturb_a_terminal_are_spelled_out() -> None:
    odd = source("\t起付线\x1b[31m\u202e 低保户\u200b 啊\n")
    problem = Unknown(span=span(odd, "低保户"), name="低\x1b[2J\n保")
    assert render_problem(problem, "en") == lines(
        "error[N901]: there is no identity “低<U+001B>[2J 保”",
        " --> std/linxian-2023:1:12",
        "  |",
        "1 |     起付线<U+001B>[31m<U+202E> 低保户<U+200B> 啊",
        "  |                                ^^^^^^",
        "  |",
        "  = help: write the identity first",
    )
    invisible = render_problem(Unused(span=span(odd, "\u200b")), "en")
    assert under(invisible) == "<U+200B>"
    assert under(render_problem(Unused(span=span(source("甲\u3000乙\n"), "\u3000")), "en")) == "\u3000"


@pytest.mark.parametrize("width", [30, 60, 100])
@pytest.mark.parametrize(
    "line",
    [
        "坏" + "好" * 500,
        "好" * 500 + "坏",
        "好" * 300 + "坏" + "ok " * 300,
        "x" * 99 + "坏",
        "\t" * 40 + "坏\u202e" * 1 + "\t" * 40,
        "e\u0301" * 120 + "坏" + "e\u0301" * 120,
    ],
)
def test_a_long_line_is_cut_around_the_place(line: str, width: int) -> None:
    text = render_problem(Unused(span=span(source(line + "\n"), "坏")), "en", width)
    assert under(text, width) == "坏"
    assert "…" in text


def test_a_line_that_just_fits_is_not_cut() -> None:
    text = "甲" * 48
    assert f"1 | {text}\n" in render_problem(Unused(span=span(source(text), "甲")), "en", 100)
    assert "…" in render_problem(Unused(span=span(source(text + "a"), "甲")), "en", 99)


def test_a_span_wider_than_the_page_is_cut_at_its_end() -> None:
    text = render_problem(Unused(span=span(source("a" + "坏" * 300 + "b"), "坏" * 300)), "en", 40)
    assert under(text, 40) == "坏" * 17


def test_marks_too_far_apart_for_one_window_are_shown_one_by_one() -> None:
    far = source("头" + "好" * 200 + "尾")
    problem = Unused(span=span(far, "尾"), notes=(Note(span(far, "头"), "头", "head"),))
    assert render_problem(problem, "en", 34) == lines(
        "warning[N902]: never used",
        " --> std/linxian-2023:1:202",
        "  |",
        "1 | …好好好好好好好好好好好好好尾",
        "  |                            ^^",
        "1 | 头好好好好好好好好好好好好好…",
        "  | -- head",
    )


def test_without_color_there_are_no_escape_codes_and_with_color_the_same_text() -> None:
    policy = source()
    problem = Unknown(span=span(policy, "低保户"), name="低保户", notes=(Note(span(policy, "200元"), "这里", "here"),))
    plain, colored = (render_problems([problem, Unused()], "zh", color) for color in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[1;31m错误[N901]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_problems_are_sorted_by_source_and_place_and_counted() -> None:
    first, second = source(name="a.pol"), source(name="b.pol")
    problems = [
        Unused(where="claims.csv"),
        Unknown(span=span(second, "60%"), name="3"),
        Unknown(span=span(first, "60%"), name="2"),
        Unknown(span=span(first, "200元"), name="1"),
        Unused(span=span(first, "200元")),
    ]
    text = render_problems(problems, "en", False)
    assert re.findall(r"--> (.*)", text) == ["a.pol:4:7", "a.pol:4:7", "a.pol:5:8", "b.pol:5:8", "claims.csv"]
    assert re.findall(r"^\w+\[", text, re.M) == ["error[", "warning[", "error[", "error[", "warning["]
    assert text.endswith("\n\n3 errors, 2 warnings\n")
    assert render_problems(problems, "zh", False).endswith("\n\n3 个错误，2 个警告\n")
    assert render_problems(problems[:1], "en", False).endswith("\n\n1 warning\n")
    assert render_problems([], "en", False) == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_looks(lang: str, snapshot: SnapshotAssertion) -> None:
    policy, other = (
        source(),
        source("身份 低保对象\n\t包括 特困人员、低保户\u200b\n" + "# 备注" * 60 + "\n", "local/身份.pol"),
    )
    problems = [
        Unknown(
            span=span(policy, "低保户"),
            name="低保户",
            near=("低保对象", "特困人员"),
            notes=(
                Note(span(policy, "低保户"), "不认识", "not known"),
                Note(span(policy, "基本医保"), "这一保障层", "in this layer"),
                Note(span(other, "低保对象"), "相近的身份", "an identity like it"),
            ),
        ),
        Unused(span=span(policy, POLICY[POLICY.index("  支付比例") :])),
        Unused(span=span(other, "\u200b")),
        Unused(span=Span(other, other.text.rindex("备注"), other.text.rindex("备注") + 2)),
        Unknown(where="claims.csv 第 3 行", name="某人"),
    ]
    assert render_problems(problems, "zh" if lang == "zh" else "en", False) == snapshot
