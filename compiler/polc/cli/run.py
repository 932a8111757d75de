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
from polc.cli.command import Group, Option
from polc.cli.language import chosen_language
from polc.cli.misuse import misuse

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
        "diff": ("polc.cli.diff", "比较两个政策：条款和金额", "compare two policies, by clause and in money"),
        "impact": ("polc.cli.impact", "两个政策对同一批就诊的影响", "two policies over the same claims"),
        "plot": ("polc.cli.plot", "画出费用由谁负担", "draw who bears what over cost"),
        "fmt": ("polc.cli.fmt", "统一格式，转换关键词的语言", "format files, convert the language of keywords"),
        "fix": ("polc.cli.fix", "改正只有一种改法的问题", "mend what has one sure remedy"),
        "settle": ("polc.cli.settle", "批量结算一张就诊表", "settle a table of claims"),
        "report": ("polc.cli.report", "一批参保人的统计", "a report over a population"),
        "synth": ("polc.cli.synth", "生成参保人和就诊，用来试算", "make up persons and claims to try things on"),
        "coverage": ("polc.cli.coverage", "对照官方文件，看哪些条款没有写", "which clauses of the document are missed"),
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
    params=[
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            zh="显示版本",
            en="show the version",
        )
    ],
    no_args_is_help=True,
)


def main() -> NoReturn:
    """The program `polc`."""
    # A run is short and most of it is making objects that stay: looking for cycles among them, every few hundred and
    # once more at the end, would take a fifth of the time of explaining one claim.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 100)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 - None where the caller closed it
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            code = READER_GONE if isinstance(error, BrokenPipeError) else code or WRONG
            # Or Python would complain at exit that it cannot flush.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line; everything it has to say has been written."""
    lang = chosen_language(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the same bytes whatever the locale
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        with polc.make_context("polc", list(arguments), obj=lang) as context:
            code = polc.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISUSE
    except click.UsageError as error:
        click.echo(misuse(error, lang), err=True)
        return MISUSE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return READER_GONE
    except Exception as error:
        return int(import_module("polc.cli.failure").report_failure(error, arguments, lang))
    return code if isinstance(code, int) else FINE
