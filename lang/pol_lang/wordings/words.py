"""One word that is another here, is missing, stands elsewhere, or is not written at all."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from pol_lang.problem import near_names
from pol_lang.wordings.said import FILLERS, MARKS, WORDS
from pol_lang.wordings.stuck import Reading, Stuck

_ALIKE = 0.7  # 支付比率 is a slip for 支付比例; 参照 may be anything
_SIGNS = {"≤": "UP_TO", "<=": "UP_TO", "<": "BELOW", "≥": "NOT_BELOW", ">=": "NOT_BELOW", ">": "ABOVE"}


def sign(stuck: Stuck) -> Iterator[Reading]:
    """A comparison sign where a word is wanted, and a colon where `=` or nothing is."""
    meant = _SIGNS.get(stuck.word)
    if meant and meant in stuck.fitting:
        spelling = stuck.spelled(meant)
        yield Reading(
            stuck.replaced(stuck.offset, stuck.offset + len(stuck.word), spelling),
            f"这里不写“{stuck.word}”，写“{spelling}”",
            f"here “{stuck.word}” is written “{spelling}”",
        )
    equals = (
        stuck.word in (":", "：", "为", "是", "等于", "设为", "定为", "包括", "包含", "指")
        and "EQUALS" in stuck.fitting
    )
    if equals and "IS" not in stuck.fitting:
        yield Reading(
            stuck.replaced(stuck.offset, stuck.offset + len(stuck.word), "="),
            f"这里不写“{stuck.word}”，写“=”",
            f"here “{stuck.word}” is written “=”",
        )


def document_word(stuck: Stuck) -> Iterator[Reading]:
    """A word of documents for a keyword, alone or with what follows it grown on."""
    word = stuck.word
    fitting = [keyword.zh for kind, keyword in stuck.words.items() if kind in stuck.fitting]
    begins = max((len(spelling) for spelling in fitting if word.startswith(spelling)), default=0)
    for length in range(len(word), begins, -1):
        said = word[:length]
        meant = next((keyword for keyword in WORDS.get(said, ()) if keyword in stuck.fitting), None)
        if meant is None or (length < 2 and length < len(word)):
            continue
        spelling = "依据" if meant == "CITE" else stuck.spelled(meant)
        if spelling == said:
            continue
        yield Reading(
            stuck.replaced(stuck.offset, stuck.offset + length, spelling),
            f"这里不写“{said}”，写“{spelling}”",
            f"here “{said}” is written “{spelling}”",
        )
        return  # a shorter word inside this one means something else


def glued_keyword(stuck: Stuck) -> Iterator[Reading]:
    """A keyword and what follows it without a space between: 依据第六条."""
    word = stuck.word
    if stuck.kind not in ("NAME", "SIGN") or len(word) < 2:
        return
    spellings = [(stuck.words[k].zh, k) for k in stuck.fitting if k in stuck.words]
    spellings += [("依据", "CITE")] if "CITE" in stuck.fitting else []
    for spelling, _ in sorted(spellings, key=lambda pair: -len(pair[0])):
        if word.startswith(spelling) and len(word) > len(spelling):
            at = stuck.offset + len(spelling)
            yield Reading(
                stuck.text[:at] + " " + stuck.text[at:].lstrip(":："),
                f"“{spelling}”后面要空一格",
                f"a space belongs after “{spelling}”",
            )


def near_keyword(stuck: Stuck) -> Iterator[Reading]:
    word = stuck.word
    if stuck.kind != "NAME" or len(word) < 2 or not word.isalpha():
        return
    spellings = {text: k for k in stuck.fitting if k in stuck.words for text in (stuck.words[k].zh, stuck.words[k].en)}
    near = near_names(word, spellings)
    slips = [n for n in near if len(n) == len(word) > 2 and sum(a != b for a, b in zip(n, word, strict=True)) == 1]
    alike = slips or get_close_matches(word, near, cutoff=_ALIKE)
    for name in near[:1]:
        yield Reading(
            stuck.replaced(stuck.offset, stuck.offset + len(word), name),
            f"没有“{word}”这个关键词，是不是想写“{name}”？",
            f"“{word}” is no keyword here; did you mean “{name}”?",
            sure=alike == [name],
        )


def missing_word(stuck: Stuck) -> Iterator[Reading]:
    """One small word that is missing before what does not fit."""
    token = stuck.tokens[stuck.at] if 0 < stuck.at < len(stuck.tokens) else None
    if token is None:
        return
    kind = token.type
    if (
        kind == "NAME"
        and "_DOT" in stuck.fitting
        and stuck.tokens[stuck.at - 1].type == "NAME"
        and stuck.word not in FILLERS
    ):
        joined = stuck.text[: stuck.offset].rstrip() + "." + stuck.text[stuck.offset :]
        yield Reading(joined, "表的一栏写成“表名.栏名”", "a column of a table is written `table.column`", sure=False)
    if (
        "_COMMA" in stuck.fitting
        and kind in ("MONEY", "PERCENT", "NUMBER", "POINTS")
        and "FOR" in {k.type for k in stuck.tokens}
    ):
        yield Reading(
            stuck.text[: stuck.offset].rstrip() + ", " + stuck.text[stuck.offset :],
            "每种情形之间要用逗号隔开",
            "cases are parted by commas",
        )
    changes = stuck.block in ("TILT", "ADJUST") and "MULTIPLY" in stuck.fitting
    for sign, spelling in (("EQUALS", "="), ("MULTIPLY", "×"), ("PLUS", "+")):
        wanted = {"EQUALS": kind == "MONEY" or not changes, "MULTIPLY": kind == "PERCENT", "PLUS": kind == "POINTS"}
        compared = "COMPARE" in stuck.fitting
        if sign in stuck.fitting and (wanted[sign] if changes else sign == "EQUALS" and not compared):
            yield Reading(
                stuck.replaced(stuck.offset, stuck.offset, spelling),
                f"“{stuck.word}”前面缺少“{spelling}”",
                f"“{spelling}” is missing before “{stuck.word}”",
                sure=not changes,
            )
    for name in ("FOR", "PAID_BY", "BASE", "OVERFLOW_TO", "FROM", "ON", "BY", "CODE", "UNTIL"):
        if name in stuck.fitting and name in stuck.words and kind in ("NAME", "STRING", "DATE", "LPAR"):
            spelling = stuck.spelled(name)
            yield Reading(
                stuck.replaced(stuck.offset, stuck.offset, spelling),
                f"“{stuck.word}”前面缺少“{spelling}”",
                f"“{spelling}” is missing before “{stuck.word}”",
            )


def moved_word(stuck: Stuck) -> Iterator[Reading]:
    """A keyword that stands too early or too late: 起付线 每次 400元."""
    if stuck.kind not in stuck.words and stuck.kind not in ("COUNT",):
        return
    word, start = stuck.word, stuck.offset
    without = stuck.replaced(start, start + len(word), "")
    end = len(without) - (len(stuck.text) - stuck.end)
    later = (without[:end].rstrip() + " " + word + "  " + without[end:]).rstrip()
    yield Reading(later, f"“{word}”要写在这一行的后面", f"“{word}” belongs at the end of this line")
    if stuck.at > 1:
        first = stuck.tokens[0].end_pos
        earlier = f"{without[:first]} {word} {without[first:].lstrip()}"
        yield Reading(earlier, f"“{word}”要紧跟在开头的关键词后面", f"“{word}” belongs right after the first word")


def filler(stuck: Stuck) -> Iterator[Reading]:
    before = stuck.tokens[stuck.at - 1] if 1 < stuck.at <= len(stuck.tokens) else None
    if before is not None and before.type == "NAME" and str(before) in FILLERS:
        said = stuck.text[before.start_pos : before.end_pos]
        yield Reading(
            stuck.replaced(before.start_pos, before.end_pos, ""),
            f"“{said}”在这里不用写",
            f"“{said}” is not written here",
        )
    word = stuck.word
    if word in FILLERS and len(stuck.tokens) > 1:
        zh, en = MARKS.get(word, (f"“{word}”", f"“{word}”"))
        yield Reading(
            stuck.replaced(stuck.offset, stuck.offset + len(word), ""),
            f"{zh}在这里不用写",
            f"{en} is not written here",
            sure=word in MARKS or word in "起时的了" or stuck.tokens[0].type == "CAP",
        )
