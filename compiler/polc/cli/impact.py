"""`polc impact`: two policies over the same claims."""

from __future__ import annotations

import datetime

import click

from polc.cli.amount import yuan
from polc.cli.command import AS_OF, OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.compared import compared
from polc.cli.language import Language
from polc.cli.table_options import ENCODING, IDENTITIES, ITEMS, MAPPING, PERSONS_BESIDE
from polc.cli.two_plans import compared_policies
from polc.cli.write import write_result
from polc.explain.say import Say
from polc.impact.json import json
from polc.impact.text import impact_lines

_DAY = click.DateTime(["%Y-%m-%d"])


@make_command(
    "impact",
    zh="把同一批就诊按新旧两个政策各结算一遍：各方支付、各身份、按费用分的十组，谁少负担、谁多负担、各多少，超过预警线"
    "的人数，报销比例和各项目标。\n\n结算与 polc settle 相同，每次就诊按当天有效的数值；政策当天还没有施行的，按施行"
    "第一天的数值，已经失效的，按最后一天的数值。有一个政策未通过的行，两边都不计，逐条列出。",
    en="Settles the same claims under two policies: who pays what, by identity and by tenths of cost, who gains and "
    "loses by how much, persons above alert lines, shares reimbursed and targets.\n\nClaims are settled as by polc "
    "settle, with the values of their own day; where a policy is not yet in force then, with those of its first day, "
    "where it is no longer, with those of its last. Rows that one of the two refuses are left out of both, and listed.",
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
@PERSONS_BESIDE
@IDENTITIES
@ITEMS
@MAPPING
@ENCODING
@option(
    "--above", callback=yuan, metavar="AMOUNT",
    zh="另外统计个人负担超过这个数额的人，如 3万元", en="also count who bears more than this, in yuan",
)  # fmt: skip
@option(
    "--format", "form", type=click.Choice(["text", "json", "md", "html"]), default="text",
    zh="文本、JSON（pol.impact/v1）、Markdown，或带图的网页",
    en="text, JSON (pol.impact/v1), Markdown, or a page with charts",
)  # fmt: skip
@option(
    "--refused", metavar="FILE", zh="把没有计入的行全部写到这个 CSV 文件，附原因",
    en="write all rows left out to this CSV file, with the reasons",
)  # fmt: skip
@AS_OF
@option("--old-as-of", type=_DAY, metavar="YYYY-MM-DD", zh="旧政策按这一天的规定", en="the old policy as on this day")
@option("--new-as-of", type=_DAY, metavar="YYYY-MM-DD", zh="新政策按这一天的规定", en="the new policy as on this day")
@option(
    "--engine", type=click.Choice(["native", "interpreter"]), default="native",
    zh="机器码，或逐步的解释器", en="machine code, or the interpreter that keeps every step",
)  # fmt: skip
@option(
    "--threads", type=click.IntRange(1, 256), metavar="N", zh="线程数（缺省为核数）",
    en="threads (default: as many as there are cores)",
)  # fmt: skip
@OUTPUT
@click.pass_obj
def command(
    lang: Language, old: str, new: str, claims: str, persons: str | None, identities: str | None, items: str | None,
    mapping: str | None, encoding: str, above: int | None, form: str, refused: str | None,
    as_of: datetime.datetime | None, old_as_of: datetime.datetime | None, new_as_of: datetime.datetime | None,
    engine: str, threads: int | None, output: str | None,
) -> int:  # fmt: skip
    """Prints what the change comes to."""
    days = [day.date() if day is not None else None for day in (old_as_of or as_of, new_as_of or as_of)]
    policies = compared_policies(old, new, (days[0], days[1]))
    with compared(
        policies, claims, lang, persons=persons, identities=identities, items=items, mapping=mapping, encoding=encoding,
        engine=engine, threads=threads, above=above,
    ) as (found, left_out):  # fmt: skip
        if refused is not None:
            from polc.cli.write_file import write_file
            from polc.impact.refused import refused_csv

            write_file(refused, refused_csv(left_out, lang))
    before, after = (one.written(one.plan) for one in policies)
    if form == "json":
        told = json(found, before, after)
    elif form == "html":
        from polc.impact.page import html

        told = html(found, before, after, lang)
    else:
        told = "\n".join(impact_lines(found, Say(lang, form == "text"))) + "\n"
    write_result(told, output)
    return 0
