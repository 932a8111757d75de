"""Sessions in the documents: files that a reader writes, commands they run, and what these print.

On a page, in order: `<!-- file NAME -->` above a block writes it to a file; `<!-- edit NAME: append -->` puts it at
the end of one; `<!-- edit NAME: replace TEXT -->` puts it in place of the line that starts with TEXT and of what is
indented under that; `<!-- edit NAME: after TEXT -->` puts it after those. A `console` block marked `<!-- run -->`
holds commands after `$ ` with their output; `<!-- run: exit 1 -->` says how the last one ends, and
`<!-- run: from "TEXT" to "TEXT" -->` shows the output from the line that starts with the first text (`second`: from the
second such line) to the line before the one that starts with the second text, with `…` for what is left out. Commands
are polc, pytest and git; `cat FILE` shows a file and `cd FOLDER` goes on in a folder.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from polc.cli import run

from .pages import Block

_EDIT = re.compile(r"edit (?P<name>\S+): (?P<how>append|replace|after)(?: (?P<text>.*))?")


def is_step(block: Block) -> bool:
    """Whether a block is part of its page's session."""
    return block.marker.partition(" ")[0].rstrip(":") in ("file", "edit", "run")


def play(block: Block) -> str:
    """Does what a step says, in the current folder; the text the block should have."""
    kind = block.marker.partition(" ")[0].rstrip(":")
    if kind == "file":
        Path(block.marker.partition(" ")[2]).write_text(block.text, encoding="utf-8")
        return block.text
    if kind == "edit":
        edit = _EDIT.fullmatch(block.marker)
        assert edit, f"{block.name}: {block.marker}"
        path = Path(edit["name"])
        path.write_text(edited(path.read_text(encoding="utf-8"), edit["how"], edit["text"] or "", block.text), "utf-8")
        return block.text
    return played(block)


def edited(text: str, how: str, start: str, new: str) -> str:
    """A file's text with a piece appended, put in place of a line and its block, or after these."""
    if how == "append":
        return text.rstrip("\n") + "\n\n" + new
    lines = text.splitlines(keepends=True)
    found = [at for at, line in enumerate(lines) if line.strip().startswith(start)]
    assert len(found) == 1, f"{len(found)} lines start with {start}"
    at = found[0]
    end = at + 1
    while end < len(lines) and lines[end].strip() and _indent(lines[end]) > _indent(lines[at]):
        end += 1
    kept = lines[at:end] if how == "after" else []
    return "".join([*lines[:at], *kept, new, *lines[end:]])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def played(block: Block) -> str:
    """The commands of a block with what they print. Raises AssertionError where the last does not end as is said."""
    commands = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
    said = re.search(r"exit (\d+)", block.marker)
    parts: list[str] = []
    code = 0
    for command in commands:
        code, printed = output_of(command)
        parts.append(f"$ {command}\n{excerpt(printed, block.marker)}")
    assert code == (int(said[1]) if said else 0), f"{block.name} ends with exit code {code}\n{parts[-1]}"
    return "".join(parts)


def output_of(command: str) -> tuple[int, str]:
    """The exit code of a command and all it prints."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return 0, "".join(Path(name).read_text(encoding="utf-8") for name in arguments)
    if program == "cd":
        os.chdir(arguments[0])
        return 0, ""
    if program in ("git", "pytest"):
        return beside(program, arguments)
    assert program == "polc", f"only polc, pytest, git, cat and cd can be run here: {command}"
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = run(arguments)
    return code, re.sub(r"[ ]+$", "", out.getvalue(), flags=re.M)


def beside(program: str, arguments: list[str]) -> tuple[int, str]:
    """What another program prints, in a process of its own; how long it took is left out."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"] if program == "pytest" else [program]
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        nobody |= {f"GIT_{role}_NAME": "a", f"GIT_{role}_EMAIL": "a@example.org"}
    done = subprocess.run(
        [*command, *arguments], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **nobody, "COLUMNS": "80", "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    text = re.sub(r" in [0-9.]+s\b", "", done.stdout.decode("utf-8"))
    return done.returncode, re.sub(r"[ ]+$", "", text, flags=re.M)


def excerpt(printed: str, marker: str) -> str:
    """The part of an output that a marker asks for, with `…` for what is left out."""
    if not printed:
        return ""
    first, last = (re.search(rf'{word} "([^"]+)"', marker) for word in ("from", "to"))
    lines = printed.splitlines(keepends=True)
    start = 0
    if first:
        starts = [at for at, line in enumerate(lines) if line.startswith(first[1])]
        start = starts["second" in marker]
    end = next(at for at, line in enumerate(lines) if at > start and line.startswith(last[1])) if last else len(lines)
    shown = "".join(lines[start:end]).rstrip("\n") + "\n"
    return ("…\n" if start else "") + shown + ("…\n" if end < len(lines) else "")
