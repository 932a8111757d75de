"""What the documents list that the code knows better: keywords, names, choices that are asked for, problem codes."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

from pol_lang import syntax as s
from pol_lang.parser import keywords, parse
from pol_lang.problem import Language, Problem
from pol_lang.source import Source
from polc.catalogue import CATALOGUE
from polc.cli import run
from polc.lints.run import RULES
from polc.load import PRELUDE, locate
from polc.lowering import forks
from polc.lowering.unit_problems import PointsOrFactor

from .pages import ROOT

CASES = ROOT / "tests" / "cases" / "bad"

_FAMILIES: dict[str, tuple[str, str]] = {
    "T": ("Text and layout", "文本和格式"),
    "N": ("Names, files and values", "名称、文件和数值"),
    "U": ("Units", "单位"),
    "S": ("Tables, bands, layers, and choices that are asked for", "表、分段、保障层，以及要写明的选择"),
    "W": ("Advice: what is allowed and may not be meant", "提醒：可以这样写，但也许不是本意"),
    "C": ("Claims, examples and commands", "就诊数据、算例和命令"),
    "X": ("Bugs in polc", "polc 自身的错误"),
}
_TYPES = {
    "money": "MONEY_TYPE", "bool": "YES_NO_TYPE", "number": "NUMBER_TYPE", "days": "DAYS_TYPE", "date": "DATE_TYPE",
    "text": "TEXT_TYPE", "one": "ONE_OF", "several": "SEVERAL_OF",
}  # fmt: skip


# ---------------------------------------------------------------- tables


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    cells = [list(head)]
    cells += [["---"] * len(cells[0]), *map(list, rows)]
    return "".join("| " + " | ".join(row) + " |\n" for row in cells)


def code(text: str) -> str:
    """A text in code type, nothing for an empty one."""
    return f"`{text}`" if text else ""


def keyword_table(lang: Language) -> str:
    """All keywords in the order of the grammar, with their spellings and the grammar's gloss."""
    if lang == "zh":
        rows = ((code(k.zh), code(k.en), k.gloss) for k in keywords().values())
        return table(("中文", "English", "含义"), rows)
    rows = ((code(k.en), code(k.zh), k.gloss) for k in keywords().values())
    return table(("English", "中文", "in Chinese words"), rows)


def prelude_tables(lang: Language) -> str:
    """The bearers and facts that every policy has."""
    zh, words = lang == "zh", keywords()
    path = Path(locate(PRELUDE))
    statements = parse(Source(PRELUDE, path.read_text(encoding="utf-8"))).file.statements
    bearers = [(*_names(x, zh), code(x.field.text if x.field else "")) for x in statements if isinstance(x, s.Bearer)]
    facts = []
    for fact in statements:
        if isinstance(fact, s.Fact):
            kind = words[_TYPES[fact.type]]
            shown = code(kind.zh if zh else kind.en)
            if fact.choices:
                shown += "：" if zh else ": "
                shown += ("、" if zh else ", ").join(
                    " ".join((code(c.also or c.name), c.name)[:: -1 if zh else 1]) + (f" ({c.code})" if c.code else "")
                    for c in fact.choices
                )
            of = {"person": ("of the person", "参保人"), "item": ("of a cost item", "费用明细")}.get(
                fact.of, ("of a claim", "就诊")
            )
            facts.append((*_names(fact, zh), shown, code(fact.field.text if fact.field else ""), of[zh]))
    heads = (("承担方", "又名", "字段"), ("事实", "又名", "种类", "字段", "属于"))
    if not zh:
        heads = (("bearer", "中文", "field"), ("fact", "中文", "type", "field", ""))
    return table(heads[0], bearers) + "\n" + table(heads[1], facts)


def _names(thing: s.Fact | s.Bearer, zh: bool) -> tuple[str, str]:
    """The names of a thing, first the one in the page's language."""
    names = (thing.name.text, code(thing.also.text if thing.also else ""))
    return names if zh else (names[1], names[0])


def fork_table(lang: Language) -> str:
    """The choices that the compiler asks for, each with what it is about."""
    asked = [cls for cls in CATALOGUE if cls.__module__ == forks.__name__] + [PointsOrFactor]
    page = "errors.zh.md" if lang == "zh" else "errors.md"
    rows = ((f"[{cls.code}]({page}#{cls.code.lower()})", _joined(text_of(cls, lang))) for cls in asked)
    return table(("代码", "要写明什么") if lang == "zh" else ("code", "what is to be said"), rows)


def lint_table(lang: Language) -> str:
    head = ("code", "name in settings", "what it finds") if lang == "en" else ("代码", "设置里的名称", "查什么")
    page = "errors.md" if lang == "en" else "errors.zh.md"
    rows = [
        (f"[{cls.code}](../{page}#{cls.code.lower()})", code(rule.__name__.replace("_", "-")), _first(cls, lang))
        for rule, cls in RULES
    ]
    return table(head, rows)


def _first(cls: type[Problem], lang: Language) -> str:
    """The first sentence of a page."""
    text = text_of(cls, lang).replace("\n", " ")
    end = re.search(r"[.。](?=\s|$|[^\x00-\x7f])|[:：]", text)
    return text[: end.start()] + ("." if lang == "en" else "。") if end else text


def text_of(cls: type[Problem], lang: Language) -> str:
    """The documentation of a problem in one language."""
    english, _, chinese = cleandoc(cls.__doc__ or "").partition("\n---\n")
    return (chinese if lang == "zh" else english).strip()


def _joined(text: str) -> str:
    """A text on one line; Chinese lines join without a space."""
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])|\n", _join, text)


def _join(match: re.Match[str]) -> str:
    at, text = match.start(), match.string
    wide = re.compile("[\u3000-\u9fff\uff00-\uffef]")
    return "" if wide.match(text[at - 1]) and wide.match(text[at + 1 : at + 2]) else " "


# ---------------------------------------------------------------- problem codes


def error_pages(lang: Language) -> str:
    """Every problem code with its message, what it means, and, where a case shows it, what an author reads."""
    assert {cls.code[0] for cls in CATALOGUE} == set(_FAMILIES)
    parts: list[str] = []
    for family, (en, zh) in _FAMILIES.items():
        parts.append(f"## {family}: {zh if lang == 'zh' else en}\n")
        for cls in sorted((cls for cls in CATALOGUE if cls.code.startswith(family)), key=lambda cls: cls.code):
            parts.append(_error_page(cls, lang))
    return "\n".join(parts)


def _error_page(cls: type[Problem], lang: Language) -> str:
    zh = lang == "zh"
    severity = {"error": "", "warning": "（警告）" if zh else " (a warning)"}[cls.severity]
    message = _gaps(cls.zh if zh else cls.en)
    hint = _gaps(cls.hint_zh if zh else cls.hint_en)
    told = [f"> {message}{severity}"] if message != "…" else []  # a message that is all its own says nothing here
    parts = [f"### {cls.code}", *told, text_of(cls, lang)]
    shown = printed_cases(lang).get(cls.code)
    if shown:
        parts.append(f"```text\n{shown}\n```")
    elif hint and hint != "…":
        parts.append(("改法：" if zh else "Advice: ") + hint.replace("\n", " "))
    return "\n\n".join(parts) + "\n"


def _gaps(template: str) -> str:
    return re.sub(r"{(\w+)}", "…", template)


@cache
def printed_cases(lang: Language) -> Mapping[str, str]:
    """What an author reads of each problem, by its code, from the first case of the code that prints it."""
    found: dict[str, str] = {}
    for path in sorted(CASES.glob("*.case")):
        wanted = path.name.split("-")[0]
        if wanted in found:
            continue
        for problem in _printed(path, lang):
            if f"[{wanted}]" in problem.partition("\n")[0] and not _UNPRINTABLE.search(problem):
                found[wanted] = problem
                break
    return found


_UNPRINTABLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def _printed(path: Path, lang: Language) -> list[str]:
    """The problems that the commands of a case print, each as one text."""
    head, *blocks = ("\n" + path.read_text(encoding="utf-8")).split("\n%% ")
    out, here = io.StringIO(), Path.cwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        os.chdir(folder)
        try:
            for block in blocks:
                line, _, body = block.partition("\n")
                kind, _, argument = line.partition(" ")
                if kind == "file":
                    Path(argument).parent.mkdir(parents=True, exist_ok=True)
                    Path(argument).write_text(body.rstrip("\n") + "\n", encoding="utf-8")
                elif kind == "bytes":
                    name, _, digits = argument.partition(" ")
                    Path(name).write_bytes(bytes.fromhex(digits))
                elif kind == "run":
                    run([*shlex.split(argument), "--lang", lang])
        finally:
            os.chdir(here)
    del head
    return [part.strip("\n") for part in out.getvalue().split("\n\n")]


# ---------------------------------------------------------------- stages

_STAGES = (
    "pol_lang.source.Source", "pol_lang.syntax", "polc.load.Loaded", "polc.resolved.Program", "polc.plan",
    "polc.claims.case.Case", "polc.settlement", "polc.explain.document",
)  # fmt: skip


def stage_table(lang: Language) -> str:
    """The stages of a compilation with what their types say of themselves."""
    return table(("stage", "what it is, and what holds of it"), ((code(name), _about(name)) for name in _STAGES))


def _about(name: str) -> str:
    """The docstring of a module or of a type in one, on one line."""
    module, _, last = name.rpartition(".")
    thing = getattr(import_module(module), last) if last[0].isupper() else import_module(name)
    text = _joined(cleandoc(thing.__doc__ or "").replace("\n\n", " ").replace("\n- ", " ")).replace("|", "\\|")
    return re.sub(r"``|`(?=\\)", "`", text)


GENERATED: Mapping[str, Callable[[Language], str]] = {
    "keywords": keyword_table,
    "prelude": prelude_tables,
    "forks": fork_table,
    "lints": lint_table,
    "errors": error_pages,
    "stages": stage_table,
}
ENGLISH_ONLY = {"stages"}
