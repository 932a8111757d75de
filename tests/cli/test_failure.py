"""Whatever goes wrong, a run ends with its exit code and a message, never with a trace."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Polc

from polc.cli import check as check_command
from polc.load import standard_folder


def program(*arguments: str, **settings: object) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "polc", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **settings)  # type: ignore[call-overload,no-any-return]


def fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(check_command, "compile_policy", fail)


def test_a_bug_says_what_to_report(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, ZeroDivisionError("division\nby zero"))
    ran = polc("check", "小县.pol")
    assert (ran.code, ran.out) == (70, "") and "Traceback" not in ran.err
    for piece in ("X901", "polc 0.1.0", "ZeroDivisionError: division by zero", "polc/cli/check.py:", "polc check"):
        assert piece in ran.err
    assert str(Path.home()) not in ran.err and "site-packages" not in ran.err
    assert "has a bug" in polc("check", "小县.pol", "--lang", "en").err
    monkeypatch.setenv("POLC_DEBUG", "1")
    assert "Traceback" in polc("check", "小县.pol").err


@pytest.mark.parametrize("error", [RecursionError(), MemoryError()])
def test_running_out_of_stack_or_memory_is_a_refusal(
    polc: Polc, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fails_with(monkeypatch, error)
    ran = polc("check", "小县.pol")
    assert (ran.code, ran.out) == (1, "") and "C584" in ran.err


def test_what_the_system_refuses_is_said(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, OSError(28, "No space left on device"))
    ran = polc("check", "小县.pol")
    assert (ran.code, ran.out) == (1, "") and "C585" in ran.err and "磁盘已满" in ran.err


def test_an_interrupt_ends_quietly(polc: Polc, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, KeyboardInterrupt())
    ran = polc("check", "小县.pol")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
def test_the_program_survives_a_reader_that_goes_away(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "polc", "rule"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.wait() == 141 and process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_behind_standard_output() -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "polc", "rule"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 1 and "磁盘已满" in ran.stderr.decode() and b"Traceback" not in ran.stderr


def test_output_is_utf8_with_bare_line_ends_whatever_the_locale() -> None:
    plain = program("rule", "C570")
    odd = program("rule", "C570", env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert plain.returncode == odd.returncode == 0
    assert plain.stdout == odd.stdout and "读不到这个文件".encode() in plain.stdout and b"\r" not in plain.stdout


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_while_it_reads_standard_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "polc", "fmt", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(1.5)  # past start-up, waiting for input
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130 and b"Traceback" not in err


def test_no_colour_where_there_is_no_terminal() -> None:
    assert b"\x1b" not in program("check", "没有.pol", env={**os.environ, "TERM": "xterm-256color"}).stdout


LIBRARIES = ("lark", "rich.console", "rich.table", "jinja2", "jsonschema", "asyncio", "numpy", "pyarrow", "llvmlite")
HEAVY = (*LIBRARIES, "chinese_calendar", "polc.population.report")
STANDARD = Path(standard_folder())


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], ("attrs", "difflib", "polc.load", "pol_lang.syntax", *HEAVY)),
        (["rule", "C570"], LIBRARIES),
        (["fmt", "--check", str(STANDARD / "changsha-2017.pol")], ("polc.resolve", "polc.plan", *HEAVY)),
        (["check", "std/linxian-2023"], ("polc.cli.explain", "pol_lang.formatter", *HEAVY)),
        (
            ["explain", "std/changsha-2017", "贫困户普通住院"],
            ("polc.population", "pol_lang.formatter", "pol_lang.render", "tomllib", "shutil", "pathlib", *HEAVY),
        ),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], absent: tuple[str, ...]) -> None:
    code = "import sys; from polc.cli import run; assert run(sys.argv[1:]) == 0; print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True)
    assert not set(ran.stderr.decode().split()) & set(absent)
