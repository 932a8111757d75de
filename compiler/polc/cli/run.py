"""Runs one command line: its exit code, and nothing that Python would print by itself."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import ClassVar, NoReturn

import click

from polc import __version__
from polc.cli.command import Group
from polc.cli.language import Language, chosen_language

FINE, WRONG, MISUSE, BUG = 0, 1, 2, 70
INTERRUPTED, READER_GONE = 130, 141
_OBJECTS_BETWEEN_COLLECTIONS = 200_000


class _Polc(Group):
    lazy: ClassVar = {
        "new": ("polc.cli.new", "写出一个起步的政策文件和算例", "write a starting policy with its first example"),
        "check": ("polc.cli.check", "检查政策文件，列出所有问题", "check policies and list every problem"),
        "explain": ("polc.cli.explain", "一次就诊的计算书", "the calculation sheet of a claim"),
        "plan": ("polc.cli.plan", "编译出的结算计划", "the compiled settlement plan"),
        "test": ("polc.cli.test", "运行文件里的算例", "run the examples in files"),
        "fmt": ("polc.cli.fmt", "统一格式，转换关键词的语言", "format files, convert the language of keywords"),
        "report": ("polc.cli.report", "一批参保人的统计", "a report over a population"),
        "rule": ("polc.cli.rule", "某个问题代码的说明", "the documentation of a problem code"),
    }


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"polc {__version__}")
        ctx.exit()


polc = _Polc(
    "polc",
    zh="把医保结算政策写成可以逐条核对、编译、测试和解释的文件。\n\n每个命令都接受文件，或标准库里的政策名（std/…）。",
    en="Medical-insurance settlement policy as files that can be checked clause by clause, compiled, tested and "
    "explained.\n\nEvery command takes a file or the name of a standard policy (std/…).",
    example="polc new 我的政策\npolc check 我的政策.pol\npolc explain 我的政策.pol 我的政策-claim.toml\n"
    "polc COMMAND --help",
    params=[click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_show_version)],
    no_args_is_help=True,
)


def main() -> NoReturn:
    """The program `polc`."""
    # A run is short and most of it is making objects that stay: looking for cycles among them, every few hundred and
    # once more at the end, would take a fifth of the time of explaining one claim.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 100)
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = READER_GONE
    if code == READER_GONE:  # or Python would complain at exit that it cannot flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line; everything it has to say has been written."""
    lang = chosen_language(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the same bytes whatever the locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        code = polc.main(list(arguments), prog_name="polc", standalone_mode=False, obj=lang)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISUSE
    except click.UsageError as error:
        return _misuse(error, lang)
    except click.Abort:
        return INTERRUPTED
    except BrokenPipeError:
        return READER_GONE
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise
        return int(import_module("polc.cli.failure").report_failure(error, arguments, lang))
    return code if isinstance(code, int) else FINE


def _misuse(error: click.UsageError, lang: Language) -> int:
    lines = []
    if error.ctx is not None:
        lines += [error.ctx.get_usage(), ""]
    lines.append(("用法错误：" if lang == "zh" else "wrong usage: ") + error.format_message())
    if error.ctx is not None:
        path = error.ctx.command_path
        lines.append(f"查看说明：{path} --help" if lang == "zh" else f"for help: {path} --help")
    click.echo("\n".join(lines), err=True)
    return MISUSE
