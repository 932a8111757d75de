"""Every policy and fragment in the documents compiles, and the examples in whole policies come out right."""

from __future__ import annotations

from pathlib import Path

import pytest

from pol_lang.render import render_problems
from polc.claims.read_case import read_case
from polc.cli import run
from polc.pipeline import Plans, compile_policy
from polc.settle import settle

from .pages import PAGES, Block, blocks, shown
from .policies import whole_policy
from .sessions import is_step


def policies(page: Path) -> list[Block]:
    """The policies and fragments of a page that stand for themselves."""
    return [block for block in blocks(page, "pol") if not is_step(block)]


PAGES_WITH_POLICIES = [page for page in PAGES if policies(page)]


def file_name(block: Block, at: int) -> str:
    """The file a block is written to: the one its marker names, as other blocks of the page may refer to it."""
    named = [word.removeprefix("file=") for word in block.marker.split() if word.startswith("file=")]
    return named[0] if named else f"{at}.pol"


@pytest.mark.parametrize("page", PAGES_WITH_POLICIES, ids=shown)
def test_the_policies_of_a_page(page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong: list[str] = []
    for at, block in enumerate(policies(page)):
        path = tmp_path / file_name(block, at)
        path.write_text(whole_policy(block), encoding="utf-8")
        found = compile_policy(str(path), settling=None).problems
        if found:
            wrong.append(f"{block.name}\n{render_problems(found, 'en')}")
        elif block.marker.startswith("pol: complete") and ("\n算例 " in block.text or "\nexample " in block.text):
            code = run(["test", str(path)])
            if code:
                printed = capsys.readouterr()
                wrong.append(f"{block.name}\n{printed.out}{printed.err}")
    assert not wrong, "\n\n".join(wrong)


CLAIMS = [block for page in PAGES for block in blocks(page) if block.marker.startswith("claim: ")]


@pytest.mark.parametrize("block", CLAIMS, ids=lambda block: block.name)
def test_a_claim_file_can_be_settled(block: Block) -> None:
    compiled = compile_policy(block.marker.removeprefix("claim: "))
    case = read_case(block.text.encode(), f"claim.{block.language}", compiled.usable)
    settled = settle(Plans(compiled, dated=True), case.person, case.claims, case.state).claims
    assert settled and not case.warnings
    assert all(sum(amount for *_, amount in claim.bearers) == claim.total for claim in settled)


def test_there_is_a_claim_file_in_each_language() -> None:
    assert {block.page.name for block in CLAIMS} == {"language.md", "language.zh.md"}
