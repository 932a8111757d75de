"""Results appear whole or not at all, and a run that was stopped anywhere goes on to the same bytes."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.batch.conftest import POLICY, Settle
from tests.batch.test_settling import HEAD, line, many

from pol_lang.problem import Problems
from polc.batch import chunks, pieces
from polc.batch.work import ENDING, working
from polc.cli import run as polc

CHILD = """
import os, signal, sys
from polc.batch import work
from polc.batch.options import Options
from polc.batch.policies import single
from polc.batch.run import settle_files
from polc.pipeline import Plans, compile_policy

left = int(sys.argv[1])
replace = os.replace

def counted(*paths):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*paths)

os.replace = counted
compiled = compile_policy("小县.pol")
options = Options(engine=sys.argv[3], lang="en", part_rows=20, form=sys.argv[2], threads=2)
settle_files(single("小县.pol", compiled.usable, Plans(compiled)), "claims.csv", "out", options)
"""


def contents(folder: str) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()
    }


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("order", ["sorted", "any"])
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(settle: Settle, engine: str, order: str, form: str) -> None:
    lines = many(11, 30, 150)
    other = "Pz," + lines[3].split(",", 1)[1]
    lines[40:40] = [lines[3], "P1,X\n", other]  # a copy, a row that is none, and somebody else's of the same name
    if order == "sorted":
        lines.sort(key=lambda text: text.split(",")[0])
    settle(HEAD + "".join(lines), "whole", form=form, part_rows=20)
    killed = 0
    for stop in (1, 2, 5, 9, 14, 20, 26, 33, 200):
        done = subprocess.run([sys.executable, "-c", CHILD, str(stop), form, engine], env=os.environ, check=False)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        assert not Path("out").exists()
        killed += 1
    assert killed > 2
    assert contents("out") == contents("whole")
    assert not Path("out" + ENDING).exists()


def test_a_full_disk_leaves_nothing_and_the_run_goes_on_later(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("claims.csv").write_text(HEAD + "".join(many(1, 5, 20)), encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "")

    command = ["settle", "小县.pol", "claims.csv", "-o", "out", "--lang", "en"]
    with monkeypatch.context() as patch:
        patch.setattr(pieces, "write_settled", full)
        assert polc(command) == 1
    assert "C585" in capsys.readouterr().err
    assert not Path("out").exists()
    assert polc(command) == 0
    assert Path("out/settled.csv").exists()


def test_results_are_not_written_over(settle: Settle) -> None:
    settle(HEAD + line("P1", "A", "2023-03-01", "100"))
    before = contents("out")
    with pytest.raises(Problems) as error:
        settle(HEAD + line("P2", "A", "2023-03-01", "100"))
    assert [p.code for p in error.value.problems] == ["C657"]
    assert contents("out") == before


def test_a_file_name_for_results_is_refused(settle: Settle) -> None:
    with pytest.raises(Problems) as error:
        settle(HEAD + line("P2", "A", "2023-03-01", "100"), "out.csv")
    assert [p.code for p in error.value.problems] == ["C675"]


def test_two_processes_do_not_write_the_same_results(settle: Settle) -> None:
    with working("out", "somebody else"), pytest.raises(Problems) as error:
        settle(HEAD + line("P2", "A", "2023-03-01", "100"))
    assert [p.code for p in error.value.problems] == ["C658"]


def test_what_another_run_left_is_not_used(settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("polc.batch.run.publish", stop)
        with pytest.raises(KeyboardInterrupt):
            settle(HEAD + line("P1", "A", "2023-03-01", "100"))
    assert not settle(HEAD + line("P1", "A", "2023-03-01", "200"), "other").resumed
    assert Path("out" + ENDING).exists()
    run = settle("claims.csv")  # with what it says now
    assert not run.resumed and run.totals.borne == 20_000


def test_the_policy_belongs_to_the_run(settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    Path("claims.csv").write_text(HEAD + line("P1", "A", "2023-03-01", "1300"), encoding="utf-8")
    command = ["settle", "小县.pol", "claims.csv", "-o", "out", "--lang", "en"]
    with monkeypatch.context() as patch:
        patch.setattr("polc.batch.run.publish", stop)
        assert polc(command) == 130
    Path("小县.pol").write_text(POLICY.replace("70%", "80%"), encoding="utf-8")
    assert polc(command) == 0
    assert "800.00" in Path("out/settled.csv").read_text()


def test_an_input_that_changes_under_the_run_leaves_no_results(settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    done = pieces.settle_part

    def meanwhile(*args: object) -> object:
        with open("claims.csv", "a", encoding="utf-8") as stream:
            stream.write(line("P9", "late", "2023-03-01", "100"))
        return done(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(pieces, "settle_part", meanwhile)
    with pytest.raises(Problems) as caught:
        settle(HEAD + line("P1", "S1", "2023-03-01", "100"))
    assert [problem.code for problem in caught.value.problems] == ["C668"]
    assert not Path("out").exists()
    monkeypatch.setattr(pieces, "settle_part", done)
    assert settle("claims.csv").totals.read == 2


def test_files_are_not_looked_at_again_for_each_other(settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("many").mkdir()
    for number in range(60):
        Path(f"many/{number:03}.csv").write_text(HEAD + line(f"P{number % 7}", f"S{number}", "2023-03-01", "100"))
    seen = []
    look = chunks.plain_type
    monkeypatch.setattr(chunks, "plain_type", lambda kind: seen.append(kind) or look(kind))
    assert settle("many").totals.settled == 60
    assert len(seen) <= 4 * 60 * len(HEAD.split(","))
