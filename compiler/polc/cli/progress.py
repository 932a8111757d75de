"""A progress bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from pol_lang.problem import Language

Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(stream: TextIO, lang: Language) -> Iterator[Progress | None]:
    """What to call with how many rows are done and about how many there are; None where nobody would see it."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    per_second = "行/秒" if lang == "zh" else "rows/s"
    columns = (
        BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def tell(done: int, about: int) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, completed=done, total=about, rate=f"{speed:,.0f} {per_second}" if speed else "")

        yield tell
