"""Cases as files: program, command and expected output together, good and bad.

A case is a text file in `cases/` of sections: `%% file NAME` (written into an empty folder; `%% bytes NAME HEX` for
what is not text), `%% run ARGUMENTS` (one `polc` command), then what it must print: `%% stdout`, `%% stderr` (left out
where empty) and `%% exit N`. A case may run several commands. `POLC_UPDATE_CASES=1 pytest tests/test_cases.py` writes
what is printed into the files; what changed is then read in the diff.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from polc.catalogue import CATALOGUE
from polc.cli import run

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.rglob("*.case"))
UPDATE = os.environ.get("POLC_UPDATE_CASES") == "1"


def sections(text: str) -> list[tuple[str, str, str]]:
    """The sections of a case: kind, argument, body."""
    found: list[tuple[str, str, str]] = []
    for block in ("\n" + text).split("\n%% ")[1:]:
        head, _, body = block.partition("\n")
        kind, _, argument = head.partition(" ")
        found.append((kind, argument.strip(), body.rstrip("\n") + "\n" if body.strip() else ""))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(CASES).as_posix())
def test_case(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.read_text(encoding="utf-8")
    intro = text.partition("%% ")[0]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    shown = [intro] if intro else []
    for kind, argument, body in sections(text):
        if kind == "file":
            target = tmp_path / argument
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(body, encoding="utf-8")
            shown.append(f"%% file {argument}\n{body}")
        elif kind == "bytes":
            name, _, digits = argument.partition(" ")
            (tmp_path / name).write_bytes(bytes.fromhex(digits))
            shown.append(f"%% bytes {argument}\n")
        elif kind == "run":
            code = run(shlex.split(argument))
            out = capsys.readouterr()
            shown.append(f"%% run {argument}\n")
            for name, printed in (("stdout", out.out), ("stderr", out.err)):
                if printed.strip():
                    shown.append(f"%% {name}\n{printed.rstrip()}\n")
            shown.append(f"%% exit {code}\n")
    actual = "".join(shown)
    if UPDATE:
        path.write_text(actual, encoding="utf-8")
    assert actual == text


def test_every_code_a_policy_can_give_has_a_bad_case() -> None:
    """Problems of reading and compiling policies; those of claims have their own tests beside the reader."""
    codes = {problem.code for problem in CATALOGUE if problem.code[0] in "TNUS"} - {"N204"}  # that one: test_load.py
    covered = {path.stem.split("-")[0] for path in (CASES / "bad").glob("*.case")}
    assert codes - covered == set()
    assert covered - codes == set()


def test_every_lint_has_a_case_that_warns_and_one_that_does_not() -> None:
    codes = {problem.code for problem in CATALOGUE if problem.code[0] == "W"}
    covered = set()
    for path in (CASES / "warn").glob("W*.case"):
        code = path.stem.split("-")[0]
        covered.add(code)
        warned, clean = path.read_text(encoding="utf-8").split("%% file 好.pol\n")
        assert f"[{code}]" in warned, path.name
        assert "[" not in clean.partition("%% stdout")[2], path.name
    assert covered == codes


def test_a_bad_case_shows_its_code_and_exits_1() -> None:
    for path in (CASES / "bad").glob("*.case"):
        text = path.read_text(encoding="utf-8")
        assert f"[{path.stem.split('-')[0]}]" in text, path.name
        assert "%% exit 1\n" in text, path.name
