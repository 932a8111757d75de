"""Slips that authors make, each with what the message says: one problem, with the line to write instead.

The table is `slips.txt`; the three policies are what a county would write for basic insurance, serious illness and
medical assistance.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from attrs import frozen

from pol_lang.parser import parse
from pol_lang.problem import Language, Problem
from pol_lang.source import Source
from pol_lang.syntax import same
from polc.load import read_file
from polc.mend import mended
from polc.pipeline import compile_policy

HERE = Path(__file__).parent
TABLE = HERE / "slips.txt"
UPDATE = os.environ.get("POLC_UPDATE_SLIPS") == "1"
POLICIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "policies").glob("*.pol"))}


@frozen
class Slip:
    """One block of the table: lines as they should be and as they were written, and what is told."""

    block: str
    policy: str
    right: str
    wrong: str
    told: tuple[str, ...]
    fixed: bool

    @property
    def text(self) -> str:
        """The policy with the slip in it."""
        policy = POLICIES[self.policy]
        assert policy.count(f"\n{self.right}") == 1, f"not one place in {self.policy}: {self.right}"
        return policy.replace(f"\n{self.right}", f"\n{self.wrong}" if self.wrong else "")

    @property
    def line(self) -> int:
        """The line in which the slip is."""
        policy = POLICIES[self.policy]
        return policy[: policy.index(f"\n{self.right}")].count("\n") + 2


def slips() -> list[Slip]:
    """The table, block by block."""
    found = []
    for block in re.split(r"\n(?=== )", TABLE.read_text(encoding="utf-8"))[1:]:
        lines = block.rstrip("\n").split("\n")
        rows = {mark: [line[1:] for line in lines[1:] if line.startswith(mark)] for mark in "-+!="}
        right, wrong = ("".join(f"{line}\n" for line in rows[mark]) for mark in "-+")
        told = tuple(line.strip() for line in rows["!"])
        found.append(Slip(block.rstrip("\n"), lines[0][3:], right, wrong, told, bool(rows["="])))
    return found


SLIPS = slips()


def problems_of(text: str) -> list[Problem]:
    """Every problem of a policy."""
    compiled = compile_policy("试.pol", read=lambda path: text.encode() if path == "试.pol" else read_file(path))
    return sorted(compiled.problems, key=lambda problem: problem.span.start if problem.span else -1)


def told(problem: Problem, line: int, lang: Language = "zh") -> str:
    """A problem as a line of the table, told from the line of the slip."""
    assert problem.span is not None
    off = problem.span.line - line
    parts = [f"{problem.code}{f' {off:+d}' if off else ''} {problem.message(lang)}", *problem.hint(lang).split("\n")]
    return " | ".join(part for part in parts if part)


def fixed(slip: Slip) -> bool:
    """Whether `polc fix` makes of the slip what was meant."""
    after = parse(Source("试", mended(Source("试", slip.text))))
    sound = not after.problems and not after.slips
    return sound and same(after.file, parse(Source("试", POLICIES[slip.policy])).file)


@pytest.fixture(scope="module", autouse=True)
def table() -> None:
    """Writes what is told into the table, where that is asked for."""
    if not UPDATE:
        return
    blocks = []
    for slip in SLIPS:
        kept = [line for line in slip.block.split("\n") if line.startswith(("== ", "-", "+"))]
        lines = [f"! {told(problem, slip.line)}" for problem in problems_of(slip.text)]
        blocks.append("\n".join([*kept, *lines, *["= polc fix"] * fixed(slip)]))
    head = TABLE.read_text(encoding="utf-8").split("\n== ", 1)[0]
    TABLE.write_text(head + "\n" + "\n\n".join(blocks) + "\n", encoding="utf-8")


@pytest.mark.parametrize("policy", POLICIES)
def test_the_policies_are_sound(policy: str) -> None:
    assert problems_of(POLICIES[policy]) == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.policy}: {slip.wrong.strip()}")
def test_a_slip_is_told_with_what_to_write(slip: Slip) -> None:
    problems = problems_of(slip.text)
    assert tuple(told(problem, slip.line) for problem in problems) == slip.told or UPDATE
    assert fixed(slip) == slip.fixed or UPDATE
    for problem in problems:
        for lang in ("zh", "en"):
            assert problem.message(lang) and problem.hint(lang), f"{problem.code} says nothing to do"


def test_there_is_one_message_for_one_slip_nearly_always() -> None:
    """Two where what was written leaves two things open, as a cap without its object and its period does."""
    several = [slip for slip in SLIPS if len(slip.told) > 1]
    assert all(slip.told for slip in SLIPS)
    assert len(several) < len(SLIPS) / 20
