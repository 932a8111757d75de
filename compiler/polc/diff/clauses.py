"""The differences of two plans by construct: what was added, removed, renamed, moved or changed, with its clause.

Theory: a plan says itself in entries (`plan_text.plan_entries`): sections, statements in them, lines under these.
Statements are matched by name within their section, then by likeness (a rename), and matched statements line by line.
Nothing here knows of text positions, so formatting, comments and keyword language make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from attrs import frozen

from pol_lang.problem import Language
from polc import plan as p
from polc.plan_text import Entry, plan_entries

Kind = Literal["added", "removed", "changed", "renamed", "moved"]
_LIKE = 0.6
_NUMBER = re.compile(r"^[0-9]+ ")
_PLACE = re.compile(r"(\.pol|std/[\w.-]+):[0-9]+")


@frozen(eq=False, repr=False, slots=False)
class Change:
    """One difference: in which section and statement, what it was and is, and where both come from."""

    kind: Kind
    section: str
    statement: str
    old: str
    new: str
    old_origin: p.Origin | None
    new_origin: p.Origin | None


@frozen(eq=False, repr=False, slots=False)
class _Statement:
    """A statement of a plan: its name, its lines, where it comes from."""

    section: str
    name: str
    lines: tuple[tuple[str, p.Origin | None], ...]
    origin: p.Origin | None


def changes(old: p.Plan, new: p.Plan, lang: Language) -> tuple[Change, ...]:
    """The differences from `old` to `new`, section by section in the order of the new plan."""
    before, after = _sections(old, lang, old, new), _sections(new, lang, old, new)
    found: list[Change] = []
    for section in dict.fromkeys([*after, *before]):
        found.extend(_section(section, before.get(section, []), after.get(section, [])))
    return tuple(found)


def _sections(plan: p.Plan, lang: Language, *both: p.Plan) -> dict[str, list[_Statement]]:
    found: dict[str, list[_Statement]] = {}
    section = ""
    entries: list[Entry] = []
    for entry in [*plan_entries(plan, lang, *both), Entry(0, "")]:
        if entry.depth <= 1 and entries:
            known = found.setdefault(section, [])
            known.append(_statement(section, entries, known))
            entries = []
        if entry.depth == 0:
            section = entry.label
        else:
            entries.append(entry)
    return found


def _statement(section: str, entries: list[Entry], known: list[_Statement]) -> _Statement:
    """The statement that some entries are; a name that stood before in its section gets a number."""
    head = entries[0]
    name = _NUMBER.sub("", head.label)
    same = sum(statement.name.partition(" #")[0] == name for statement in known)
    lines: list[tuple[str, p.Origin | None]] = []
    origin = head.origins[0] if head.origins else None
    for entry in entries:
        label = "" if entry is head else entry.label
        place = entry.origins[0] if entry.origins else origin
        for text in entry.text or (() if entry is head else ("",)):
            lines.append((f"{label} {text}".strip(), place))
        for row in entry.table:
            cells = [cell.strip() for cell in row if cell and not _PLACE.search(cell)]
            lines.append(("  ".join(cells), place))
    return _Statement(section, f"{name} #{same + 1}" if same else name, tuple(lines), origin)


def _section(section: str, old: list[_Statement], new: list[_Statement]) -> Iterator[Change]:
    before = {statement.name: statement for statement in old}
    after = {statement.name: statement for statement in new}
    renamed = dict(_renames([x for x in old if x.name not in after], [x for x in new if x.name not in before]))
    taken = set(renamed.values())
    for statement in new:
        if statement.name in before:
            yield from _lines(section, before[statement.name], statement)
        elif statement.name in taken:
            was = next(before[name] for name, now in renamed.items() if now == statement.name)
            yield Change("renamed", section, statement.name, was.name, statement.name, was.origin, statement.origin)
            yield from _lines(section, was, statement)
        else:
            text = "\n".join(line for line, _ in statement.lines)
            yield Change("added", section, statement.name, "", text, None, statement.origin)
    for statement in old:
        if statement.name not in after and statement.name not in renamed:
            text = "\n".join(line for line, _ in statement.lines)
            yield Change("removed", section, statement.name, text, "", statement.origin, None)
    yield from _moves(section, [x.name for x in old], [x.name for x in new], before, after)


def _renames(gone: list[_Statement], come: list[_Statement]) -> Iterator[tuple[str, str]]:
    """Pairs of an old and a new name whose lines are alike, the likest first."""
    pairs = sorted(
        (
            (SequenceMatcher(None, _body(a), _body(b)).ratio(), a.name, b.name)
            for a in gone
            for b in come
            if a.lines and b.lines
        ),
        reverse=True,
    )
    old_done: set[str] = set()
    new_done: set[str] = set()
    for likeness, a, b in pairs:
        if likeness >= _LIKE and a not in old_done and b not in new_done:
            old_done.add(a)
            new_done.add(b)
            yield a, b


def _body(statement: _Statement) -> list[str]:
    return [line for line, _ in statement.lines]


def _lines(section: str, old: _Statement, new: _Statement) -> Iterator[Change]:
    matcher = SequenceMatcher(None, _body(old), _body(new), autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        was, now = old.lines[a:b], new.lines[c:d]
        for i in range(max(len(was), len(now))):
            before = was[i] if i < len(was) else ("", None)
            after = now[i] if i < len(now) else ("", None)
            yield Change("changed", section, new.name, before[0], after[0], before[1], after[1])


def _moves(
    section: str, old: list[str], new: list[str], before: dict[str, _Statement], after: dict[str, _Statement]
) -> Iterator[Change]:
    common = [name for name in old if name in after]
    order = [name for name in new if name in before]
    for tag, _, _, c, d in SequenceMatcher(None, common, order, autojunk=False).get_opcodes():
        if tag in ("insert", "replace"):
            for name in order[c:d]:
                place = order.index(name)
                behind = order[place - 1] if place else ""
                was = common.index(name)
                behind_before = common[was - 1] if was else ""
                yield Change("moved", section, name, behind_before, behind, before[name].origin, after[name].origin)
