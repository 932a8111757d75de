"""`polc check`: every problem of some policies."""

from __future__ import annotations

import datetime
import sys

import click

from pol_lang.problem import Problem
from polc.cli.checked import Report
from polc.cli.command import AS_OF, argument, option
from polc.cli.command import command as make_command
from polc.cli.formats import FORMATS
from polc.cli.language import Language
from polc.cli.paths import policy_names
from polc.cli.write import colored, write_result
from polc.pipeline import compile_policy


@make_command(
    "check",
    zh="读、解析、检查政策文件，列出每个问题的代码、位置和改法。警告不算失败。",
    en="Reads, resolves and checks policies and lists every problem with its code, place and advice. Warnings do not "
    "fail.",
    example="polc check 临县.pol\npolc check policies/ std/linxian-2023 --format json",
)
@argument("paths", nargs=-1, required=True, zh="文件、目录或 std/… 政策", en="files, folders or std/… policies")
@option("--format", "form", type=click.Choice(list(FORMATS)), default="text", zh="输出格式", en="output format")
@AS_OF
@click.pass_obj
def command(lang: Language, paths: tuple[str, ...], form: str, as_of: datetime.datetime | None) -> int:
    """The exit code 1 where there is an error."""
    names = policy_names(paths)
    day = as_of.date() if as_of else None
    found = _each_once([problem for name in names for problem in compile_policy(name, day, settling=None).problems])
    report = Report(tuple(names), found, lang, colored(sys.stdout))
    write_result(FORMATS[form](report))
    return 1 if report.count("error") else 0


def _each_once(problems: list[Problem]) -> tuple[Problem, ...]:
    """The problems by place, without those of a file that several policies use told again."""
    found: dict[tuple[str, str, int, str], Problem] = {}
    for problem in problems:
        place = (problem.span.source.name, problem.span.start) if problem.span else (problem.where, -1)
        found.setdefault((problem.code, *place, problem.message("en")), problem)
    return tuple(sorted(found.values(), key=_place))


def _place(problem: Problem) -> tuple[bool, str, int]:
    """Where a problem stands, those without a place last."""
    span = problem.span
    return (True, problem.where, 0) if span is None else (False, span.source.name, span.start)
