"""A progress bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import io

import pytest

from polc.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_terminal_sees_how_far_it_is(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with progress_bar(stream, lang) as tell:  # type: ignore[arg-type]
        assert tell is not None
        tell(1000, 5000)
        tell(2000, 5000)
    assert "2000/5000" in stream.getvalue()


def test_anything_else_sees_nothing() -> None:
    stream = io.StringIO()
    with progress_bar(stream, "zh") as tell:
        assert tell is None
    assert stream.getvalue() == ""
