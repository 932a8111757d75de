"""`polc diff`: what changed between two policies, by clause and in money."""

from __future__ import annotations

import datetime

import click

from polc.cli.command import AS_OF, OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.write import write_result
from polc.diff.json import json
from polc.diff.result import difference
from polc.diff.text import markdown, text
from polc.lowering.lower import first_day
from polc.pipeline import Compiled, Plans, compile_policy
from polc.plan import Plan
from polc.plan_json import full_hash
from polc.revisions import reader_at, split_revision

DIFFERENT = 1


@make_command(
    "diff",
    zh="比较两个政策：先逐条列出改动，再按每一类人员和情形比较个人全年负担（覆盖全部费用，不抽样），并给出得益和受损"
    "最多的一例。含义相同退出码为 0，不同为 1。",
    en="Compares two policies: what changed clause by clause, then what every class of persons and cases bears in a "
    "year (over all costs, nothing sampled), with the claims that gain and lose most. Exit code 0: same meaning, "
    "1: different.",
    example="polc diff 旧.pol 新.pol\npolc diff HEAD~1:临县.pol 临县.pol --format md",
)
@argument("old", zh="文件、std/… 政策，或 版本:路径", en="a file, a std/… policy, or REVISION:path")
@argument("new", zh="文件、std/… 政策，或 版本:路径", en="a file, a std/… policy, or REVISION:path")
@AS_OF
@option(
    "--format", "form", type=click.Choice(["text", "json", "md"]), default="text",
    zh="文本、JSON（pol.diff/v1）或 Markdown", en="text, JSON (pol.diff/v1) or Markdown",
)  # fmt: skip
@option("--no-money", is_flag=True, zh="只列条款，不比较金额", en="clauses only, no comparison in money")
@OUTPUT
@click.pass_obj
def command(
    lang: Language, old: str, new: str, as_of: datetime.datetime | None, form: str, no_money: bool, output: str | None
) -> int:
    """Prints the difference of two plans of the same day."""
    compiled = [_compiled(name) for name in (old, new)]
    day = as_of.date() if as_of else max(first_day(one.program) for one in compiled)
    before, after = (_plan(one, day) for one in compiled)
    same = full_hash(before) == full_hash(after)
    found = difference(before, after, lang, same=same, in_money=not no_money)
    write_result({"text": text, "md": markdown}[form](found, lang) if form != "json" else json(found), output)
    return 0 if same else DIFFERENT


def _compiled(name: str) -> Compiled:
    at = split_revision(name)
    if at is None:
        return compile_policy(name)
    return compile_policy(at[1], read=reader_at(at[0]))


def _plan(compiled: Compiled, day: datetime.date) -> Plan:
    return Plans(compiled, day)(day)
