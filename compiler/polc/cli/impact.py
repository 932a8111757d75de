"""`polc impact`: two policies over the same claims."""

from __future__ import annotations

import datetime
import sys

import click

from polc.cli.amount import yuan
from polc.cli.command import AS_OF, OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.compared import compared
from polc.cli.language import Language
from polc.cli.progress import progress_bar
from polc.cli.two_plans import two_plans
from polc.cli.write import complain, write_result
from polc.explain.say import Say
from polc.impact.impact import measure
from polc.impact.json import json
from polc.impact.text import impact_lines

_ENCODINGS = ("utf-8", "gb18030")


@make_command(
    "impact",
    zh="把同一批就诊按新旧两个政策各结算一遍：各方支付、各身份、按费用分的十组，谁少负担、谁多负担、各多少，超过预警线"
    "的人数，报销比例和各项目标。\n\n两个政策都当作就诊当天有效。有一个政策不予结算的就诊，两边都不计。",
    en="Settles the same claims under two policies: who pays what, by identity and by tenths of cost, who gains and "
    "loses by how much, persons above alert lines, shares reimbursed and targets.\n\nBoth policies are taken to be in "
    "force on the day of each claim. A claim that one of them refuses is left out of both.",
    example="polc impact 旧.pol 新.pol claims.csv --persons persons.csv\n"
    "polc impact HEAD~1:临县.pol 临县.pol claims.csv --persons persons.csv --above 30000 --format html -o 影响.html",
)
@argument("old", zh="文件、std/… 政策，或 版本:路径", en="a file, a std/… policy, or REVISION:path")
@argument("new", zh="文件、std/… 政策，或 版本:路径", en="a file, a std/… policy, or REVISION:path")
@argument(
    "claims",
    zh="就诊表：CSV、Parquet 文件或装着它们的目录",
    en="the claims: a CSV or Parquet file, or a folder of them",
)
@option(
    "--persons", metavar="FILE",
    zh="参保人表；没有时身份取自就诊表的 psn_idet_type 列",
    en="the table of persons; without it identities are taken from the claims' column psn_idet_type",
)  # fmt: skip
@option(
    "--identities", metavar="FILE", zh="身份表：psn_no、psn_idet_type、begntime、endtime",
    en="a table of identities: psn_no, psn_idet_type, begntime, endtime",
)  # fmt: skip
@option("--mapping", metavar="FILE", zh="列名和代码的对照（TOML）", en="other names of columns and codes (TOML)")
@option("--encoding", type=click.Choice(_ENCODINGS), default="utf-8", zh="表格的编码", en="encoding of the tables")
@option(
    "--above", callback=yuan, metavar="AMOUNT",
    zh="另外统计个人负担超过这个数额的人，如 3万元", en="also count who bears more than this, in yuan",
)  # fmt: skip
@option(
    "--format", "form", type=click.Choice(["text", "json", "md", "html"]), default="text",
    zh="文本、JSON（pol.impact/v1）、Markdown，或带图的网页",
    en="text, JSON (pol.impact/v1), Markdown, or a page with charts",
)  # fmt: skip
@AS_OF
@OUTPUT
@click.pass_obj
def command(
    lang: Language, old: str, new: str, claims: str, persons: str | None, identities: str | None, mapping: str | None,
    encoding: str, above: int | None, form: str,
    as_of: datetime.datetime | None, output: str | None,
) -> int:  # fmt: skip
    """Prints what the change comes to."""
    before, after = two_plans(old, new, as_of.date() if as_of else None).settling()
    with (
        compared((before, after), claims, persons, encoding, identities, mapping) as rows,
        progress_bar(sys.stderr, lang) as tell,
    ):
        found = measure(before, after, rows, above, tell)
    complain(found.warnings, lang)
    if form == "json":
        told = json(found, before, after)
    elif form == "html":
        from polc.impact.page import html

        told = html(found, before, after, lang)
    else:
        told = "\n".join(impact_lines(found, Say(lang, form == "text"))) + "\n"
    write_result(told, output)
    return 0
