"""The lints over what is shipped and over their own pages; each rule's good and bad program is a case file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pol_lang.catalogue import documentation
from pol_lang.problem import Language
from polc.lints.levels import at_level
from polc.lints.run import RULES, lint
from polc.load import standard_names
from polc.pipeline import compile_policy

HEAD = """\
政策 试
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
"""
ALONE = {"W601", "W602", "W603", "W604", "W605", "W606", "W607", "W610"}  # the others speak of several files or clauses


@pytest.mark.parametrize("name", [*standard_names(), "std/prelude"])
def test_the_standard_policies_have_no_warnings(name: str) -> None:
    assert [problem.message("zh") for problem in lint(compile_policy(name, settling=None))] == []


def programs(page: str) -> list[str]:
    """The indented blocks of a page."""
    blocks = re.findall(r"(?:^    .*\n?)+", page, re.M)
    return ["".join(line[4:] + "\n" for line in block.splitlines()) for block in blocks]


def codes(text: str, folder: Path) -> set[str]:
    path = folder / "试.pol"
    path.write_text(HEAD + "身份 低保对象\n" * ("低保对象" in text) + text, encoding="utf-8")
    compiled = compile_policy(str(path), settling=None)
    assert [problem.message("en") for problem in compiled.problems] == []
    return {problem.code for problem in lint(compiled)}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("cls", [cls for _, cls in RULES], ids=lambda cls: cls.code)
def test_a_page_shows_what_to_avoid_and_what_to_prefer(cls: type, lang: Language, tmp_path: Path) -> None:
    page = documentation(cls, lang)
    words = ("Avoid:", "Prefer:", "Why:") if lang == "en" else ("避免：", "应写：", "原因：")
    assert [word for word in words if word not in page] == []
    bad, good = programs(page)
    if cls.code in ALONE:
        assert cls.code in codes(bad, tmp_path)
        assert cls.code not in codes(good, tmp_path)


def test_codes_and_names_follow_the_rules() -> None:
    assert len({cls.code for _, cls in RULES}) == len(RULES)
    for rule, cls in RULES:
        assert rule.__module__ == f"polc.lints.{rule.__name__}" == cls.__module__
        assert cls.code.startswith("W6")
        assert cls.severity == "warning"


def test_a_lint_taken_as_an_error_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "试.pol"
    text = HEAD + "参数 门槛 = 1元\n保障层 医保 支付方 基本医保统筹基金\n  基数 政策范围内费用\n  支付比例 60%\n"
    path.write_text(text, encoding="utf-8")
    told = [p for p in lint(compile_policy(str(path))) if p.message("en").startswith("the parameter")]
    (warning,) = told
    error = at_level(warning, "error")
    assert error is not None
    assert (error.severity, error.code, error.message("zh")) == ("error", "W601", warning.message("zh"))
    assert error.span == warning.span
    assert at_level(warning, "off") is None
    found = lint(compile_policy(str(path)), {"W601": "off"})
    assert "W601" not in {problem.code for problem in found}
