"""`polc rule`: the documentation page of a problem code."""

from __future__ import annotations

import click

from pol_lang.catalogue import documentation
from pol_lang.problem import Problem
from polc.catalogue import CATALOGUE, find
from polc.cli.command import argument
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.write import write_result


@make_command(
    "rule",
    zh="显示一个问题代码的说明：是什么、怎么改。不写代码则列出全部。",
    en="Shows the documentation of a problem code: what it is and how to mend it. Without a code it lists all.",
    example="polc rule N206\npolc rule --lang en",
)
@argument("code", required=False, zh="问题代码，如 N206", en="a problem code such as N206")
@click.pass_obj
def command(lang: Language, code: str | None) -> int:
    """Prints the page or the list."""
    if code is None:
        rows = [f"{cls.code}  {_title(cls, lang)}\n" for cls in sorted(CATALOGUE, key=lambda cls: cls.code)]
        write_result("".join(rows))
        return 0
    write_result(documentation(find(code), lang))
    return 0


def _title(cls: type[Problem], lang: Language) -> str:
    """The message with its gaps, as the page of the code has it."""
    page = documentation(cls, lang)
    return page.split("\n\n", 2)[1].removeprefix("> ")
