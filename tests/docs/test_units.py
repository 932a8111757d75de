"""The table of units in the references says which values go together, and nothing else goes."""

from __future__ import annotations

import datetime
import itertools
import re
from pathlib import Path

import pytest

from pol_lang import syntax as s
from pol_lang.parser import parse
from pol_lang.source import Source
from polc.load import load
from polc.lowering.expressions import Elaborator
from polc.resolve import resolve

from .pages import DOCS, read

WORDS = {
    "money": ("money", "金额", "3元"), "ratio": ("rate", "比例", "30%"), "points": ("points", "百分点", "3个百分点"),
    "number": ("number", "数", "3"), "days": ("days", "天数", "3天"),
    "workdays": ("working days", "工作日", "3个工作日"),
    "months": ("months", "月数", "3个月"), "years": ("years", "年数", "3年"), "date": ("date", "日期", "2024-01-01"),
}  # fmt: skip
ROW = re.compile(r"^\| ([^|]+) \| (`[-+×÷]`(?: `[-+×÷]`)*) \| ([^|]+) \| ([^|]+) \|$", re.M)

Told = dict[tuple[str, str, str], str]


def told(page: Path) -> Told:
    """Which unit comes of which two by which operator, as a page tells it."""
    zh = ".zh." in page.name
    unit = {words[zh]: name for name, words in WORDS.items()}
    found: Told = {}
    for left, operators, right, result in ROW.findall(read(page)):
        if left.startswith("`"):
            continue  # 100% less a rate, which is a literal and no unit
        for one, op in itertools.product(re.split(", |、", left), re.findall("[-+×÷]", operators)):
            for other in [one] if right in ("the same", "同一种") else re.split(", |、", right):
                value = one if result in ("the same", "as left", "同一种", "同左") else result
                found[unit[one], op, unit[other]] = unit[value]
                if op == "×":
                    found[unit[other], op, unit[one]] = unit[value]
    return found


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The same, as the compiler has it."""
    path = tmp_path_factory.mktemp("units") / "a.pol"
    path.write_text("policy units\n", encoding="utf-8")
    program = resolve(load(str(path)))
    found: Told = {}
    for (one, words), op, (other, others) in itertools.product(WORDS.items(), "+-×÷", WORDS.items()):
        elaborator = Elaborator(program, datetime.date(2024, 1, 1), True)
        (define,) = parse(Source("", f"define value = {words[2]} {op} {others[2]}\n")).file.statements
        assert isinstance(define, s.Define)
        unit = elaborator.expr(define.value)[1]
        if not elaborator.problems:
            found[one, op, other] = unit
    return found


@pytest.mark.parametrize("name", ["language.md", "language.zh.md"])
def test_the_table_of_units_is_that_of_the_compiler(name: str, computed: Told) -> None:
    assert told(DOCS / name) == computed
