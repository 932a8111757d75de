"""`polc coverage`: a policy against the official document it was written from."""

from __future__ import annotations

import os
from typing import ClassVar

import click

from pol_lang.problem import Problem, Problems
from polc.cli.command import OUTPUT, argument, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.read import read_bytes
from polc.cli.write import complain, write_result
from polc.coverage.cover import cover
from polc.coverage.outline import decoded, read_outline
from polc.coverage.shown import as_html, as_json, as_text
from polc.load import load


class NotADocument(Problem):
    """The official document is not text: it may be a PDF, a Word file or a picture. Save its text as plain text, with
    the numbers of its clauses.
    ---
    官方文件不是文本：可能是 PDF、Word 文件或图片。把文字连同条款号另存为纯文本。
    """

    code = "C644"
    zh: ClassVar[str] = "这个文件不是文本，读不出条款"
    en: ClassVar[str] = "this file is not text: no clauses can be read from it"
    hint_zh: ClassVar[str] = "另存为 UTF-8 编码的纯文本"
    hint_en: ClassVar[str] = "save it as plain text in UTF-8"


class TooFewClauses(Problem):
    """Fewer clauses of the document are computed or recorded than `--threshold` asks for. What computes nothing is
    recorded with its reason: `recorded "…" cite …`.
    ---
    文件的条款，计算的和只记录的加起来不到 `--threshold` 要求的比例。没有可计算的条款用 `只记录 "…" 依据 …` 写明理由。
    """

    missed: int = 0
    share: int = 0
    asked: int = 0
    code = "C647"
    zh: ClassVar[str] = "还有 {missed} 条没有写，写到的占 {share}%，要求不低于 {asked}%"
    en: ClassVar[str] = "{missed} clauses are missed; {share}% are accounted for, {asked}% are asked for"
    hint_zh: ClassVar[str] = "逐条写出缺少的条款；不计算的写“只记录”"
    hint_en: ClassVar[str] = "write the missing clauses; what is not computed is `recorded`"


_FORMATS = {"text": as_text, "json": as_json, "html": as_html}


@make_command(
    "coverage",
    zh="对照官方文件（纯文本或 Markdown）的条款：哪些由政策计算，哪些只记录，哪些没有写。依据里写了文件没有的条款，"
    "算错误。\n\n认得的编号：一、（一）1. 1.1（1）① 一是 第三条 附件1，全角半角均可；没有编号的文件按 Markdown 标题。",
    en="Holds a policy against the clauses of the official document (plain text or Markdown): which are computed, "
    "which are only recorded, which are missed. A citation of a clause that the document lacks is an error.\n\n"
    "Numbers it knows: 一、（一）1. 1.1（1）① 一是 第三条 附件1, in full or half width; a document without any goes by "
    "its Markdown headings.",
    example="polc coverage 临县.pol --document 临医保发2023-11.txt\n"
    "polc coverage 临县.pol --document 文件.md --format html -o 对照.html --threshold 100",
)
@argument("policy", zh="文件，或 std/… 政策", en="a file or std/… policy")
@option("--document", required=True, metavar="TEXT", zh="官方文件的文本", en="the text of the official document")
@option("--format", "form", type=click.Choice(list(_FORMATS)), default="text", zh="输出格式", en="output format")
@option(
    "--threshold", type=click.IntRange(0, 100), default=0, metavar="N",
    zh="写到的条款不足 N% 时以 1 退出", en="exit 1 where less than N% of the clauses are accounted for",
)  # fmt: skip
@OUTPUT
@click.pass_obj
def command(lang: Language, policy: str, document: str, form: str, threshold: int, output: str | None) -> int:
    """The exit code 1 for citations of clauses there are not, and below the threshold."""
    loaded = load(policy)
    own = [file for file in loaded.files if file.role == "self"]
    errors: list[Problem] = [problem for problem in loaded.problems if problem.severity == "error"]
    if errors or not own:
        raise Problems(loaded.problems)
    text = decoded(read_bytes(document))
    if text is None:
        raise Problems([NotADocument(where=document)])
    others = [file.file for file in loaded.files if file.role not in ("self", "prelude")]
    coverage = cover(own[0].file, read_outline(text), others)
    write_result(_FORMATS[form](coverage, policy, os.path.basename(document), lang), output)
    problems = list(coverage.problems)
    if coverage.percent < threshold:
        missed = coverage.count("missed")
        problems.append(TooFewClauses(where=document, missed=missed, share=coverage.percent, asked=threshold))
    complain(problems, lang)
    return 1 if problems else 0
