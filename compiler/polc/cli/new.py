"""`polc new`: a starting policy with its first example, and the same claim as a file."""

from __future__ import annotations

import os
import re
import sys
from typing import ClassVar

import click

from pol_lang.formatter import format_text
from pol_lang.problem import Problem, Problems
from polc.cli.command import argument
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.starting import CLAIMS, POLICIES
from polc.cli.write_file import write_file


class AlreadyThere(Problem):
    """`polc new` never writes over a file. Choose another name, or move the file away.
    ---
    `polc new` 不覆盖已有的文件。换一个名称，或者先把那个文件移走。
    """

    code = "C574"
    zh: ClassVar[str] = "已经有这个文件了"
    en: ClassVar[str] = "this file is there already"
    hint_zh: ClassVar[str] = "换一个名称"
    hint_en: ClassVar[str] = "choose another name"


class NoPolicyName(Problem):
    """A policy is named by a word: letters of any script, digits and `_`, not a digit first and not a keyword.
    ---
    政策的名称是一个词：可用任何文字的字母、数字和 `_`，不以数字开头，也不能是关键词。
    """

    name: str = ""
    code = "C582"
    zh: ClassVar[str] = "“{name}”不能作政策的名称"
    en: ClassVar[str] = "“{name}” cannot be the name of a policy"
    hint_zh: ClassVar[str] = "例如：polc new 某县2024"
    hint_en: ClassVar[str] = "for example: polc new county2024"


@make_command(
    "new",
    zh="写出 NAME.pol（一个可以运行的起步政策和它的第一个算例）和 NAME-claim.toml（同一次就诊）。不覆盖已有文件。",
    en="Writes NAME.pol (a starting policy that runs, with its first example) and NAME-claim.toml (the same claim). It "
    "never writes over a file.",
    example="polc new 某县2024\npolc check 某县2024.pol\npolc test 某县2024.pol\n"
    "polc explain 某县2024.pol 某县2024-claim.toml",
)
@argument("name", zh="政策的名称，也是文件名", en="the name of the policy and of its file")
@click.pass_obj
def command(lang: Language, name: str) -> int:
    """Writes both files or neither."""
    stem = name.removesuffix(".pol")
    word = os.path.basename(stem)
    try:
        if not re.fullmatch(r"[^\W\d]\w*", word):
            raise Problems([])
        policy = format_text(POLICIES[lang].replace("NAME", word))
    except Problems:
        raise Problems([NoPolicyName(where=name, name=word)]) from None
    files = {f"{stem}.pol": policy, f"{stem}-claim.toml": CLAIMS[lang]}
    there = [AlreadyThere(where=path) for path in files if os.path.lexists(path)]
    if there:
        raise Problems(there)
    for path, text in files.items():
        write_file(path, text.encode("utf-8"))
        print(f"已写出 {path}" if lang == "zh" else f"wrote {path}", file=sys.stderr)
    return 0
