"""What the parser makes of every rule of the grammar, and what it says of everything else.

`rules.txt` has one small program per rule with the part of the tree that the rule builds, worked out by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedToken
from programs import containing, derivations, keyword_words, plain, programs, rules, samples, texts_of

from pol_lang import _tables
from pol_lang import syntax as s
from pol_lang.build import Build
from pol_lang.catalogue import CATALOGUE
from pol_lang.lalr import Refused, Session
from pol_lang.lexer import MAX_BRACKETS, MAX_DEPTH, MAX_OPERATORS, lex
from pol_lang.parser import Parsed, keywords, parse, phrases
from pol_lang.problem import MAX_PROBLEMS, Problem, Problems
from pol_lang.read import MAX_BYTES, MAX_LINE, read_source
from pol_lang.source import Source
from pol_lang.tables import grammar_text, tables_source
from pol_lang.token import Token

RULES_FILE = Path(__file__).with_name("rules.txt")


def parsed(text: str) -> Parsed:
    return parse(Source("试行", text))


def found(text: str) -> list[tuple[str, int, int, str]]:
    """Code, line, column and words of each problem of a text."""
    return [place(problem) for problem in parsed(text).problems]


def found_with_slips(text: str) -> list[tuple[str, int, int, str]]:
    """The same with the slips that leave the tree whole."""
    result = parsed(text)
    return [place(problem) for problem in (*result.problems, *result.slips)]


def place(problem: Problem) -> tuple[str, int, int, str]:
    assert problem.span
    return problem.code, problem.span.line, problem.span.column, problem.span.text


def show(part: Any) -> str:
    """A tree in one line: values with units, names, ‹words›, and fields that are not empty."""
    if isinstance(part, s.Literal):
        return f"{part.value} {part.unit}"
    if isinstance(part, s.Name):
        return part.name
    if isinstance(part, s.Word):
        return f"‹{part.text}›"
    if isinstance(part, s.Cite):
        return "@" + "|".join(part.clauses)
    if isinstance(part, tuple):
        return "[" + ", ".join(map(show, part)) + "]"
    if isinstance(part, s.Node):
        values = {f.name: getattr(part, f.name) for f in attrs.fields(type(part)) if f.name != "span"}
        told = [f"{name}={show(value)}" for name, value in values.items() if value not in (None, (), False)]
        return f"{type(part).__name__}({', '.join(told)})"
    return str(part)


# ---------------------------------------------------------------- the grammar, rule by rule


def rule_names() -> set[str]:
    """The names under which the grammar's rules build something."""
    named = {(rule.alias or rule.origin.name): rule for options in rules().values() for rule in options}
    return {
        name for name, rule in named.items() if not name.startswith("_") and (rule.alias or not rule.options.expand1)
    }


def cases() -> dict[str, tuple[str, str]]:
    """The program and the tree by rule."""
    parts = [part.split("\n", 1) for part in re.split(r"^== ", RULES_FILE.read_text(encoding="utf-8"), flags=re.M)[1:]]
    bodies = {name: body.rstrip().rsplit("\n=> ", 1) for name, body in parts}
    assert len(bodies) == len(parts), "a rule has two programs"
    return {name: (text + "\n", tree) for name, (text, tree) in bodies.items()}


class Recorder(Build):
    """Builds as usual and keeps what each rule built first."""

    def __init__(self, source: Source) -> None:
        self.built: dict[str, Any] = {}
        super().__init__(source)

    def __getattribute__(self, name: str) -> Any:
        method = super().__getattribute__(name)
        if name not in CASES:
            return method

        def recording(children: list[Any]) -> Any:
            result = method(children)
            self.built.setdefault(name, result)
            return result

        return recording


CASES = cases()


def test_every_rule_has_a_program() -> None:
    assert set(CASES) == rule_names()


@pytest.mark.parametrize("rule", CASES)
def test_rule_builds_its_tree(rule: str) -> None:
    text, tree = CASES[rule]
    source = Source("试行", text)
    recorder = Recorder(source)
    session = Session(recorder)
    for token in lex(source, phrases()).tokens:
        session.feed(token)
    statement = session.finish(len(text))
    assert rule in recorder.built, "the program does not use the rule"
    assert show(recorder.built[rule]) == tree
    whole = parsed(text)
    assert whole.problems == ()
    assert s.same(whole.file.statements, (statement,))


def test_every_expansion_of_the_grammar_builds() -> None:
    for options in rules().values():
        for rule in options:
            text = plain(containing(rule))
            assert found(text) == [], f"{rule}\n{text}"


def test_tables_are_fresh() -> None:
    kept = Path(_tables.__file__).read_text(encoding="utf-8")
    assert kept == tables_source(), "run `python -m pol_lang.tables` in lang/"


@pytest.fixture(scope="module")
def lark_itself() -> tuple[Lark, Build]:
    """The grammar run by Lark, and what it builds with: it takes the source that is set there."""
    build = Build(Source("", ""))
    return Lark(grammar_text(), parser="lalr", lexer="basic", maybe_placeholders=True, transformer=build), build


@given(text=programs(), data=st.data())
def test_the_tables_are_run_as_lark_runs_them(lark_itself: tuple[Lark, Build], text: str, data: st.DataObject) -> None:
    source = Source("试行", text)
    tokens = list(lex(source, phrases()).tokens)
    if data.draw(st.booleans()):
        del tokens[data.draw(st.integers(0, len(tokens) - 1))]
    parser, build = lark_itself
    build.source = source
    theirs, mine = parser.parse_interactive(), Session(Build(source))
    for token in tokens:
        try:
            mine.feed(token)
        except Refused:
            with pytest.raises(UnexpectedToken):
                theirs.feed_token(token)  # type: ignore[arg-type]
            assert mine.accepts() == theirs.accepts()
            return
        theirs.feed_token(token)  # type: ignore[arg-type]
    assert mine.accepts() == theirs.accepts()
    if "$END" in mine.accepts():
        assert s.same(mine.finish(len(text)), theirs.feed_token(Token("$END", "", 0, 0)))  # type: ignore[arg-type]


def test_no_two_keywords_are_spelled_alike() -> None:
    for language in ("en", "zh"):
        spellings = [getattr(keyword, language) for keyword in keywords().values()]
        assert len(set(spellings)) == len(spellings)


@given(programs())
def test_whatever_the_grammar_allows_is_parsed(text: str) -> None:
    assert found(text) == []


@given(derivations())
def test_the_spans_of_a_tree_lie_within_one_another(tokens: list[tuple[str, str]]) -> None:
    text = plain([name for name, _ in tokens])
    for statement in parsed(text).file.statements:
        assert statement.span.text.strip() != ""
        inside(statement)


def inside(node: Any) -> None:
    for f in attrs.fields(type(node)):
        value = getattr(node, f.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, s.Node) and part.span.text:
                assert node.span.start <= part.span.start <= part.span.end <= node.span.end
                inside(part)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("身份 特困人员 包括 孤儿", "identity 特困人员 includes 孤儿"),
        (
            "保障层 甲 支付方 乙\n  起付线 5元 每次\n    第 2 次起 × 50%\n  多项倾斜 只取最优",
            "layer 甲 paid by 乙\n  deductible 5元 per admission\n    from admission 2 × 50%\n  tilts best only",
        ),
        ("要求 非 甲 且 乙 不属于 丙 依据 一", "require not 甲 and 乙 not in 丙 cite 一"),
        ("改为 分段 甲 由地方规定 不低于 5%", "replace bands 甲 set locally at least 5%"),
    ],
)
def test_both_spellings_are_one_language(chinese: str, english: str) -> None:
    assert found(chinese) == found(english) == []
    assert s.same(parsed(chinese).file, parsed(english).file)


# ---------------------------------------------------------------- problems and their places


def test_one_run_reports_mistakes_in_many_statements_and_lines() -> None:
    text = (
        "保障层 基本 支付方 统筹\n  起付线 500元\n  倍率 50%\n"
        "  分段 按费用本身\n    不超过 5万元 每年\n    超过 5万元 60%\n"
        "  封顶线 每年\n  支付比例 60%\n"
        "引用\n"
        "政策 政策\n"
        "群组 甲 = 乙、\n"
        "参数 标准 = 5元)\n"
        "参数 标准 = (5元\n"
        "身份 特困人员\n"
    )
    assert found(text) == [
        ("T116", 3, 3, "倍率"),
        ("T116", 5, 13, "每年"),
        ("T116", 7, 7, "每年"),
        ("T116", 9, 3, "\n"),
        ("T117", 10, 4, "政策"),
        ("T121", 11, 9, "、"),
        ("T121", 12, 11, ")"),
        ("T121", 13, 11, "元"),
    ]
    layer, *_, identity = parsed(text).file.statements
    assert isinstance(layer, s.Layer)
    assert [show(step) for step in layer.steps] == [
        "Deductible(value=50000 money)",
        "Bands(options=BandOptions(over=base), bands=[Band(range=Range(lower=5000000 money), value=3/5 ratio)])",
        "Rate(value=3/5 ratio)",
    ]
    assert isinstance(identity, s.Identity)


def test_a_line_with_a_mistake_takes_what_is_indented_under_it_along() -> None:
    text = "算例 甲\n  某某\n    年龄 5岁\n    年龄 5岁 5岁\n  应得\n    大病 5元\n"
    assert found(text) == [("T116", 2, 3, "某某")]
    (example_,) = parsed(text).file.statements
    assert show(example_) == (
        "Example(name=‹甲›, parts=[ExamplePart(kind=expect, lines=[Given(path=[‹大病›], values=[500 money])])])"
    )


def test_a_block_whose_only_line_is_wrong_is_left_out_with_its_head() -> None:
    text = "保障层 甲 支付方 乙\n  倾斜 丙\n    倍率 5%\n  支付比例 5%\n"
    assert found(text) == [("T116", 3, 5, "倍率")]
    (layer,) = parsed(text).file.statements
    assert show(layer) == "Layer(name=‹甲›, payer=‹乙›, steps=[Rate(value=1/20 ratio)])"


def test_a_line_that_is_plain_in_meaning_is_read_as_it_is_meant() -> None:
    text = "保障层 甲 支付方 乙\n  倾斜 丙\n    报销比例 提高5个百分点\n  报销比例：５％；\n"
    assert [code for code, *_ in found(text)] == ["T121", "T121"]
    (layer,) = parsed(text).file.statements
    assert show(layer) == (
        "Layer(name=‹甲›, payer=‹乙›, steps=[Tilt(subject=丙, "
        "changes=[Change(target=rate, op=+, value=1/20 points)]), Rate(value=1/20 ratio)])"
    )


def test_a_wrong_value_is_reported_once_and_the_lines_around_it_are_kept() -> None:
    text = '政策 甲\n  印发 2023-02-30\n  标题 "乙"\n  施行自 2023-13-01\n'
    assert found(text) == [("T113", 2, 6, "2023-02-30"), ("T113", 4, 7, "2023-13-01")]
    assert show(parsed(text).file.statements) == "[Policy(name=‹甲›, lines=[PolicyLine(key=title, values=[乙])])]"


def test_an_open_bracket_does_not_swallow_the_next_statement() -> None:
    text = "参数 甲 = (5元 +\n  6元\n参数 乙 = 6元\n"
    assert found(text) == [("T116", 2, 5, "\n")]
    assert "缺少“)”" in parsed(text).problems[0].hint("zh")
    assert show(parsed(text).file.statements) == "[Parameter(name=‹乙›, value=600 money)]"


def test_a_line_that_cannot_be_read_at_all_costs_no_other() -> None:
    text = '$\n政策 甲\n  $\n  标题 "乙"\n  $\n    $\n参数 丙 = 5元\n  $\n$'
    assert {code for code, *_ in found(text)} == {"T109"}
    assert [line for _, line, *_ in found(text)] == [1, 3, 5, 8, 9]
    assert show(parsed(text).file.statements) == (
        "[Policy(name=‹甲›, lines=[PolicyLine(key=title, values=[乙])]), Parameter(name=‹丙›, value=500 money)]"
    )


def test_a_mistake_of_the_lexer_is_not_reported_again_by_the_parser() -> None:
    assert found("参数 甲 = 5元，6元\n") == [("T116", 1, 10, "，")]


def test_the_message_says_what_may_stand_there_and_which_keyword_is_near() -> None:
    (problem,) = parsed("保障层 甲 支付方 乙\n  支付比列 5%\n").problems
    assert problem.message("zh") == "没有“支付比列”这个关键词，是不是想写“支付比例”？"
    assert problem.hint("zh") == "改为：支付比例 5%"
    assert problem.message("en") == "“支付比列” is no keyword here; did you mean “支付比例”?"
    (problem,) = parsed('清单 甲 = "乙"\n').problems
    assert problem.message("zh") == '“"乙"”放在这里读不通'
    assert problem.hint("zh") == "这一行的写法，例如：清单 特殊病种 = 恶性肿瘤、尿毒症透析\n这里可以写：名称"
    assert problem.hint("en").endswith("what may stand here: a name")


def test_a_file_of_mistakes_stops_at_the_limit() -> None:
    assert len(parsed("甲\n" * 500).problems) == MAX_PROBLEMS
    assert len(parsed("$\n" * 500).problems) == MAX_PROBLEMS
    assert len(parsed("$" * 500).problems) == 1
    assert len(read(b"\xe2\x80\x8b" * 500)) == MAX_PROBLEMS
    assert len(read("p\u0430 ".encode() * 500)) == MAX_PROBLEMS


def test_blocks_may_not_be_nested_without_end() -> None:
    text = "".join(f"{' ' * level}甲\n" for level in range(MAX_DEPTH + 2))
    assert found(text) == [("T116", 1, 1, "甲"), ("T111", MAX_DEPTH + 2, MAX_DEPTH + 2, "甲")]


@pytest.mark.parametrize(("start", "word", "end"), [("要求", " 非", " 甲"), ("定义 甲 = 1", " + 1", "")])
def test_a_tree_never_grows_so_deep_that_it_cannot_be_walked(start: str, word: str, end: str) -> None:
    deepest = parsed(start + word * MAX_OPERATORS + end)
    assert deepest.problems == ()
    assert s.same(deepest.file, deepest.file)
    assert {code for code, *_ in found(start + word * 5 * MAX_OPERATORS + end)} == {"T111"}
    shallow = "参数 甲 = 1\n" * 5 + "要求 非 非 甲\n" * MAX_OPERATORS
    assert parsed(shallow).problems == ()


def read(data: bytes) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as caught:
        read_source("试行", data)
    return caught.value.problems


# Each code with the texts that must give it and nothing else, and the words it must stand at.
AT_WORDS: dict[str, list[tuple[str, str]]] = {
    "T105": [
        ("参数 甲 = 5０元", "5０元"),
        ("参数 甲 = ５", "５"),
        ("参数 甲 = 5 ％", "5 ％"),
        ("参数 甲 ＝ 5元", "＝"),
        ("定义 甲 ＝ （5元 + 1元）", "＝ （5元 + 1元）"),
        ("只记录 “甲”", "“甲”"),
        ("参数　甲 = 5元", "　"),
        ("群组 甲 = 乙，丙，丁", "，丙，"),
    ],
    "T106": [
        ("参数 甲 = 三百元", "三百元"),
        ("参数 甲 = 百分之五", "百分之五"),
        ("参数 甲 = 二〇二三年", "二〇二三年"),
    ],
    "T107": [('只记录 "略', '"略'), ('政策 甲\n  标题 "乙\n  文号 "丙"', '"乙')],
    "T108": [
        ("参数 甲 = 5块", "5块"),
        ("参数 甲 = 1,000元", "1,000元"),
        ("参数 甲 = 5_000", "5_000"),
        ("保障层 甲 支付方 乙\n  不高于 2.5次 每年", "2.5次"),
    ],
    "T109": [("参数 甲 = 5元 $", "$"), ("参数 甲 = 5元 \U0001f642", "\U0001f642")],
    "T110": [
        ("  参数 甲 = 5元", "参数 甲 = 5元"),
        ("  参数 甲 = 5元\n  参数 乙 = 5元", "参数 甲 = 5元"),
        ('政策 甲\n\t标题 "乙"', "\t"),
        ('政策 甲\n　　标题 "乙"', "　　"),
        ('政策 甲\n    标题 "乙"\n  文号 "丙"', '文号 "丙"'),
        ('政策 甲\n    标题 "乙"\n      文号 "丙"', '文号 "丙"'),
        ('政策 甲\n标题 "乙"\n文号 "丙"\n引用 std/jia', '标题 "乙"'),
    ],
    "T111": [
        ("参数 甲 = " + "(" * (MAX_BRACKETS + 1), "("),
        ("参数 甲 = " + "-" * (MAX_OPERATORS + 1) + "1元", "-"),
    ],
    "T112": [("参数 甲 = 5元 依据", "依据"), ("参数 甲 = 5元 cite 、 ;  # 无", "cite 、 ;")],
    "T113": [
        ("政策 甲\n  印发 2023-02-30", "2023-02-30"),
        ("参数 甲 = 2023年13月1日", "2023年13月1日"),
        ("口径\n  年度 按 出院日期 从 2月30日", "2月30日"),
        ("参数 甲 = 0000-01-01", "0000-01-01"),
    ],
    "T114": [
        ("参数 甲 = " + "9" * 19, "9" * 19),
        ("参数 甲 = 99999999亿元", "99999999亿元"),
        ("保障层 甲 支付方 乙\n  起付线 5元\n    第 " + "9" * 5000 + " 次起 × 5%", "第 " + "9" * 5000 + " 次起"),
    ],
    "T115": [("参数 甲 = 5元 + 0.001元", "0.001元"), ("参数 甲 = 0.5分", "0.5分")],
    "T116": [
        ("起付线 5元", "起付线"),
        ("参数 甲 = 5元 6元", "6元"),
        ("参数 甲 = 5元，6元", "，"),
    ],
    "T117": [("政策 起付线", "起付线"), ("群组 甲 = 乙、rate", "rate")],
    "T118": [("参数 甲 = 5元 不低于3元", "不低于3元")],
    "T119": [("参数 甲 = 5元以下", "5元以下"), ("参数 甲 = 5万元及以上", "5万元及以上")],
    "T120": [("参数 2023年限额 = 5元", "2023年限额"), ("保障层 2大病 支付方 医疗机构\n  支付 1元", "2大病")],
    "T121": [
        ("参数 甲 等于 5元", "等于"),
        ("参数 甲 = 5元；", "；"),
        ("参数 甲：5元", "："),
        ("政策 甲\n  施行自 2024.3.1", "2024.3."),
        ("先行自付 不计入 基数", "先行自付 不计入 基数"),
    ],
    "T122": [("保障层 甲 支付方 乙", "保障层 甲 支付方 乙"), ("表 甲 按 乙\n参数 丙 = 5元", "表 甲 按 乙")],
    "T124": [("保障层 甲 支付方 乙\n  封顶线 不设\n  支付 1元", "封顶线 不设")],
    "T130": [("控费 甲\n  不高于 1元\n  不高于 2元", "不高于 2元")],
}
AT_BYTES: dict[str, list[tuple[bytes, str | None]]] = {
    "T101": [("政策".encode("gbk"), None), (b"PK\x03\x04\x00", None), (b"\xff\xfe", None)],
    "T102": [(b"#" * (MAX_BYTES + 1), None), (b"# a\n#" + b"x" * MAX_LINE + b"\n", "#")],
    "T103": [("政策 甲\u200b\n".encode(), "\u200b"), ("政策 \u202e甲\n".encode(), "\u202e")],
    "T104": [("政策 p\u0430\n".encode(), "p\u0430"), ("参数 \u30cb线 = 5元\n".encode(), "\u30cb线")],
}


@pytest.mark.parametrize(("code", "text", "words"), [(c, t, w) for c, pairs in AT_WORDS.items() for t, w in pairs])
def test_code_stands_at_the_exact_words(code: str, text: str, words: str) -> None:
    first = found_with_slips(text)[0]
    start = text.rindex(words) if code == "T111" else text.index(words)
    before = text[:start]
    assert first == (code, before.count("\n") + 1, start - before.rfind("\n"), words)
    assert {c for c, *_ in found_with_slips(text)} == {code}


@pytest.mark.parametrize(("code", "data", "words"), [(c, d, w) for c, pairs in AT_BYTES.items() for d, w in pairs])
def test_code_of_a_file_that_is_not_read(code: str, data: bytes, words: str | None) -> None:
    (problem,) = read(data)
    assert problem.code == code
    if words is None:
        assert problem.span is None
        assert problem.where == "试行"
    else:
        text = data.decode()
        start = text.index(words) if code != "T102" else text.index("\n") + 1
        assert place(problem) == (code, text[:start].count("\n") + 1, start - text[:start].rfind("\n"), words)


def test_every_code_of_the_language_has_a_text() -> None:
    assert {cls.code for cls in CATALOGUE} == AT_WORDS.keys() | AT_BYTES.keys()


@pytest.mark.parametrize(
    ("text", "plain_form"),
    [
        ("参数 甲 = 三百二十元", "320元"),
        ("参数 甲 = 五万元", "50000元"),
        ("参数 甲 = 十五个工作日", "15个工作日"),
        ("参数 甲 = 百分之六十五", "65%"),
        ("参数 甲 = 二〇二三年", "2023年"),
        ("参数 甲 = 一亿两千万元", "120000000元"),
        ("参数 甲 = １２．５％", "12.5%"),
        ("定义 甲 = （5元）", "(5元)"),
        ("只记录 “甲”", '"甲"'),
    ],
)
def test_the_form_to_write_instead_is_right(text: str, plain_form: str) -> None:
    assert getattr(parsed(text).problems[0], "plain") == plain_form  # noqa: B009


def test_blank_lines_may_hold_tabs() -> None:
    assert found('政策 甲\n\t\n  标题 "乙"\n  \t # 说明\n\t') == []


def test_a_number_and_its_unit_may_stand_apart() -> None:
    text = "参数 甲 = 5 \t 万元"
    assert found(text) == []
    assert show(parsed(text).file.statements) == "[Parameter(name=‹甲›, value=5000000 money)]"


# ---------------------------------------------------------------- whatever comes in


def survives(source: Callable[[], Source]) -> None:
    try:
        result = parse(source())
    except Problems as error:
        assert error.problems
        return
    for problem in result.problems:
        assert problem.code.startswith("T")
        assert problem.message("zh")
        assert problem.message("en")
        problem.hint("zh")
        problem.hint("en")


@given(st.binary(max_size=400))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    survives(lambda: read_source("试行", data))


@given(st.text(max_size=200))
@example("参数 甲 = " + "亿" * 600 + "元")
@example("参数 甲 = " + "九" * 5000 + "元")
@example("参数 甲 = ％")
@example("参数 甲 = 1,000\n参数 乙 = 5块")
def test_text_is_parsed_or_refused(text: str) -> None:
    survives(lambda: Source("试行", text))
    survives(lambda: read_source("试行", text.encode("utf-8", "surrogatepass")))


WRONG = (
    "1,000",
    "5块",
    "三百元",
    "％",
    "１２",
    "（",
    "“",
    '"甲',
    "依据",
    "\t",
    "9" * 20,
    "2023-02-30",
    "0.1分",
    "2.5次",
    "$",
)
SOUP = st.sampled_from((*samples(), *keyword_words(), *WRONG, "\n", "\n  ", "\n    ", "\n ", "(", ")"))


@given(st.lists(SOUP, max_size=40).map(" ".join))
def test_token_soup_is_parsed_or_refused(text: str) -> None:
    survives(lambda: Source("试行", text))


@given(st.data())
def test_a_program_with_one_word_changed_is_parsed_or_refused(data: st.DataObject) -> None:
    tokens = data.draw(derivations())
    at = data.draw(st.integers(0, len(tokens) - 1))
    tokens[at] = data.draw(
        st.sampled_from(((tokens[at][0], ""), *(("NAME", word) for word in (*WRONG, *keyword_words()[:20]))))
    )
    text = data.draw(texts_of(tokens))
    survives(lambda: Source("试行", text))


@given(
    st.lists(programs(size=1), min_size=2, max_size=4),
    st.sampled_from(("甲\n", "参数 = 5元\n", "引用\n", "$\n")),
)
def test_a_wrong_statement_costs_no_other(texts: list[str], wrong: str) -> None:
    alone = [statement for text in texts for statement in parsed(text).file.statements]
    together = parsed(wrong.join(texts))
    assert s.same(together.file.statements, tuple(alone))
    assert len(together.problems) == len(texts) - 1
