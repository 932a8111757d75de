"""Settling on the machines of a cluster gives what settling here gives, also where one of them is lost."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, line, many

import pol_lang
import polc as polc_package
from pol_lang.problem import Problems
from polc.batch.chunks import Slice
from polc.batch.spark_machine import code, on_machine, results
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
options = Options(engine="spark", master=sys.argv[1], lang="en", part_rows=10)
run = settle_files(single("小县.pol", compiled.usable, Plans(compiled)), "claims.parquet", "there", options)
print(run.resumed)
"""
UNITS = 40
SPECULATION = (
    "--conf spark.speculation=true --conf spark.speculation.interval=20ms --conf spark.speculation.quantile=0.1 \
--conf spark.speculation.multiplier=1.1 --conf spark.speculation.minTaskRuntime=1ms pyspark-shell"
)


def settle_there(master: str) -> subprocess.Popen[str]:
    """A run on a cluster, as a process of its own; Spark may start copies of tasks that are slower than others."""
    environment = os.environ | {"PYSPARK_SUBMIT_ARGS": SPECULATION}
    command = [sys.executable, "-c", CHILD, master]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def wait_for_parts(run: subprocess.Popen[str]) -> int:
    """Waits until some parts are settled; how many are."""
    unfinished = Path("there" + ENDING)
    while run.poll() is None and len(list(unfinished.glob("*/parts/*.json"))) < 3:
        time.sleep(0.005)
    return len(list(unfinished.glob("*/parts/*.json")))


def claims_in_units(settle: Settle) -> None:
    """Claims that make many parts, settled here."""
    in_row_groups(sorted(many(3, 400, 10 * UNITS), key=lambda text: text.split(",")[0]), "claims.parquet", 10)
    settle("claims.parquet", "here", part_rows=10)


@with_spark
def test_a_process_that_is_lost_changes_nothing(settle: Settle) -> None:
    claims_in_units(settle)
    with settle_there("local-cluster[2,1,1024]") as run:
        done = wait_for_parts(run)
        executors = [child for child in descendants(run.pid) if "CoarseGrainedExecutorBackend" in command(child)]
        os.kill(executors[0], signal.SIGKILL)
        assert run.wait() == 0
    assert len(executors) == 2 and 3 <= done < UNITS
    assert told("there") == told("here")
    assert not Path("there" + ENDING).exists()


@with_spark
def test_a_run_whose_own_process_is_lost_goes_on_later(settle: Settle) -> None:
    claims_in_units(settle)
    with settle_there("local[2]") as run:
        done = wait_for_parts(run)
        run.kill()
    assert 3 <= done < UNITS and not Path("there").exists()
    with settle_there("local[2]") as run:
        assert run.communicate()[0] == "True\n"
    assert told("there") == told("here")


@with_spark
def test_a_machine_of_a_cluster_that_is_lost_changes_nothing(settle: Settle) -> None:
    claims_in_units(settle)
    with ExitStack() as stack:
        master = r"Starting Spark master at (spark://\S+)"
        address, _ = started(stack, "master.Master", "--host", "127.0.0.1", told=master)
        worker = ("worker.Worker", "--cores", "1", "--memory", "1g", address)
        machines = [
            started(stack, *worker, "-d", f"work{number}", told="Successfully (registered) with master")[1]
            for number in range(2)
        ]
        with settle_there(address) as run:
            done = wait_for_parts(run)
            os.kill(machines[0], signal.SIGKILL)
            assert run.wait() == 0
    assert 3 <= done < UNITS
    assert told("there") == told("here")


def started(stack: ExitStack, part: str, *arguments: str, told: str) -> tuple[str, int]:
    """Starts a part of a cluster that Spark itself manages, and waits until it says what `told` finds; what that is,
    and the process."""
    home = Path(str(find_spec("pyspark").submodule_search_locations[0]))  # type: ignore[union-attr, index]
    log = Path(f"{part}-{len(list(Path().glob('*.log')))}.log")
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{part}", "--port", "0", "--webui-port", "0"]
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=log.open("wb"))
    stack.callback(process.wait)
    stack.callback(process.kill)
    while not (found := re.search(told, log.read_text(encoding="utf-8", errors="replace"))):
        assert process.poll() is None
        time.sleep(0.02)
    return found[1], process.pid


def on_another_machine(path: str, *options: str) -> object:
    """What a task says where `path` is all that Python finds beside Spark."""
    from pyspark import cloudpickle

    home = Path(cloudpickle.__file__).parents[1]
    archives = [str(archive) for archive in sorted((home / "python" / "lib").glob("*.zip"))]
    packed = cloudpickle.dumps(on_machine(None, sorted, os.getcwd(), Path("work")))
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)(b'')[:2])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([path, *archives])}
    done = subprocess.run([sys.executable, *options, "-c", code], input=packed, env=environment, capture_output=True)
    return ast.literal_eval(done.stdout.decode())


@with_spark
def test_a_machine_without_the_same_polc_does_nothing(tmp_path: Path) -> None:
    how, (_, python, module) = on_another_machine("", "-S")  # type: ignore[misc]
    assert (how, module) == ("missing", "polc") and Path(python).name.startswith("python")
    (tmp_path / "old" / "polc").mkdir(parents=True)
    (tmp_path / "old" / "polc" / "__init__.py").write_text('__version__ = "0.0.1"\n')
    how, (*_, theirs, ours) = on_another_machine(str(tmp_path / "old"), "-S")  # type: ignore[misc]
    assert (how, theirs) == ("other", "0.0.1") and ours == code()
    for package in (polc_package, pol_lang):
        shutil.copytree(Path(str(package.__file__)).parent, tmp_path / "new" / package.__name__)
    with (tmp_path / "new" / "polc" / "settle.py").open("a") as stream:
        stream.write("# another\n")
    how, (*_, theirs, ours) = on_another_machine(str(tmp_path / "new"))  # type: ignore[misc]
    assert how == "other" and theirs != ours and theirs.split("-")[0] == ours.split("-")[0]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (("missing", ("node1", "/usr/bin/python3", "pyarrow")), "C694"),
        (("other", ("node1", "/usr/bin/python3", "0.0.1", "0.1.0-1")), "C695"),
        (("unseen", ("node1", "/data/out.unfinished/1")), "C697"),
    ],
)
def test_a_machine_that_cannot_do_a_task_is_named(found: tuple[str, object], code: str) -> None:
    with pytest.raises(Problems) as error:
        results([("done", 1), found, found])
    assert [(problem.code, problem.where) for problem in error.value.problems] == [(code, "node1")]


@with_spark
@pytest.mark.parametrize(
    ("master", "code"),
    [("nowhere", "C692"), ("spark://127.0.0.1:1", "C698"), ("spark://nowhere", "C698"), ("yarn", "C698")],
)
def test_a_cluster_that_is_not_there_is_said(
    settle: Settle, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, master: str, code: str
) -> None:
    monkeypatch.delenv("HADOOP_CONF_DIR", raising=False)
    monkeypatch.delenv("YARN_CONF_DIR", raising=False)
    Path("claims.csv").write_text(HEAD + line("P1", "A", "2023-03-01", "100"), encoding="utf-8")
    command = ["settle", "小县.pol", "claims.csv", "-o", "out", "--engine", "spark", "--lang", "en", "--master", master]
    assert polc([*command, "--spark-log", "spark.log"]) == 1
    told = capsys.readouterr().err
    assert f"[{code}]" in told and "WARN" not in told
    assert not Path("out").exists()


@with_spark
def test_a_cluster_that_does_not_answer_is_given_up(settle: Settle) -> None:
    Path("claims.csv").write_text(HEAD + line("P1", "A", "2023-03-01", "100"), encoding="utf-8")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        command = ["settle", "小县.pol", "claims.csv", "-o", "out", "--engine", "spark", "--lang", "en"]
        master = f"spark://127.0.0.1:{silent.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-m", "polc", *command, "--master", master, "--spark-log", "spark.log"],
            env=os.environ | {"PYSPARK_SUBMIT_ARGS": "--conf spark.polc.wait=1 pyspark-shell"},
            capture_output=True, check=False, text=True,
        )  # fmt: skip
    assert done.returncode == 1 and "[C699]" in done.stderr and "spark.log" in done.stderr
    assert "WARN" not in done.stderr and "WARN" in Path("spark.log").read_text(encoding="utf-8")


def test_an_address_is_no_path(settle: Settle, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("claims.csv").write_text(HEAD + line("P1", "A", "2023-03-01", "100"), encoding="utf-8")
    for claims, out in (("hdfs://node/claims", "out"), ("claims.csv", "s3://bucket/out")):
        assert polc(["settle", "小县.pol", claims, "-o", out, "--lang", "en"]) == 1
        assert "[C649]" in capsys.readouterr().err
    assert polc(["settle", "小县.pol", (tmp_path / "claims.csv").as_uri(), "-o", "out"]) == 0
    assert Path("out/settled.csv").exists()


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
