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

    The bar is shown by the first call later than `after` seconds, so that short work does not flicker.
    """
    if not stream.isatty():
        yield None
        return
    start = perf_counter()
    shown: list[Any] = []

    def tell(done: int, about: int) -> None:
        if not shown and perf_counter() - start >= after:
            shown.append(_bar(stream))
        for bar in shown:
            speed = bar.tasks[0].speed
            unit = "行/秒" if lang == "zh" else "rows/s"
            bar.update(
                bar.task_ids[0], completed=done, total=about, rate=f"{speed:,.0f} {unit}" if speed and rows else ""
            )

    try:
        yield tell
    finally:
        for bar in shown:
            bar.stop()


def _bar(stream: TextIO) -> Any:
    """A bar that was started; it is gone when it is stopped."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(compact=True),
    )  # fmt: skip
    bar = Progress(*columns, console=Console(file=stream), transient=True)
    bar.add_task("", total=None, rate="")
    bar.start()
    return bar
