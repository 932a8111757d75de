"""Several of something: names, conditions, cases, shares."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pol_lang.wordings.said import FIGURE, FILLERS, NAME, WORDS
from pol_lang.wordings.stuck import Reading, Stuck

_CHANGES = (
    *("提高", "降低", "下降", "增加", "减少", "上浮", "下浮", "上调", "下调"),
    *("不超过", "不低于", "达到", "超过", "线"),
)
_HOSPITALS = {
    "三级": "三级",
    "三级医院": "三级",
    "二级": "二级",
    "二级医院": "二级",
    "一级": "一级",
    "一级医院": "一级",
}
_SHARE = r"[0-9]+(?:\.[0-9]+)?"


def one_of_several(stuck: Stuck) -> Iterator[Reading]:
    """医疗类别 是 普通住院、门诊慢特病"""
    found = re.search(rf"(?:是|=|为|is)[ \t]*({NAME}(?:[ \t]*(?:[,、]|或)[ \t]*{NAME})+)", stuck.body)
    if found and stuck.word in (",", "、"):
        names = "、".join(re.split(r"[ \t]*(?:[,、]|或)[ \t]*", found[1]))
        spelling = stuck.spelled("IN")
        yield Reading(
            stuck.replaced(found.start(), found.end(), f"{spelling} ({names})"),
            f"几个取值之一，写“{spelling} (…)”",
            f"one of several values is written `{spelling} (…)`",
        )
    if (
        stuck.word in (",", "、")
        and "OR" in stuck.fitting
        and ("WHEN" in stuck.tokens[0].type or stuck.tokens[0].type in ("TILT", "FOR"))
    ):
        rest = "  " + stuck.text[stuck.end :] if stuck.end < len(stuck.text) else ""
        one, both = (
            re.sub(r"[ \t]*[,、][ \t]*", f" {stuck.spelled(word)} ", stuck.text[: stuck.end]).rstrip() + rest
            for word in ("OR", "AND")
        )
        yield Reading(
            one,
            "条件之间不用顿号、逗号：要写明符合一项即可，还是都要符合",
            "conditions are not joined by commas: say whether one or all must hold",
            sure=False,
            others=((one, "符合一项即可", "one is enough"), (both, "都要符合", "all must hold")),
        )
    names = rf"({NAME}(?:[ \t]*、[ \t]*{NAME})+)"
    if (found := re.search(rf"(适用于|for)[ \t]+{names}", stuck.body)) and "FOR" in stuck.fitting:
        listed = re.sub(r"[ \t]*、[ \t]*", f" {stuck.spelled('OR')} ", found[2])
        yield Reading(
            stuck.replaced(found.start(), found.end(), f"{found[1]} {listed}"),
            f"“{found[1]}”后面的几种人之间写“{stuck.spelled('OR')}”，不用顿号",
            f"those after `{found[1]}` are joined by `{stuck.spelled('OR')}`, not by commas",
        )


def joined_names(stuck: Stuck) -> Iterator[Reading]:
    if stuck.word in ("和", "及", "与", "以及", "或", "或者", "且"):
        if "_COMMA" in stuck.fitting:
            text = re.sub(r"[ \t]+(?:和|及|与|以及|或者|或|且)[ \t]+", "、", stuck.text[: stuck.end])
            rest = "  " + stuck.text[stuck.end :] if stuck.end < len(stuck.text) else ""
            yield Reading(text.rstrip() + rest, "名称之间用“、”隔开", "names are parted by commas")
        elif "AND" in stuck.fitting and stuck.word not in ("或者", "或", "且"):
            both, one = stuck.spelled("AND"), stuck.spelled("OR")
            end = stuck.offset + len(stuck.word)
            yield Reading(
                stuck.replaced(stuck.offset, end, both),
                f"“{stuck.word}”没有说是都要符合，还是符合一项即可",
                f"“{stuck.word}” does not say whether both or one must hold",
                sure=False,
                others=(
                    (stuck.replaced(stuck.offset, end, both), "都要符合", "both must hold"),
                    (stuck.replaced(stuck.offset, end, one), "符合一项即可", "one is enough"),
                ),
            )


def semicolons(stuck: Stuck) -> Iterator[Reading]:
    if stuck.word in (";", "；") and "_COMMA" in stuck.fitting:
        body = re.sub(r"[ \t]*[;；][ \t]*(?=\S)", ", ", stuck.body)
        rest = "  " + stuck.text[stuck.end :] if stuck.end < len(stuck.text) else ""
        yield Reading(body.rstrip(";； ") + rest, "各项之间用逗号，不用分号", "a comma parts them, not a semicolon")


def identity_is(stuck: Stuck) -> Iterator[Reading]:
    found = re.compile(r"(身份|人员身份|identity)[ \t]*(是|属于|为|=|is|in)[ \t]*").match(stuck.text, stuck.offset)
    if found:
        yield Reading(
            stuck.replaced(found.start(), found.end(), ""),
            f"身份直接写名称，不写“{found[0].strip()}”",
            f"an identity is written by its name alone, without “{found[0].strip()}”",
        )


def value_first(stuck: Stuck) -> Iterator[Reading]:
    """支付比例 特困人员 100%、低保对象 70%: here the value stands before whom it is for."""
    head = stuck.tokens[0]
    if head.type not in stuck.words:
        return
    body = stuck.text[head.end_pos : stuck.end]
    name = r"[^\W\d_]+"
    part = rf"[ \t]*({name}(?:[ \t]*[或、和][ \t]*{name})*)[ \t]*[:：]?[ \t]*({FIGURE})[ \t]*"
    if not re.fullmatch(rf"{part}(?:[,，、;；]?{part})*((?:每次|每年|每月|终身)[ \t]*)?", body):
        return
    period = re.search(r"(每次|每年|每月|终身)[ \t]*\Z", body)
    otherwise, arms = stuck.spelled("OTHERWISE"), []
    for who, value in re.findall(part, body):
        if (who in WORDS and "OTHERWISE" not in WORDS[who]) or who in FILLERS or who.endswith("的"):
            return
        if who.startswith(_CHANGES) or len(who) < 2:
            return
        if any(who == keyword.zh for kind, keyword in stuck.words.items() if kind != "OTHERWISE"):
            return
        names = re.sub(r"[ \t]*[或、和][ \t]*", f" {stuck.spelled('OR')} ", who.strip(" \t、和或"))
        names = _of_hospital(names, stuck)
        rest = names in (otherwise, "其余", "其它", "其他人员", "其余人员", "其他")
        arms.append(f"{value} {otherwise}" if rest else f"{value} {stuck.spelled('FOR')} {names}")
    line = f"{head} {', '.join(arms)}" + (f" {period[1]}" if period else "")
    yield Reading(
        line + ("  " + stuck.text[stuck.end :] if stuck.end < len(stuck.text) else ""),
        "数额写在前面，适用的人写在后面",
        "the value comes first, then whom it is for",
    )


def _of_hospital(names: str, stuck: Stuck) -> str:
    """三级医院 as a condition."""
    level = _HOSPITALS.get(names)
    return f"医院等级 {stuck.spelled('IS')} {level}" if level else names


def shares(stuck: Stuck) -> Iterator[Reading]:
    """省财政、市财政、县财政 4:3:3"""
    found = re.search(
        rf"(?:按|=|为)?[ \t]*\(?({_SHARE}(?:[ \t]*[:：∶][ \t]*{_SHARE})+)\)?(?:的?比例)?(?:分担|承担)?",
        stuck.body,
    )
    if found is None:
        return
    head = stuck.tokens[0]
    named = stuck.body[head.end_pos : found.start()]
    names = [name for name in re.findall(NAME, named) if name not in ("按", "比例", "分担", "承担", "为")]
    parts = re.split(r"[ \t]*[:：∶][ \t]*", found[1])
    if len(names) == len(parts) and head.type == "PAID_BY":
        shares = "、".join(f"{name} {part}" for name, part in zip(names, parts, strict=True))
        rest = "  " + stuck.text[stuck.end :] if stuck.end < len(stuck.text) else ""
        yield Reading(
            f"{head} {shares}{rest}",
            "分担比例写在各方名称的后面",
            "each share is written after the name of who bears it",
        )


def _inside(stuck: Stuck) -> Iterator[Reading]:
    """保障层 甲（支付方：乙）"""
    found = re.match(r"\(([^()]*)\)", stuck.text[stuck.offset :]) if stuck.word == "(" else None
    if found and found[1].strip():
        end = stuck.offset + found.end()
        yield Reading(
            stuck.replaced(stuck.offset, end, found[1].strip()), "这里不用括号", "no brackets are written here"
        )


def brackets(stuck: Stuck) -> Iterator[Reading]:
    yield from _inside(stuck)
    opened, closed = stuck.body.count("("), stuck.body.count(")")
    rest = "  " + stuck.text[stuck.end :] if stuck.end < len(stuck.text) else ""
    if opened > closed:
        yield Reading(
            stuck.body + ")" * (opened - closed) + rest,
            "括号没有配对，缺少“)”",
            "a closing bracket is missing",
            sure=False,
        )
    elif closed > opened and stuck.word == ")":
        yield Reading(
            stuck.replaced(stuck.offset, stuck.offset + 1, ""),
            "括号没有配对，多了“)”",
            "there is a bracket too many",
            sure=False,
        )
