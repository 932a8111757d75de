"""The lints over what is shipped and over their own pages; each rule's good and bad program is a case file."""

from __future__ import annotations

import datetime
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


VALUES = "参数 门槛\n  自 2023-01-01 至 2023-12-31  5元\n"


@pytest.mark.parametrize(
    ("today", "policy_ends", "told"),
    [
        (None, None, False),
        (datetime.date(2023, 12, 31), None, False),
        (datetime.date(2024, 1, 1), None, True),
        (datetime.date(2024, 1, 1), "2024-06-30", True),
        (datetime.date(2024, 7, 1), "2024-06-30", False),
    ],
)
def test_values_that_have_run_out_are_told_by_the_day(
    today: datetime.date | None, policy_ends: str | None, told: bool, tmp_path: Path
) -> None:
    path = tmp_path / "试.pol"
    head = HEAD if policy_ends is None else HEAD.replace("施行自 2023-01-01", f"施行自 2023-01-01 至 {policy_ends}")
    path.write_text(head + VALUES + LAYER.replace("  支付", "  起付线 门槛 每次\n  支付", 1), encoding="utf-8")
    assert ("W610" in {problem.code for problem in lint(compile_policy(str(path)), None, today)}) == told


LAYER = "保障层 医保 支付方 基本医保统筹基金\n  基数 政策范围内费用\n  支付比例 60%\n"


@pytest.mark.parametrize("cost", ["床日 × 80元", "补充费用"])
def test_a_cap_that_days_or_other_amounts_may_reach_is_not_idle(cost: str, tmp_path: Path) -> None:
    facts = "事实 床日 天数\n事实 补充费用 金额\n"
    layer = f"保障层 医保 支付方 其他支出\n  基数 政策范围内费用\n  支付 {cost}\n  封顶线 支付额 5000元 每次\n"
    (tmp_path / "试.pol").write_text(HEAD + facts + layer, encoding="utf-8")
    assert "W603" not in {problem.code for problem in lint(compile_policy(str(tmp_path / "试.pol")))}


@pytest.mark.parametrize(
    ("guard", "outcome"),
    [
        ("政策范围内费用 超过 3000元\n  当 政策范围内费用 不超过 2000元", "never"),
        ("政策范围内费用 超过 3000元\n  当 政策范围内费用 超过 2000元", "always"),
        ("政策范围内费用 达到 0元", "always"),
        ("出院日期 < 2022-06-01", "never"),
        ("低保对象 且 特困人员", "never"),
        ("低保对象 或 (医疗类别 是 普通住院 且 医疗类别 是 普通门诊)", "never"),
        ("政策范围内费用 超过 3000元\n  当 医疗费总额 不超过 2000元", None),
        ("低保对象 或 特困人员", None),
    ],
)
def test_conditions_on_amounts_days_and_identities(guard: str, outcome: str | None, tmp_path: Path) -> None:
    names = "身份 低保对象\n身份 特困人员\n"
    layer = LAYER.replace("  基数", f"  当 {guard}\n  基数")
    path = tmp_path / "试.pol"
    path.write_text(HEAD + names + layer + "就高 按人员类别 个人负担最少\n", encoding="utf-8")
    compiled = compile_policy(str(path))
    assert [problem.message("zh") for problem in compiled.problems] == []
    told = [problem.message("en") for problem in lint(compiled) if problem.code == "W602"]
    assert [text.split()[2] for text in told] == ([outcome] if outcome else [])


def test_identities_may_be_held_together_where_none_is_picked(tmp_path: Path) -> None:
    names = "身份 低保对象\n身份 特困人员\n"
    path = tmp_path / "试.pol"
    path.write_text(HEAD + names + LAYER.replace("  基数", "  当 低保对象 且 特困人员\n  基数"), encoding="utf-8")
    assert "W602" not in {problem.code for problem in lint(compile_policy(str(path)))}
