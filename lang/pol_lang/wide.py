"""Full-width signs, as a Chinese input method writes them, and the half-width ones that are meant."""

from __future__ import annotations

from pol_lang.lexer_problems import FullWidth
from pol_lang.problem import Problem
from pol_lang.source import Span

BLANKS = "\t\u00a0\u2000-\u200a\u202f\u205f\u3000"
_FORMS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): plain for wide, plain in zip("。．‘’“”「」『』〝〞∶【】≦≧\u3000", '.."""""""""":()≤≥ ', strict=True)
}
WIDE = frozenset(map(chr, _FORMS))


def halved(text: str) -> str:
    """The text with each full-width sign replaced by one half-width character; offsets stay what they are."""
    return text.translate(_FORMS)


def full_width(span: Span, plain: str) -> Problem:
    """The problem of a stretch with full-width signs, and the plain text that is meant."""
    found = span.text
    pairs = zip(found, plain if len(plain) == len(found) else " " * len(found), strict=True)
    signs = " ".join(dict.fromkeys(sign for sign, half in pairs if sign != half and sign in WIDE and sign.strip()))
    return FullWidth(
        span=span,
        found=found,
        plain=plain,
        mends=((span, plain),),
        signs_zh=signs or "空格",
        signs_en=signs or "space",
        plain_zh=plain.strip() or "普通空格",
        plain_en=plain.strip() or "a plain space",
    )


def in_line(problem: FullWidth) -> FullWidth:
    """The same, showing the whole line as it should be where it is a short one."""
    assert problem.span is not None
    span = problem.span
    line, start = span.source.line(span.line), span.source.start_of(span.line)
    plain = " ".join((line[: span.start - start] + problem.plain + line[span.end - start :]).split())
    return (
        problem.changed(plain_zh=plain, plain_en=plain) if len(plain) <= _SHORT and "\n" not in span.text else problem
    )


_SHORT = 60  # characters
