"""`polc new`: a starting policy with its first example, and the same claim as a file."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import ClassVar

import click

from pol_lang.formatter import format_text
from pol_lang.problem import Problem, Problems
from polc.cli.command import argument, option
from polc.cli.command import command as make_command
from polc.cli.kept import keep_sheets
from polc.cli.language import Language
from polc.cli.repository import repository_files
from polc.cli.starting import CLAIMS, MORE_EXAMPLES, POLICIES
from polc.cli.tested import asked_for, run_tests
from polc.cli.write_file import CannotWrite, write_file
from polc.reasons import reasons


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
    zh="写出 NAME.pol（一个可以运行的起步政策和它的第一个算例）和 NAME-claim.toml（同一次就诊）。不覆盖已有文件。\n\n"
    "--repository 写出目录 NAME：一个政策仓库，有政策、官方文件、案例、计算书、提交前和合并前的检查。",
    en="Writes NAME.pol (a starting policy that runs, with its first example) and NAME-claim.toml (the same claim). It "
    "never writes over a file.\n\nWith --repository it writes a folder NAME: a whole repository with a policy, its "
    "document, a case, sheets, and the checks before a commit and before a merge.",
    example="polc new 某县2024\npolc check 某县2024.pol\npolc test 某县2024.pol\n"
    "polc explain 某县2024.pol 某县2024-claim.toml\npolc new 某县2024 --repository",
)
@argument("name", zh="政策的名称，也是文件名", en="the name of the policy and of its file")
@option("--repository", is_flag=True, zh="写出一个政策仓库", en="write a whole repository of policies")
@click.pass_obj
def command(lang: Language, name: str, repository: bool) -> int:
    """Writes all files or none."""
    stem = name.removesuffix(".pol")
    word = os.path.basename(stem)
    try:
        if not re.fullmatch(r"[^\W\d]\w*", word):
            raise Problems([])
        more = MORE_EXAMPLES[lang] if repository else ""
        policy = format_text((POLICIES[lang] + more).replace("NAME", word))
    except Problems:
        raise Problems([NoPolicyName(where=name, name=word)]) from None
    if repository:
        return _new_repository(stem, repository_files(word, policy, lang), lang)
    files = {f"{stem}.pol": policy, f"{stem}-claim.toml": CLAIMS[lang]}
    there = [AlreadyThere(where=path) for path in files if os.path.lexists(path)]
    if there:
        raise Problems(there)
    for path, text in files.items():
        write_file(path, text.encode("utf-8"))
        print(f"已写出 {path}" if lang == "zh" else f"wrote {path}", file=sys.stderr)
    return 0


def _new_repository(folder: str, files: Mapping[str, str], lang: Language) -> int:
    """Writes the files into a new folder, and the sheets of its examples beside them."""
    if os.path.lexists(folder):
        raise Problems([AlreadyThere(where=folder)])
    for name, text in files.items():
        path = os.path.join(folder, *name.split("/"))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except OSError as error:
            zh, en = reasons(error)
            raise Problems([CannotWrite(where=path, reason_zh=zh, reason_en=en)]) from None
        write_file(path, text.encode("utf-8"))
        print(f"已写出 {path}" if lang == "zh" else f"wrote {path}", file=sys.stderr)
    asked = asked_for([os.path.join(folder, "policies"), os.path.join(folder, "claims")])
    kept = keep_sheets(run_tests(asked, lambda _: True))
    told = f"已写出 {kept.written} 份计算书" if lang == "zh" else f"wrote {kept.written} calculation sheets"
    print(told, file=sys.stderr)
    return 0
