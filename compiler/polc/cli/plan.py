"""`polc plan`: the compiled settlement plan."""

from __future__ import annotations

import datetime

import click

from polc.cli.batch_extra import batch_extra
from polc.cli.command import AS_OF, OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.write import complain, write_result
from polc.pipeline import compile_policy
from polc.plan_json import plan_text_json
from polc.plan_text import plan_text


@make_command(
    "plan",
    zh="显示政策编译出的结算计划：依据的文件、读取的事实、累计数，以及按执行次序排列的各步。",
    en="Shows the settlement plan of a policy: the documents it rests on, the facts it reads, its accumulators, and "
    "its steps in the order of execution.",
    example="polc plan std/linxian-2023 --as-of 2023-10-20\npolc plan 临县.pol --format json -o plan.json",
)
@argument("policy", zh="文件或 std/… 政策", en="a file or std/… policy")
@AS_OF
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "llvm"]),
    default="text",
    zh="文本，pol.plan/v1，或批量结算用的机器码（LLVM，需要 polc[batch]）",
    en="text, pol.plan/v1, or the machine code that tables are settled with (LLVM, needs polc[batch])",
)
@OUTPUT
@click.pass_obj
def command(lang: Language, policy: str, as_of: datetime.datetime | None, form: str, output: str | None) -> int:
    """Prints the plan; warnings of the policy go to standard error."""
    compiled = compile_policy(policy, as_of.date() if as_of else None, settling=True if form == "llvm" else None)
    plan = compiled.usable
    complain(compiled.problems, lang)
    if form == "llvm":
        with batch_extra():
            from polc.native import NativeSettler
        text = NativeSettler(plan).ir()
    else:
        text = plan_text_json(plan) if form == "json" else plan_text(plan, lang)
    write_result(text, output)
    return 0
