"""Settling on the machines of a cluster gives what settling here gives, also where one of them is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, line, many

from pol_lang.problem import Problems
from polc.batch.chunks import Slice
from polc.batch.stretches import Stretch, is_sorted, units
from polc.batch.work import ENDING
from polc.cli import run as polc

NEEDED = "the extra polc[spark] and Java are not installed"
with_spark = pytest.mark.skipif(find_spec("pyspark") is None or shutil.which("java") is None, reason=NEEDED)


@pytest.fixture
def engine() -> str:
    """What is settled here, to compare with."""
    return "native"


def told(folder: str) -> tuple[object, ...]:
    """All that a run says: settled rows in order, refused ones, sums."""
    whole = Path(folder)
    settled = (
        pq.read_table(whole / "settled").to_pylist()
        if (whole / "settled").is_dir()
        else (whole / "settled.csv").read_bytes()
    )
    beside = [path.read_bytes() for path in sorted(whole.glob("refused*.csv"))]
    return settled, beside, json.loads((whole / "totals.json").read_text(encoding="utf-8"))


def in_row_groups(lines: list[str], path: str, size: int) -> None:
    """The claims as Parquet, all cells texts, in row groups of a size."""
    Path("made.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    texts = pc.ConvertOptions(column_types={name: pa.string() for name in HEAD.strip().split(",")})
    pq.write_table(pc.read_csv("made.csv", convert_options=texts), path, row_group_size=size)


@with_spark
@pytest.mark.parametrize("order", ["sorted", "any"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_cluster_gives_what_one_machine_gives(settle: Settle, order: str, form: str) -> None:
    lines = many(11, 30, 150)
    if order == "sorted":
        lines.sort(key=lambda text: text.split(",")[0])
    Path("claims").mkdir()
    if form == "csv":
        lines[40:40] = [lines[3], "P1,X\n"]  # a copy, and a row that is none
        for number, cut in enumerate((slice(0, 55), slice(55, 57), slice(57, 400))):
            Path(f"claims/{number}.csv").write_text(HEAD + "".join(lines[cut]), encoding="utf-8")
    else:
        in_row_groups(lines[:70], "claims/0.parquet", 3)
        in_row_groups([*lines[70:], lines[70]], "claims/1.parquet", 10)
    settle("claims", "here", part_rows=20)
    settle("claims", "there", part_rows=20, engine="spark", master="local[2]")
    assert told("there") == told("here")
    assert not Path("there" + ENDING).exists()


@with_spark
def test_tables_of_persons_come_along(settle: Settle) -> None:
    lines = many(5, 12, 60)
    Path("claims.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    persons = sorted({text.split(",")[0] for text in lines})
    rows = [f"{number},{'A1' if at % 3 else 'A2'},2020-01-01,\n" for at, number in enumerate(persons)]
    Path("ids.csv").write_text("psn_no,psn_idet_type,begntime,endtime\n" + "".join(rows) + "P1\n", encoding="utf-8")
    settle("claims.csv", "here", identities="ids.csv")
    settle("claims.csv", "there", identities="ids.csv", engine="spark", master="local[2]")
    assert told("there") == told("here")


CHILD = """
import sys
from polc.batch.options import Options
from polc.batch.policies import single
from polc.batch.run import settle_files
from polc.pipeline import Plans, compile_policy

compiled = compile_policy("小县.pol")
options = Options(engine="spark", master="local-cluster[2,1,1024]", lang="en", part_rows=10)
settle_files(single("小县.pol", compiled.usable, Plans(compiled)), "claims.parquet", "there", options)
"""


@with_spark
def test_a_machine_that_is_lost_changes_nothing(settle: Settle) -> None:
    lines = sorted(many(3, 400, 3000), key=lambda text: text.split(",")[0])
    in_row_groups(lines, "claims.parquet", 10)
    settle("claims.parquet", "here", part_rows=10)
    with subprocess.Popen([sys.executable, "-c", CHILD], stderr=subprocess.DEVNULL) as run:
        unfinished = Path("there" + ENDING)
        while run.poll() is None and len(list(unfinished.glob("*/parts/*.json"))) < 3:
            time.sleep(0.005)
        executors = [child for child in descendants(run.pid) if "CoarseGrainedExecutorBackend" in command(child)]
        done = len(list(unfinished.glob("*/parts/*.json")))
        os.kill(executors[0], signal.SIGKILL)
        assert run.wait() == 0
    assert len(executors) == 2 and done < 200
    assert told("there") == told("here")


@with_spark
def test_a_cluster_that_is_not_there_is_said(settle: Settle, capsys: pytest.CaptureFixture[str]) -> None:
    Path("claims.csv").write_text(HEAD + line("P1", "A", "2023-03-01", "100"), encoding="utf-8")
    command = ["settle", "小县.pol", "claims.csv", "-o", "out", "--engine", "spark", "--lang", "en", "--master"]
    assert polc([*command, "nowhere"]) == 1
    assert "C692" in capsys.readouterr().err
    assert not Path("out").exists()


@with_spark
def test_what_is_wrong_with_the_files_is_said_as_ever(settle: Settle) -> None:
    in_row_groups(many(1, 3, 30), "claims.parquet", 10)
    data = Path("claims.parquet").read_bytes()
    Path("claims.parquet").write_bytes(data[:200] + bytes(400) + data[600:])
    with pytest.raises(Problems) as error:
        settle("claims.parquet", engine="spark", master="local[2]")
    assert {problem.code for problem in error.value.problems} == {"C652"}


def test_spark_is_an_extra(settle: Settle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("claims.csv").write_text(HEAD + line("P1", "A", "2023-03-01", "100"), encoding="utf-8")
    monkeypatch.setattr("polc.cli.spark_extra.find_spec", lambda _: None)
    assert polc(["settle", "小县.pol", "claims.csv", "-o", "out", "--engine", "spark", "--lang", "en"]) == 1
    assert "pip install 'polc[spark]'" in capsys.readouterr().err


def stretches(*persons: str) -> list[Stretch]:
    """Slices with the persons of their rows, a letter each."""
    found = []
    for number, text in enumerate(persons):
        ends = (text[0], text[-1]) if text else (None, None)
        found.append(Stretch(Slice(0, number), len(text), *ends, list(text) == sorted(text)))
    return found


@pytest.mark.parametrize(
    ("persons", "expected"),
    [
        (("aab", "bcc", "d"), [((0, 1), None), ((1,), "b"), ((2,), "c")]),
        (("ab", "b", "", "bc"), [((0, 1, 2, 3), None), ((1,), "b"), ((2,), "b"), ((3,), "b")]),
        (("a", "a"), [((0, 1), None), ((1,), "a")]),
        (("", "a", "b"), [((0,), None), ((1,), None), ((2,), "a")]),
    ],
)
def test_a_person_belongs_to_the_stretch_they_begin_in(
    persons: tuple[str, ...], expected: list[tuple[tuple[int, ...], str | None]]
) -> None:
    made = units(stretches(*persons))
    assert [(tuple(of.first for of in unit.slices), unit.before) for unit in made] == expected


def test_rows_out_of_order_are_noticed_within_and_between_stretches() -> None:
    assert is_sorted(stretches("ab", "", "bc"))
    assert not is_sorted(stretches("ba", "cd"))
    assert not is_sorted(stretches("ab", "ac"))


def descendants(pid: int) -> Iterator[int]:
    """The processes that a process started, and those that they started."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == pid:
                yield int(entry.name)
                yield from descendants(int(entry.name))


def command(pid: int) -> str:
    """What a process was started with."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
