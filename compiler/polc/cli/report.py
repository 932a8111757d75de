"""`polc report`: what a policy comes to over a population."""

from __future__ import annotations

import datetime

import click

from polc.cli.command import AS_OF, OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.read import read_bytes
from polc.cli.write import complain, write_result
from polc.pipeline import Plans, compile_policy
from polc.population.run_report import run_report

_FORMATS = ("text", "json", "csv", "md")
_ENCODINGS = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}


@make_command(
    "report",
    zh="对一批参保人和就诊做统计：谁没有参保、各方的参保资助、到期应付、预警名单、各项目标的完成值。",
    en="What a policy comes to over a population: who is not enrolled, premium subsidies by payer, payments due by "
    "date, persons on alert lists, targets with their value.",
    example="polc report std/linxian-2023 --persons persons.csv --claims claims.csv --as-of 2023-12-31",
)
@argument("policy", zh="文件或 std/… 政策", en="a file or std/… policy")
@option("--persons", required=True, metavar="FILE", zh="参保人表（CSV）", en="the table of persons (CSV)")
@option("--claims", required=True, metavar="FILE", zh="就诊表（CSV）", en="the table of claims (CSV)")
@option(
    "--encoding", type=click.Choice(list(_ENCODINGS)), default="utf-8", zh="表格的编码", en="encoding of the tables"
)
@option("--format", "form", type=click.Choice(_FORMATS), default="text", zh="输出格式", en="output format")
@AS_OF
@OUTPUT
@click.pass_obj
def command(
    lang: Language, policy: str, persons: str, claims: str, encoding: str, form: str, as_of: datetime.datetime | None,
    output: str | None,
) -> int:  # fmt: skip
    """Prints the report; refused rows are in it with their reasons."""
    compiled = compile_policy(policy, as_of.date() if as_of else None)
    plans = Plans(compiled)
    complain(compiled.problems, lang)
    text = run_report(
        plans, read_bytes(persons), read_bytes(claims), (persons, claims), as_of.date() if as_of else None, lang,
        form, _ENCODINGS[encoding],  # type: ignore[arg-type]
    )  # fmt: skip
    write_result(text, output)
    return 0
