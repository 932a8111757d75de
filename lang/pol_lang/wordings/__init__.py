"""How documents and hurried authors write a line, and how it is written here.

Each rule looks at a line that does not parse and offers readings of it, with a sentence on what is wrong. A reading is
only believed once it parses (`pol_lang.retell`), so a rule may be bold; what it offers first is tried first.
"""

from __future__ import annotations

from collections.abc import Iterator

from pol_lang.wordings import edges, lines, lists, values, words
from pol_lang.wordings.stuck import Reading, Stuck

_RULES = (
    lines.in_force, lines.text_without_quotes, values.date, values.per_period, lists.semicolons,
    values.yes_or_no, lists.identity_is, lists.one_of_several, lists.joined_names, lists.value_first,
    lists.shares, edges.edge_in_brackets, edges.edge_apart, edges.without_edge, edges.stretch, values.change,
    values.times, values.nothing, lines.numbered, lines.one_a_line, lines.tilt_towards, values.admission,
    lines.bracketed_clause, lines.cite_in_the_middle, lines.swapped_head, words.sign, words.document_word,
    words.glued_keyword, words.moved_word, words.missing_word, words.filler, lists.brackets, words.near_keyword,
    lines.statement,
)  # fmt: skip


def readings(stuck: Stuck) -> Iterator[Reading]:
    """The readings of a line that does not parse, the likeliest first."""
    for rule in _RULES:
        yield from rule(stuck)
