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
    clock = iter([100.0, 100.0, 101.0])
    monkeypatch.setattr("polc.cli.progress.perf_counter", lambda: next(clock, 102.0))
    with progress_bar(stream, lang) as tell:  # type: ignore[arg-type]
        assert tell is not None
        tell(1000, 500_000)
        tell(4000, 500_000)
    shown = stream.getvalue()
    assert "4000/500000" in shown
    assert ("2,000 行/秒" if lang == "zh" else "2,000 rows/s") in shown  # 4000 in two seconds
    assert "04:08" in shown  # 496000 at that rate


def test_anything_else_sees_nothing() -> None:
    stream = io.StringIO()
    with progress_bar(stream, "zh") as tell:
        assert tell is None
    assert stream.getvalue() == ""
