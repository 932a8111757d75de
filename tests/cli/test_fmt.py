"""`polc fmt`: rewrites what changes, and nothing else."""

import io
from pathlib import Path

import pytest
from tests.cli.conftest import POLICY, Polc

from pol_lang.formatter import format_text

FORMATTED = format_text(POLICY)


def test_files_are_rewritten_once(polc: Polc) -> None:
    ran = polc("fmt", "小县.pol")
    assert (ran.code, ran.out, ran.err) == (0, "", "已改写 小县.pol\n")
    assert Path("小县.pol").read_text(encoding="utf-8") == FORMATTED != POLICY
    before = Path("小县.pol").stat().st_mtime_ns
    assert polc("fmt", ".").err == ""
    assert Path("小县.pol").stat().st_mtime_ns == before


def test_check_and_diff_write_nothing(polc: Polc) -> None:
    ran = polc("fmt", "小县.pol", "--check")
    assert (ran.code, ran.out) == (1, "小县.pol\n")
    assert "polc fmt 小县.pol" in ran.err
    ran = polc("fmt", "小县.pol", "--diff")
    assert ran.code == 0 and ran.out.startswith("--- 小县.pol\n+++ 小县.pol\n@@ ")
    assert polc("fmt", "小县.pol", "--diff", "--check").code == 1
    assert Path("小县.pol").read_text(encoding="utf-8") == POLICY


def test_keywords_go_to_the_other_language_and_back(polc: Polc) -> None:
    polc("fmt", "小县.pol")
    polc("fmt", "小县.pol", "--keywords", "en")
    english = Path("小县.pol").read_text(encoding="utf-8")
    assert "layer 基本医保 paid by 基本医保统筹基金" in english
    assert polc("test", "小县.pol").code == 0
    polc("fmt", "小县.pol", "--keywords", "zh")
    assert Path("小县.pol").read_text(encoding="utf-8") == FORMATTED


def test_standard_input(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(POLICY.encode())))
    ran = polc("fmt", "-")
    assert (ran.code, ran.out, ran.err) == (0, FORMATTED, "")


def test_line_ends_and_byte_order_marks_are_mended(polc: Polc) -> None:
    Path("小县.pol").write_bytes(b"\xef\xbb\xbf" + FORMATTED.replace("\n", "\r\n").encode())
    assert polc("fmt", "小县.pol", "--check").code == 1
    assert polc("fmt", "小县.pol").code == 0
    assert Path("小县.pol").read_bytes() == FORMATTED.encode()


def test_a_file_that_does_not_parse_is_left_alone_and_the_others_are_not(polc: Polc) -> None:
    Path("坏.pol").write_text("政策 坏\n  标题\n", encoding="utf-8")
    ran = polc("fmt", "坏.pol", "小县.pol", "没有.pol")
    assert ran.code == 1 and "坏.pol:2" in ran.err and "C570" in ran.err
    assert Path("坏.pol").read_text(encoding="utf-8") == "政策 坏\n  标题\n"
    assert Path("小县.pol").read_text(encoding="utf-8") == FORMATTED


def test_standard_policies_are_not_rewritten(polc: Polc) -> None:
    assert polc("fmt", "std/linxian-2023", "--diff").code == 0
    ran = polc("fmt", "std/linxian-2023", "--keywords", "en")
    assert ran.code == 1 and "C586" in ran.err
