"""`polc fix`: mends what has one sure remedy, and leaves the rest as it is."""

from __future__ import annotations

import difflib
import sys

import click

from pol_lang.problem import Problem, Problems
from pol_lang.read import read_source
from pol_lang.source import Source, Span
from polc.cli.command import argument, option
from polc.cli.command import command as make_command
from polc.cli.fmt import StandardPolicy
from polc.cli.language import Language
from polc.cli.paths import policy_names
from polc.cli.read import read_bytes
from polc.cli.write import complain, write_result
from polc.cli.write_file import write_file
from polc.lints.lint import Subject
from polc.lints.unused_use import unused_use
from polc.load import load, locate, read_file
from polc.lowering.lower import lower
from polc.mend import Edit, applied, mended
from polc.pipeline import Compiled, delegates
from polc.resolve import resolve


@make_command(
    "fix",
    zh="改正只有一种改法的问题：全角符号和数字、汉字数字、千位分隔符和 3万 这样的单位、缩进、文件的说法"
    "（起付标准、减半、15万元/年）、写错而只有一个相近关键词的词、没有用到的引用，并统一运算符号。"
    "能读懂的部分意义不变；有两种可能的不改。",
    en="Mends what has one sure remedy: full-width signs and digits, Chinese digits, thousands separators and units "
    "such as 3万, indentation, the wording of documents (起付标准, 减半, 15万元/年), a misspelt word with one keyword "
    "near it, a `use` of which nothing is read; and writes signs of arithmetic alike. What could be read keeps its "
    "meaning; what may mean two things is left alone.",
    example="polc fix 临县.pol\npolc fix policies/ --diff\npolc fix policies/ --check",
)
@argument("paths", nargs=-1, required=True, zh="文件或目录", en="files or folders")
@option(
    "--check",
    is_flag=True,
    zh="只看有没有可改的，有则以 1 退出",
    en="only see whether anything would change; exit 1 if so",
)
@option("--diff", is_flag=True, zh="只显示会改什么", en="only show what would change")
@click.pass_obj
def command(lang: Language, paths: tuple[str, ...], check: bool, diff: bool) -> int:
    """Rewrites the files that change, each whole or not at all."""
    problems: list[Problem] = []
    changed = 0
    for name in policy_names(paths):
        try:
            changed += _fix(name, lang, check, diff)
        except Problems as error:
            problems.extend(error.problems)
    complain(problems, lang)
    if check and changed:
        print(_MENDABLE[lang].format(changed=changed, again=" ".join(paths)), file=sys.stderr)
    return 1 if problems or (check and changed) else 0


_MENDABLE: dict[Language, str] = {
    "zh": "以上 {changed} 个文件有可以代为改正的地方；运行 polc fix {again} 改正，加 --diff 看会改什么",
    "en": "{changed} file(s) above have what can be mended; polc fix {again} mends it, --diff shows what would change",
}


def _fix(name: str, lang: Language, check: bool, diff: bool) -> bool:
    """Mends one file; whether that changes it."""
    data = read_bytes(locate(name))
    before = read_source(name, data)
    after = _without_unused(name, mended(before))
    if after == before.text:
        return False
    if diff:
        old, new = before.text.splitlines(keepends=True), after.splitlines(keepends=True)
        lines = difflib.unified_diff(old, new, name, name)
        write_result("".join(line if line.endswith("\n") else line + "\n" for line in lines))
    elif check:
        write_result(f"{name}\n")
    else:
        if name.startswith("std/"):
            raise Problems([StandardPolicy(where=name, name=name)])
        ended = after.replace("\n", "\r\n") if b"\r\n" in data else after
        write_file(name, ended.encode("utf-8"))
        print(f"已改写 {name}" if lang == "zh" else f"rewrote {name}", file=sys.stderr)
    return True


def _without_unused(name: str, text: str) -> str:
    """The text without the lines that use a file of which nothing is read; all of it where the policy has errors."""

    def read(path: str) -> bytes:
        return text.encode("utf-8", "surrogatepass") if path == locate(name) else read_file(path)

    while True:
        loaded = load(name, read)
        program = resolve(loaded)
        if any(problem.severity == "error" for problem in (*loaded.problems, *program.problems)):
            return text
        lowered = lower(program, settling=not delegates(program))
        compiled = Compiled(name, loaded, program, lowered.plan, (*program.problems, *lowered.problems))
        subject = Subject.of(compiled)
        spans = [x.span for x in unused_use(subject) if x.span is not None] if subject is not None else []
        edits = [edit for span in spans if (edit := _line(span)) is not None]
        if not edits:
            return text
        text = applied(text, edits[:1])


def _line(span: Span) -> Edit | None:
    """Takes out the line of a statement that stands alone on it, without a remark."""
    source: Source = span.source
    number = span.line
    if source.line(number).strip() != span.text.strip():
        return None
    start = span.start - (span.column - 1)
    return Edit(Span(source, start, min(start + len(source.line(number)) + 1, len(source.text))), "")
