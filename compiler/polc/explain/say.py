"""The small parts that the words of a difference are put together from, in plain text and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from pol_lang.problem import Language
from polc import plan as p
from polc.explain.figures import money
from polc.explain.grid import padded
from polc.explain.visible import visible


class Say:
    """Chooses the words of a language; plain text or Markdown."""

    def __init__(self, lang: Language, plain: bool = True) -> None:
        self.zh = lang == "zh"
        self.plain = plain

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def listed(self, names: Sequence[str]) -> str:
        """Names one after the other."""
        return ("、" if self.zh else ", ").join(names)


def heading(words: str, plain: bool) -> Iterator[str]:
    """The lines of a heading."""
    if plain:
        yield words
        yield "─" * 60
    else:
        yield f"### {words}"
        yield ""


def basis(origin: p.Origin | None) -> str:
    """The clauses and the place something rests on."""
    if origin is None:
        return ""
    return "；".join([*origin.clauses, origin.place])


def cell(words: str) -> str:
    """Words as the cell of a Markdown table, or within a line of it: nothing in them is markup."""
    words = visible(words)
    for sign in "\\|<>*_`[]":
        words = words.replace(sign, "\\" + sign)
    return words.replace("\n", "<br>")


def signed(amount: int) -> str:
    """An amount in yuan with its sign."""
    return f"+{money(amount)}" if amount > 0 else f"−{money(-amount)}" if amount < 0 else money(0)


def or_dash(amount: int | None) -> str:
    """An amount in yuan, or a dash where there is none."""
    return "—" if amount is None else money(amount)


def alike_text(of: tuple[p.Value, ...], say: Say) -> str:
    """Values of a fact that count alike."""
    return "/".join(say("是", "yes") if v is True else say("否", "no") if v is False else str(v) for v in of)


def rows_shown(rows: Sequence[Sequence[str]], words: int, plain: bool) -> Iterator[str]:
    """A table, the first row its headings: the first `words` columns are words, the others amounts."""
    if plain:
        widths = [max(cell_len(visible(row[i])) for row in rows) for i in range(len(rows[0]))]
        for row in rows:
            cells = [padded(visible(c), widths[i], "left" if i < words else "right") for i, c in enumerate(row)]
            yield ("  " + "  ".join(cells)).rstrip()
        return
    yield "| " + " | ".join(cell(c) for c in rows[0]) + " |"
    yield "|" + "|".join("---" if i < words else "---:" for i in range(len(rows[0]))) + "|"
    yield from ("| " + " | ".join(cell(c) for c in row) + " |" for row in rows[1:])
