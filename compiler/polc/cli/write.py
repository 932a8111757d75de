"""Writing: results to standard output or a file, messages to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from pol_lang.problem import Language, Problem


def write_result(text: str, path: str | None = None) -> None:
    """Writes a result to a file, whole or not at all, or to standard output. Raises `Problems`."""
    if path is None or path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from polc.cli.write_file import write_file

    write_file(path, text.encode("utf-8", "backslashreplace"))


def complain(problems: Iterable[Problem], lang: Language) -> None:
    """Prints problems to standard error."""
    found = tuple(problems)
    if found:
        from pol_lang.render import render_problems

        sys.stderr.write(render_problems(found, lang, color=colored(sys.stderr)))


def colored(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose user wants colour."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
