"""What the documents show of commands is what these print."""

from __future__ import annotations

from pathlib import Path

import pytest

from .pages import PAGES, blocks, rewrite, shown
from .sessions import is_step, play

SESSIONS = [page for page in PAGES if any(is_step(block) for block in blocks(page))]


@pytest.mark.parametrize("page", SESSIONS, ids=shown)
def test_the_session_of_a_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLC_LANG", "zh" if ".zh." in page.name else "en")
    played = {block.line: play(block) for block in blocks(page) if is_step(block)}
    rewrite(page, lambda block: played.get(block.line, block.text))
