"""`polc diff`: what changed between two policies, by clause and in money."""

from __future__ import annotations

import datetime
import shutil
import sys

import click

from polc.cli.command import AS_OF, OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.compared import compared
from polc.cli.language import Language
from polc.cli.progress import progress_bar
from polc.cli.table_options import ENCODING, IDENTITIES, ITEMS, MAPPING, PERSONS_BESIDE
from polc.cli.two_plans import compared_policies, two_plans
from polc.cli.write import write_result
from polc.diff.json import json
from polc.diff.result import Difference, difference
from polc.diff.sheets import sheets as sheets_text
from polc.diff.text import markdown, text
from polc.plan_json import full_hash

DIFFERENT = 1
_PATIENCE = 0.5
"""Seconds after which a terminal shows how far the comparison is."""


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
    "--format", "form", type=click.Choice(["text", "json", "md", "html"]), default="text",
    zh="文本、JSON（pol.diff/v1）、Markdown，或带图的网页",
    en="text, JSON (pol.diff/v1), Markdown, or a page with charts",
)  # fmt: skip
@option(
    "--claims",
    metavar="FILE",
    zh="就诊表（CSV、Parquet 或目录）：逐次按两个政策结算，比较预算和每个人的负担",
    en="a table of claims (CSV, Parquet, a folder): settled under both, to compare the budget and every person",
)
@PERSONS_BESIDE
@IDENTITIES
@ITEMS
@MAPPING
@ENCODING
@option(
    "--sheets",
    is_flag=True,
    zh="附上得益和受损最多的一例的两份计算书（终端够宽就并排）",
    en="with both calculation sheets of the claims that gain and lose most (side by side on a wide terminal)",
)
@option("--no-money", is_flag=True, zh="只列条款，不比较金额", en="clauses only, no comparison in money")
@OUTPUT
@click.pass_obj
def command(
    lang: Language, old: str, new: str, as_of: datetime.datetime | None, form: str, claims: str | None,
    persons: str | None, identities: str | None, items: str | None, mapping: str | None, encoding: str, sheets: bool,
    no_money: bool, output: str | None,
) -> int:  # fmt: skip
    """Prints the difference of two plans of the same day."""
    beside = {"--persons": persons, "--identities": identities, "--items": items, "--mapping": mapping}
    for name, given in beside.items():
        if given is not None and claims is None:
            raise click.UsageError(f"{name} 要和 --claims 一起用" if lang == "zh" else f"{name} goes with --claims")
    if sheets and form != "text":
        told = (
            "--sheets 只用于文本格式；网页里总有计算书"
            if lang == "zh"
            else "--sheets is for text; a page has them anyway"
        )
        raise click.UsageError(told)
    plans = two_plans(old, new, as_of.date() if as_of else None)
    before, after = plans.old, plans.new
    people = None
    if claims is not None:
        day = as_of.date() if as_of else None
        with compared(
            compared_policies(old, new, (day, day)), claims, lang, persons=persons, identities=identities, items=items,
            mapping=mapping, encoding=encoding, after=_PATIENCE,
        ) as (people, _):  # fmt: skip
            pass
    same = full_hash(before) == full_hash(after)
    with progress_bar(sys.stderr, lang, rows=False, after=_PATIENCE) as tell:
        found = difference(
            before, after, lang, same=same, in_money=not no_money, left_open=plans.left_open, population=people,
            progress=tell,
        )  # fmt: skip
    told = _told(found, form, lang)
    if sheets:
        terminal = output is None and sys.stdout.isatty()
        told += sheets_text(found, lang, shutil.get_terminal_size().columns if terminal else 0)
    write_result(told, output)
    return 0 if same else DIFFERENT


def _told(found: Difference, form: str, lang: Language) -> str:
    """The difference in one of the formats."""
    if form == "json":
        return json(found)
    if form == "html":
        from polc.diff.html import html

        return html(found, lang)
    return text(found, lang) if form == "text" else markdown(found, lang)
