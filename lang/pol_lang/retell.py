"""The line that an author meant: readings of a line that does not parse, each tried against the grammar."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from pol_lang import recogniser
from pol_lang.keywords import Keyword
from pol_lang.lexer import MISFIT, Phrases, lex
from pol_lang.recogniser import Stack
from pol_lang.source import Source, Span
from pol_lang.token import Token
from pol_lang.wordings import readings
from pol_lang.wordings.stuck import Reading, Stuck

STEPS = 4  # a line with more slips than this is better written anew
LONGEST = 300  # characters
_LAYOUT = frozenset(("_NL", "_INDENT", "_DEDENT", MISFIT))


@frozen(slots=False)
class Line:
    """A line of its own: its text, its tokens with offsets into it, and how many of them fit."""

    text: str
    tokens: tuple[Token, ...]
    fitting: int
    complete: bool

    @property
    def left(self) -> int:
        """How many characters of it do not fit."""
        return len(self.text) - (self.tokens[self.fitting].start_pos) if self.fitting < len(self.tokens) else 0


@frozen(slots=False)
class Retold:
    """A line as it was meant: its text, its tokens (offsets into that text), what was wrong in the order it was found,
    and whether there is no other way."""

    text: str
    tokens: tuple[Token, ...]
    slips: tuple[Reading, ...]
    sure: bool


def line_of(text: str, stack: Stack, phrases: Phrases) -> Line | None:
    """A text as one line after `stack`, with what is certain about its figures and signs mended; None where it is not
    one line."""
    for _ in range(3):
        lexed = lex(Source("", text), phrases)
        mends = [mend for problem in lexed.problems for mend in problem.mends]
        if not mends:
            break
        text = applied(text, mends)
    tokens = tuple(token for token in lexed.tokens if token.type not in _LAYOUT)
    if not tokens or sum(token.type == "_NL" for token in lexed.tokens) > 1:
        return None
    after, count = recogniser.through(stack, [*(token.type for token in tokens), "_NL"])
    return Line(text, tokens, count, after is not None and not lexed.problems)


def retell(text: str, stack: Stack, block: str, phrases: Phrases, words: dict[str, Keyword]) -> Retold | None:
    """The line that `text` was meant to be, None where no reading of it parses after `stack`."""
    if len(text) > LONGEST or "\n" in text:
        return None
    line = line_of(text, stack, phrases)
    slips: list[Reading] = []
    while line is not None and not line.complete and len(slips) < STEPS:
        reached, _ = recogniser.through(stack, [token.type for token in line.tokens[: line.fitting]])
        assert reached is not None
        stuck = Stuck(line.text, line.tokens, line.fitting, frozenset(recogniser.accepts(reached)), block, words)
        best: tuple[Reading, Line] | None = None
        for reading in readings(stuck):
            tried = line_of(reading.text, stack, phrases)
            if tried is None:
                continue
            if tried.complete:
                best = reading, tried
                break
            if tried.left < line.left and (best is None or tried.left < best[1].left):
                best = reading, tried
        if best is None:
            return None
        slips.append(best[0])
        line = best[1]
    if line is None or not line.complete:
        return None
    return Retold(line.text, line.tokens, tuple(slips), all(slip.sure for slip in slips))


def applied(text: str, mends: Sequence[tuple[Span, str]]) -> str:
    """The text with some stretches of it replaced; of two that overlap, the first."""
    parts: list[str] = []
    at = 0
    for span, new in sorted(mends, key=lambda mend: mend[0].start):
        if span.start >= at:
            parts += (text[at : span.start], new)
            at = span.end
    return "".join(parts) + text[at:]
