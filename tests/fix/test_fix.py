"""`polc fix`: what it mends, what it leaves alone, and that it never changes a meaning."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pol_lang.parser import parse
from pol_lang.source import Source
from pol_lang.syntax import Statement, same
from polc.cli import run
from polc.load import standard_folder
from polc.mend import mended

sys.path.append(str(Path(__file__).parents[1] / "lang"))
from programs import programs

HEAD = "政策 试\n  施行自 2023-01-01\n"


def fixed(text: str) -> str:
    return mended(Source("试", text))


def sound(text: str) -> list[Statement]:
    """The statements with no problem between where they start and where the next one does: a line that was left out
    at a statement's end lies outside its span."""
    parsed = parse(Source("试", text))
    bad = [problem.span.start for problem in parsed.problems if problem.span is not None]
    starts = [x.span.start for x in parsed.file.statements]
    ends = [*starts[1:], len(text) + 1][: len(starts)]
    together = zip(parsed.file.statements, starts, ends, strict=True)
    return [x for x, start, end in together if not any(start <= at < end for at in bad)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("参数 甲 = １０００元", "参数 甲 = 1000元"),
        ("参数 甲 = 50％", "参数 甲 = 50%"),
        ("参数 甲 ＝ 五百元", "参数 甲 = 500元"),
        ("参数 甲 = 百分之六十", "参数 甲 = 60%"),
        ("参数 甲 = 1,000元", "参数 甲 = 1000元"),
        ("参数 甲 = 1,234,567.89元", "参数 甲 = 1234567.89元"),
        ("定义 甲 = （医疗费总额 － 1元）＊2", "定义 甲 = (医疗费总额 - 1元)×2"),
        ("定义 甲 = 医疗费总额*50%/2", "定义 甲 = 医疗费总额×50%÷2"),
        ("参照 甲 = 1元", "参照 甲 = 1元"),
        ("参数 甲 = 1元  # 原文为“１，０００元”，另见 50％", "参数 甲 = 1元  # 原文为“１，０００元”，另见 50％"),
        ('只记录 "按５０％"', '只记录 "按５０％"'),
        ("定义 甲 = 较小者(1,000元, 2元)", "定义 甲 = 较小者(1,000元, 2元)"),
    ],
)
def test_what_is_mended_and_what_is_not(before: str, after: str) -> None:
    assert fixed(HEAD + before + "\n") == HEAD + after + "\n"


def test_what_is_said_in_another_way_is_told_as_it_is_written_here() -> None:
    text = (
        "政策 试\n标题：试行办法\n施行自 2023.1.1\n\n"
        "保障层 医保 支付方 基本医保统筹基金\n\t基数：政策范围内费用；\n\t起付钱 1万 每次\n\t报销比例60％\n"
        "\t倾斜 低保对象\n\t\t起付标准 减半\n\t\t报销比例 提高5个百分点\n\t\t不设封顶线\n"
    )
    assert fixed(text) == (
        '政策 试\n  标题 "试行办法"\n  施行自 2023-01-01\n\n'
        "保障层 医保 支付方 基本医保统筹基金\n  基数 政策范围内费用\n  起付线 1万元 每次\n  支付比例 60%\n"
        "  倾斜 低保对象\n    起付线 × 50%\n    支付比例 + 5个百分点\n    封顶线 取消\n"
    )


def test_what_has_two_meanings_is_left_to_the_author() -> None:
    text = HEAD + "保障层 医保 支付方 基本医保统筹基金\n  倾斜 低保对象\n    支付比例 提高 5%\n"
    assert fixed(text) == text


def test_a_misspelt_keyword_with_one_near_it() -> None:
    text = HEAD + "保障层 医保 支付方 基本医保统筹基金\n  基数 政策范围内费用\n  支付比率 60%\n"
    assert "支付比例 60%" in fixed(text)


def test_one_edit_that_helps_is_made_beside_one_that_does_not() -> None:
    text = HEAD + "参数 甲？50％\n参数 乙 = 50％\n"
    after = fixed(text)
    assert "参数 乙 = 50%" in after
    assert "甲？" in after


@given(programs())
def test_a_program_without_problems_keeps_its_meaning(text: str) -> None:
    after = fixed(text)
    assert same(parse(Source("试", after)).file, parse(Source("试", text)).file)
    assert fixed(after) == after


_WIDE = str.maketrans({"=": "＝", "+": "＋", "(": "（", ")": "）", "%": "％", "*": "＊", "1": "１", "5": "５"})


@given(programs(), st.data())
def test_fixing_twice_is_fixing_once_and_sound_statements_stay(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = lines[at].translate(_WIDE)
    broken = "\n".join(lines)
    after = fixed(broken)
    assert fixed(after) == after
    assert len(parse(Source("试", after)).problems) <= len(parse(Source("试", broken)).problems)
    found = parse(Source("试", after)).file.statements
    for statement in sound(broken):
        assert any(same(statement, other) for other in found)


@given(st.text('参数甲=１1,，０00元％%五百（()）*＊ \n.依据#"', max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    after = fixed(text)
    assert fixed(after) == after


@pytest.mark.parametrize("path", sorted(Path(standard_folder()).glob("*.pol")), ids=lambda path: path.stem)
def test_the_standard_policies_need_no_mending(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert fixed(text) == text


# ---------------------------------------------------------------- the command


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    Path("试.pol").write_text(HEAD + "参数 甲 = 50％\n", encoding="utf-8")
    Path("好.pol").write_text(HEAD, encoding="utf-8")


def fix(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["fix", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_files_are_rewritten_where_something_changes(capsys: pytest.CaptureFixture[str]) -> None:
    stamp = Path("好.pol").stat().st_mtime_ns
    assert fix(capsys, ".") == (0, "", "已改写 试.pol\n")
    assert Path("试.pol").read_text(encoding="utf-8") == HEAD + "参数 甲 = 50%\n"
    assert Path("好.pol").stat().st_mtime_ns == stamp
    assert fix(capsys, ".") == (0, "", "")


def test_check_and_diff_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("试.pol").read_bytes()
    code, out, err = fix(capsys, ".", "--check")
    assert (code, out) == (1, "试.pol\n") and "polc fix ." in err
    code, out, _ = fix(capsys, "试.pol", "--diff")
    assert code == 0
    assert "-参数 甲 = 50％\n+参数 甲 = 50%\n" in out
    assert Path("试.pol").read_bytes() == before
    assert fix(capsys, "好.pol", "--check") == (0, "", "")


def test_line_ends_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Path("试.pol").write_bytes((HEAD + "参数 甲 = 50％\n").replace("\n", "\r\n").encode())
    assert fix(capsys, "试.pol")[0] == 0
    assert Path("试.pol").read_bytes() == (HEAD + "参数 甲 = 50%\n").replace("\n", "\r\n").encode()


LAYER = """\
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
保障层 医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  支付比例 60%
"""


def test_a_use_of_which_nothing_is_read_goes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("词汇.pol").write_text("政策 词汇\n  施行自 2023-01-01\n身份 低保对象\n", encoding="utf-8")
    Path("附注.pol").write_text(HEAD + '引用 "词汇.pol"  # 有话要说\n' + LAYER, encoding="utf-8")
    Path("试.pol").write_text(HEAD + '引用 "词汇.pol"\n' + LAYER, encoding="utf-8")
    assert fix(capsys, "试.pol", "附注.pol") == (0, "", "已改写 试.pol\n")
    assert Path("试.pol").read_text(encoding="utf-8") == HEAD + LAYER


def test_a_use_that_has_an_effect_stays(capsys: pytest.CaptureFixture[str]) -> None:
    Path("层.pol").write_text("政策 层\n  施行自 2023-01-01\n" + LAYER, encoding="utf-8")
    text = HEAD + '引用 "层.pol"\n保障层 救助 支付方 医疗救助基金\n  基数 余额 政策范围内费用\n  支付比例 50%\n'
    Path("试.pol").write_text(text, encoding="utf-8")
    assert fix(capsys, "试.pol") == (0, "", "")
    assert Path("试.pol").read_text(encoding="utf-8") == text


def test_what_cannot_be_read_or_is_not_ours_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = fix(capsys, "没有.pol")
    assert (code, "C570" in err) == (1, True)
    assert fix(capsys, "std/linxian-2023") == (0, "", "")
