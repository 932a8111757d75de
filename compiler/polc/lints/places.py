"""Where the steps of a plan were written: from a layer's name and a step's place back to the author's lines."""

from __future__ import annotations

from pol_lang import syntax as s
from pol_lang.source import Span
from polc import plan as p
from polc.lints.lint import Subject


def statement_of(subject: Subject, name: str) -> s.Statement | None:
    """The statement that declares a name."""
    symbol = subject.program.symbols.get(name)
    return symbol.statement if symbol else None


def line_of(subject: Subject, node: p.Step | p.Guard | p.Tilt | p.Band | p.BandTable) -> Span | None:
    """The own line that a node of the plan comes from; None where another file wrote it."""
    name, _, line = node.origin.place.rpartition(":")
    if not name or not line.isdigit():
        return None
    number = int(line)
    own = subject.source
    if own.name.rpartition("/")[2] != name.rpartition("/")[2] or number > own.line_count:
        return None
    text = own.line(number)
    body = text.partition("#")[0].rstrip()
    start = own.start_of(number) + len(text) - len(text.lstrip())
    return Span(own, start, start + len(body.lstrip()))
