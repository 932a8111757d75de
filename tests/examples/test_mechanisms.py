"""Each mechanism and each reading of a fork has a policy whose examples hold, and the page shows what stands in it."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from pol_lang import syntax as s
from pol_lang.parser import parse
from pol_lang.source import Source
from polc.cli import run

ROOT = Path(__file__).parents[2]
MECHANISMS = ROOT / "examples" / "mechanisms"
POLICIES = sorted([*MECHANISMS.iterdir(), *(ROOT / "examples" / "forks").iterdir()])

_KEYS = """
CAP_ANNUAL_FUND CLASS_ASSIST BANDS_ABS DED_ANNUAL DED_PER_ADM RATE_BY_LEVEL TILT_DED50 TILT_RATE5 SUPP_INS BANDS_AFTER
PACKAGE DED_REPEAT BASE_REMAIN TILT_NOCAP DED_INCOME TILT_ASSIST RATE_BY_PERSON SEPARATE_DED REFERRAL_PP REFERRAL_GATE
ROUND OUTP_POOL OOC_CONTROL TOPUP B_PREPAY POST_CAP_LAYER SHARED_LIMIT MULTI_ID CHRONIC_LIMIT REFERRAL_FACTOR
CHILD_BONUS TILT_DED0 ASSIST_BANDED HOSP_WAIVE WAIT ENROL_SUBSIDY YEAR_BOUNDARY FORMULA_RATE BASIC_TILT SECOND_COMP
ENROL_YEARS DED_PCT_OF_BILL BASE_EXCL_PREPAY BASE_WEIGHTED OTHER_AID_DEDUCT ITEM_PREPAY CAP_ELIGIBLE PERDIEM
REFERRAL_PREPAY FLOOR_PAY LUMP_BRACKET FIXED_GRANT DISEASE_BONUS DISEASE_LIST INCENTIVE_CAP PREEXIST
"""
KEYS = _KEYS.split()
"""The mechanisms met in settlement texts, most frequent first."""

PRINTED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "CQ-YUBEI-2023-01": (
        "16-tilt-assist",
        [("basic", "34790"), ("critical_illness", "0"), ("assistance", "10647"), ("tilted_assistance", "937.80")],
    ),
    "HB-CII-2024-01": ("03-bands-abs", [("大病保险", "93800")]),
    "GD-ZS-2022-01": ("13-base-remain", [("基本医保", "319200"), ("大病保险", "42020")]),
    "JS-NJ-2021-01": ("12-ded-repeat", [("inpatient.deductible", yuan) for yuan in ("400", "375", "150")]),
    "SD-YS-2017-01": ("34-hosp-waive", [("waiver", "18.14"), ("supplement", "155.07"), ("个人", "8.16")]),
    "HN-CS-2018-01": ("10-bands-after", [("critical_illness", "5000")]),
    "CHRONIC-3V-01": ("25-b-prepay", [("门诊慢病", yuan) for yuan in ("0", "204.40", "341.60")]),
    "GZ-GY-CAT-2R": ("11-package", [("基本医保", "2220"), ("个人", "780")]),
}
"""Published worked examples: the file that holds the case, and the amounts as they are printed, in yuan."""


def file_of(rank: int, key: str) -> Path:
    return MECHANISMS / f"{rank:02}-{key.lower().replace('_', '-')}.pol"


def examples_of(path: Path) -> list[s.Example]:
    file = parse(Source(path.name, path.read_text(encoding="utf-8"))).file
    return [statement for statement in file.statements if isinstance(statement, s.Example)]


def test_each_mechanism_has_one_file() -> None:
    assert sorted(MECHANISMS.iterdir()) == [file_of(rank, key) for rank, key in enumerate(KEYS, 1)]


@pytest.mark.parametrize("path", POLICIES, ids=lambda p: p.stem)
def test_a_policy_has_no_problem_and_its_examples_hold(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(path)]) == 0
    assert "没有问题" in (out := capsys.readouterr().out), out
    assert run(["test", str(path)]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", POLICIES, ids=lambda p: p.stem)
def test_a_policy_says_where_its_figures_come_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^  (数据来源|provenance) +\"", text, re.M)
    examples = examples_of(path)
    assert examples
    for example in examples:
        assert example.source, example.name.text
        assert any(part.kind == "expect" for part in example.parts), example.name.text


@pytest.mark.parametrize(("case", "file", "amounts"), [(case, *rest) for case, rest in PRINTED.items()])
def test_a_published_example_is_in_its_file(case: str, file: str, amounts: list[tuple[str, str]]) -> None:
    found = [
        (".".join(word.text for word in line.path), line.values[0].value / 100)
        for example in examples_of(MECHANISMS / f"{file}.pol")
        if example.source and example.source.startswith(case)
        for part in example.parts
        if part.kind == "expect"
        for line in part.lines
        if isinstance(line, s.Given) and isinstance(line.values[0], s.Literal)
    ]
    assert [pair for pair in found if pair[0] in dict(amounts)] == [(name, Fraction(yuan)) for name, yuan in amounts]


def test_both_languages_are_shown() -> None:
    english = [path for path in POLICIES if re.search("^policy ", path.read_text(encoding="utf-8"), re.M)]
    assert 0.4 < len(english) / len(POLICIES) < 0.6


SECTION = re.compile(
    r"^### \d+\. .*? `(?P<key>\w+)`\n\n.*?\]\((?P<link>[^)]+)\)\n\n```\n(?P<lines>.*?\n)```$", re.M | re.S
)


@pytest.mark.parametrize("page", ["mechanisms.md", "mechanisms.zh.md"])
def test_the_page_shows_lines_of_each_file(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    sections = list(SECTION.finditer(text))
    assert [section["key"] for section in sections] == KEYS
    for rank, section in enumerate(sections, 1):
        path = (ROOT / "docs" / section["link"]).resolve()
        assert path == file_of(rank, section["key"])
        assert f"\n{section['lines']}" in path.read_text(encoding="utf-8"), section["key"]


@pytest.mark.parametrize("page", ["mechanisms.md", "mechanisms.zh.md"])
def test_the_page_names_every_fork_and_every_published_example(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    links = {(ROOT / "docs" / link).resolve() for link in re.findall(r"\]\((\.\./[^)]+)\)", text)}
    assert links == set(POLICIES)
    for case, (file, _) in PRINTED.items():
        assert re.search(rf"^\| {case} \|.*\({re.escape(f'../examples/mechanisms/{file}.pol')}\) \|$", text, re.M)
