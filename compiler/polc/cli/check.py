"""`polc check`: every problem of some policies."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Mapping

import click

from pol_lang.problem import Problem
from polc.cli.checked import Report
from polc.cli.command import AS_OF, argument, option
from polc.cli.command import command as make_command
from polc.cli.formats import FORMATS
from polc.cli.language import Language
from polc.cli.paths import policy_names
from polc.cli.settings import lint_levels
from polc.cli.write import colored, write_result
from polc.lints.levels import Level
from polc.lints.run import lint
from polc.pipeline import compile_policy, problems_of_all_days


@make_command(
    "check",
    zh="读、解析、检查政策文件，列出每个问题的代码、位置和改法。警告不算失败。\n\n"
    "警告的级别写在 polc.toml 的 [lints] 或 pyproject.toml 的 [tool.polc.lints] 下：代码或名称 = "
    '"off"、"warn"、"error"。行末写 # polc: allow 代码 和理由，这一行就不再警告。',
    en="Reads, resolves and checks policies and lists every problem with its code, place and advice. Warnings do not "
    "fail.\n\nLevels of warnings stand in polc.toml under [lints] or in pyproject.toml under [tool.polc.lints]: code "
    'or name = "off", "warn" or "error". A line that ends in # polc: allow CODE and a reason is not warned of.',
    example="polc check 临县.pol\npolc check policies/ std/linxian-2023 --format json",
)
@argument(
    "paths",
    nargs=-1,
    required=True,
    zh="文件、目录、std/… 政策，或 std（全部标准政策）",
    en="files, folders, std/… policies, or std (all)",
)
@option("--format", "form", type=click.Choice(list(FORMATS)), default="text", zh="输出格式", en="output format")
@AS_OF
@click.pass_obj
def command(lang: Language, paths: tuple[str, ...], form: str, as_of: datetime.datetime | None) -> int:
    """The exit code 1 where there is an error."""
    names = policy_names(paths)
    day = as_of.date() if as_of else None
    levels: dict[str, Mapping[str, Level]] = {}
    problems: list[Problem] = []
    for name in names:
        compiled = compile_policy(name, day, settling=None)
        problems += compiled.problems if day else problems_of_all_days(compiled, settling=None)
        folder = os.path.dirname(os.path.abspath(name)) if not name.startswith("std/") else ""
        if folder not in levels:
            levels[folder] = lint_levels(name)
        problems += lint(compiled, levels[folder], None if day else datetime.date.today())
    found = _each_once(problems)
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
