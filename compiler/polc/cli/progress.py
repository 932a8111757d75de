"""A progress bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, TextIO

from pol_lang.problem import Language

Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(stream: TextIO, lang: Language, *, rows: bool = True, after: float = 0) -> Iterator[Progress | None]:
    """What to call with how many rows (or cases) are done and about how many there are; None where nobody would see it.

    The rate and the time left are those of the whole run so far: pieces of work are large and end at the same time, so
    that a rate over the last few of them says nothing. The first call later than `after` seconds shows the bar, so that
    short work does not flicker.
    """
    if not stream.isatty():
        yield None
        return
    start = perf_counter()
    shown: list[Any] = []

    def tell(done: int, about: int) -> None:
        if not shown and perf_counter() - start >= after:
            shown.append(_bar(stream))
        seconds = perf_counter() - start
        rate, left = "", ""
        if done and seconds:
            unit = "行/秒" if lang == "zh" else "rows/s"
            rate = f"{done / seconds:,.0f} {unit}" if rows else ""
            left = _clock((about - done) * seconds / done)
        for bar in shown:
            bar.update(bar.task_ids[0], completed=done, total=about, rate=rate, left=left)

    try:
        yield tell
    finally:
        for bar in shown:
            bar.stop()


def _bar(stream: TextIO) -> Any:
    """A bar that was started; it is gone when it is stopped."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[left]}"))
    bar = Progress(*columns, console=Console(file=stream), transient=True)
    bar.add_task("", total=None, rate="", left="")
    bar.start()
    return bar


def _clock(seconds: float) -> str:
    """Seconds as minutes and seconds, with hours where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"
