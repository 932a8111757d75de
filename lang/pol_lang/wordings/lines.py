"""How a whole line is put together: its first word, its text, its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pol_lang.wordings.stuck import Reading, Stuck

_ORDINAL = "[一二三四五六七八九十0-9]+"


def text_without_quotes(stuck: Stuck) -> Iterator[Reading]:
    if "STRING" not in stuck.fitting or "NAME" in stuck.fitting or stuck.kind == "CITE":
        return
    end = stuck.end if stuck.end > stuck.offset else len(stuck.text)
    inner = stuck.text[stuck.offset : end].strip(" \t:：《》“”‘’\"'「」,，。；;")
    if inner and '"' not in inner:
        yield Reading(
            stuck.replaced(stuck.offset, end, f'"{inner}"'),
            "这里的文字要放在半角引号里",
            "the text belongs in quotation marks",
        )


def in_force(stuck: Stuck) -> Iterator[Reading]:
    found = re.match(r"自?[ \t]*([0-9][^ \t]*)[ \t]*(?:起(?:施行|执行|实施|生效)?|施行|生效)(?=\s|\Z)", stuck.text)
    if found and "IN_FORCE" in stuck.fitting:
        spelling = stuck.words["IN_FORCE"].zh
        yield Reading(
            f"{spelling} {found[1]}{stuck.text[found.end() :]}",
            f"这里写“{spelling}”加日期",
            f"write `{stuck.words['IN_FORCE'].en}` and the date",
        )


def cite_in_the_middle(stuck: Stuck) -> Iterator[Reading]:
    last = stuck.tokens[-1]
    if last.type != "CITE":
        return
    words = stuck.text[last.start_pos : last.end_pos].split()
    if len(words) > 2:
        rest = " ".join(words[2:])
        yield Reading(
            f"{stuck.body} {rest}  {words[0]} {words[1]}",
            f"“{words[0]}”和条款号要写在行末",
            f"`{words[0]}` and the clause belong at the end of the line",
        )


def bracketed_clause(stuck: Stuck) -> Iterator[Reading]:
    if "CITE" not in stuck.fitting or stuck.word not in ("(", "【", "〔", "["):
        return
    end = stuck.end if stuck.end > stuck.offset else len(stuck.text)
    found = re.match(r"[(（【〔\[]([^()（）]*(?:\([^()]*\)[^()]*)?)[)）】〕\]]\s*\Z", stuck.text[stuck.offset : end])
    if found:
        more = re.sub(r"^(?:依据|cite)[ \t]*", "、", stuck.text[end:])
        clauses = found[1] if found[1] in more else found[1] + more
        clauses = more.lstrip("、") if found[1] in more else clauses
        yield Reading(
            f"{stuck.text[: stuck.offset].rstrip()}  依据 {clauses}",
            "条款号不用括号，写在行末的“依据”后面",
            "the clause stands at the end of the line after `cite`, without brackets",
        )


def swapped_head(stuck: Stuck) -> Iterator[Reading]:
    if stuck.at == 0 and stuck.kind == "PAID_BY":
        found = re.fullmatch(r"(支付方|paid by)[ \t]+(\S+)[ \t]+(保障层|layer)[ \t]+(\S+)(.*)", stuck.text)
        if found:
            yield Reading(
                f"{found[3]} {found[4]} {found[1]} {found[2]}{found[5]}",
                f"先写“{found[3]}”，再写“{found[1]}”",
                f"`{found[3]}` comes before `{found[1]}`",
            )


def statement(stuck: Stuck) -> Iterator[Reading]:
    """A statement without its first word."""
    if stuck.block or stuck.at > 0 or stuck.kind != "NAME":
        return
    order: tuple[str, ...] = ()
    if any(k.type == "EQUALS" for k in stuck.tokens):
        order = (
            ("PARAMETER", "DEFINE") if stuck.tokens[-1].type in ("MONEY", "PERCENT", "CITE") else ("GROUP", "DEFINE")
        )
        order += ("DEFINE", "GROUP", "PARAMETER")
    elif any(k.type == "PAID_BY" for k in stuck.tokens):
        order = ("LAYER",)
    elif any(k.type == "BY" for k in stuck.tokens):
        order = ("TABLE",)
    for name in dict.fromkeys(order):
        spelling = stuck.spelled(name)
        yield Reading(
            f"{spelling} {stuck.text}",
            f"开头缺少关键词“{spelling}”",
            f"the keyword “{spelling}” is missing at the start",
            sure=False,
        )


def numbered(stuck: Stuck) -> Iterator[Reading]:
    """第一段 不超过 5万元 60%"""
    found = re.match(
        rf"(?:第{_ORDINAL}[段档级]|[一二三四五六七八九十]+是|{_ORDINAL}[、.)]|\({_ORDINAL}\))[ \t:：]*",
        stuck.text,
    )
    if found and stuck.at <= 3 and found.end() < len(stuck.text):
        yield Reading(
            stuck.text[found.end() :],
            f"序号“{found[0].strip()}”在这里不用写",
            f"the number “{found[0].strip()}” is not written here",
        )


def tilt_towards(stuck: Stuck) -> Iterator[Reading]:
    found = re.match(
        r"(?:对于?)?[ \t]*(\w+)[ \t]*(?:实行|给予|予以|进行)?[ \t]*倾斜(?:支付|政策)?(?=\s|\Z)", stuck.text
    )
    if found and stuck.at == 0 and "TILT" in stuck.fitting:
        spelling = stuck.words["TILT"].zh
        yield Reading(
            f"{spelling} {found[1]}{stuck.text[found.end() :]}",
            f"先写“{spelling}”，再写对谁",
            "`tilt` comes first, then for whom",
        )


def one_a_line(stuck: Stuck) -> Iterator[Reading]:
    head = stuck.tokens[0]
    if head.type in ("IDENTITY", "BEARER") and stuck.word in (",", "、", "和", "及", "与"):
        names = [str(token) for token in stuck.tokens[1:] if token.type == "NAME" and str(token) not in "和及与"]
        rest = stuck.text[stuck.end :]
        lines = [f"{head} {name}  {rest}".rstrip() for name in names]
        yield Reading(
            lines[0],
            f"“{head}”一行只写一个，其余另起一行",
            f"each `{head}` has a line of its own",
            sure=False,
            others=tuple((line, f"第 {i} 行", f"line {i}") for i, line in enumerate(lines, 1)),
        )
