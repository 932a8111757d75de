"""`polc fmt`: one layout for all policies, and keywords from one language to the other."""

from __future__ import annotations

import difflib
import sys
from typing import ClassVar

import click

from pol_lang.formatter import format_text
from pol_lang.problem import Problem, Problems
from pol_lang.read import read_source
from polc.cli.command import argument, option
from polc.cli.command import command as make_command
from polc.cli.language import LANGUAGES, Language
from polc.cli.paths import policy_names
from polc.cli.read import read_bytes
from polc.cli.write import complain, write_result
from polc.cli.write_file import write_file
from polc.load import locate


class StandardPolicy(Problem):
    """A standard policy is part of polc and is not rewritten in place; `--diff` shows what would change. Copy it first
    if you want one of your own.
    ---
    标准政策是 polc 的一部分，不就地改写；`--diff` 可以看会改什么。想要自己的一份，请先复制。
    """

    name: str = ""
    code = "C586"
    zh: ClassVar[str] = "不改写标准政策“{name}”"
    en: ClassVar[str] = "the standard policy “{name}” is not rewritten"
    hint_zh: ClassVar[str] = "加 --diff 或 --check，或者先复制成自己的文件"
    hint_en: ClassVar[str] = "add --diff or --check, or copy it into a file of your own first"


@make_command(
    "fmt",
    zh="把政策文件排成统一的格式，意义不变；--keywords 把关键词全部换成中文或英文。",
    en="Puts policies into the house layout without a change of meaning; --keywords turns all keywords Chinese or "
    "English.",
    example="polc fmt 临县.pol\npolc fmt policies/ --check\npolc fmt 临县.pol --keywords en --diff\n"
    "cat 临县.pol | polc fmt -",
)
@argument(
    "paths", nargs=-1, required=True, zh="文件、目录，或 -（标准输入）", en="files, folders, or - (standard input)"
)
@option(
    "--check",
    is_flag=True,
    zh="只看格式是否一致，不一致时以 1 退出",
    en="only see whether anything would change; exit 1 if so",
)
@option("--diff", is_flag=True, zh="只显示会改什么", en="only show what would change")
@option("--keywords", type=click.Choice(LANGUAGES), zh="关键词换成这种语言", en="turn the keywords into this language")
@click.pass_obj
def command(lang: Language, paths: tuple[str, ...], check: bool, diff: bool, keywords: Language | None) -> int:
    """Rewrites the files that change, each whole or not at all."""
    problems: list[Problem] = []
    changed = 0
    for name in policy_names([path for path in paths if path != "-"]) + ["-"] * ("-" in paths):
        try:
            changed += _format(name, lang, check, diff, keywords)
        except Problems as error:
            problems.extend(error.problems)
    complain(problems, lang)
    if check and changed:
        again = " ".join(path for path in paths if path != "-") or "-"
        print(_UNTIDY[lang].format(changed=changed, again=again), file=sys.stderr)
    return 1 if problems or (check and changed) else 0


_UNTIDY: dict[Language, str] = {
    "zh": "以上 {changed} 个文件的排版（缩进、空格、对齐）与统一格式不同；"
    "运行 polc fmt {again} 排好，加 --diff 看会改什么",
    "en": "{changed} file(s) above are not in the house layout (indentation, spaces, columns); "
    "polc fmt {again} lays them out, --diff shows what would change",
}


def _format(name: str, lang: Language, check: bool, diff: bool, keywords: Language | None) -> bool:
    """Formats one file; whether that changes it."""
    path = locate(name)
    data = read_bytes(path)
    before = read_source(name, data)
    after = format_text(before, keywords)
    changed = after.encode("utf-8") != data
    if diff:
        old, new = data.decode("utf-8-sig").splitlines(keepends=True), after.splitlines(keepends=True)
        write_result("".join(_ended(difflib.unified_diff(old, new, name, name))))
    elif check:
        if changed:
            write_result(f"{name}\n")
    elif name == "-":
        write_result(after)
    elif changed:
        if name.startswith("std/"):
            raise Problems([StandardPolicy(where=name, name=name)])
        write_file(path, after.encode("utf-8"))
        print(f"已改写 {name}" if lang == "zh" else f"rewrote {name}", file=sys.stderr)
    return changed


def _ended(lines: object) -> list[str]:
    """The lines of a difference, each with its line end, whatever line ends the file has."""
    return [line.rstrip("\r\n") + ("\r" if line.endswith("\r\n") else "") + "\n" for line in lines]  # type: ignore[attr-defined]
