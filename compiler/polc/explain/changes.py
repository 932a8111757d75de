"""What changed between two pinned sheets: numbered lines, from what to what, with the clause; not a diff of text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from attrs import frozen

from pol_lang.problem import Language
from polc.explain.pinned import Record, read_pinned


@frozen
class Changed:
    """A line of a sheet that is another one now; None where it was not there or is gone."""

    old: Record | None
    new: Record | None

    @property
    def record(self) -> Record:
        """The line as it is now, else as it was."""
        found = self.new or self.old
        assert found is not None
        return found


def sheet_changes(old: str, new: str) -> tuple[Changed, ...]:
    """The lines that differ, in the order of the sheets. A line is known again by its page, its section and what it is,
    so that one more line does not change all behind it; its number alone is no difference.
    """
    before, after = _keyed(old), _keyed(new)
    keys = list(after)
    for at, key in enumerate(before):
        if key not in after:
            keys.insert(min(at, len(keys)), key)
    pairs = [Changed(before.get(key), after.get(key)) for key in keys]
    return tuple(pair for pair in pairs if _said_of(pair.old) != _said_of(pair.new))


def _said_of(record: Record | None) -> object:
    return record and (record.label, record.amount, record.basis, record.rows)


def _keyed(text: str) -> dict[tuple[str, str, str, int], Record]:
    found: dict[tuple[str, str, str, int], Record] = {}
    names: dict[tuple[str, str], str] = {}
    for record in read_pinned(text):
        name = record.label.split("（")[0]
        names[record.page, record.number] = name
        above = names.get((record.page, record.number.rpartition(".")[0]), "")
        count = 0
        while (record.page, above, name, count) in found:
            count += 1
        found[record.page, above, name, count] = record
    return found


_WORDS = {
    "was": ("原", "was"), "now": ("现", "now"), "gone": ("已没有这一行", "this line is gone"),
    "added": ("新增", "new"), "summary": ("概要", "summary"), "nothing": ("（空）", "(nothing)"),
}  # fmt: skip


def changes_text(changes: tuple[Changed, ...], lang: Language) -> list[str]:
    """The changes for people: per line its number, what it is and its clause, then what it was and is."""
    said = {key: pair[lang == "en"] for key, pair in _WORDS.items()}
    rows: list[str] = []
    page = None
    for changed in changes:
        record = changed.record
        if record.page != page:
            page = record.page
            rows.append(page)
        head = f"  {record.number} {record.label}".rstrip() if record.number else f"  {said['summary']}"
        rows.append(head + (f"  〔{record.basis}〕" if record.basis else ""))
        if changed.old is None or changed.new is None:
            sign, word = ("+", said["added"]) if changed.old is None else ("-", said["gone"])
            rows.append(f"    {sign} {word}{'：' if lang == 'zh' else ': '}{_all(record)}")
            continue
        rows.extend(f"    {row}" for row in _differing(changed.old, changed.new, said))
    return rows


def _all(record: Record) -> str:
    return "；".join(part for part in (record.amount, *record.rows) if part)


def _differing(old: Record, new: Record, said: dict[str, str]) -> Iterator[str]:
    if old.amount != new.amount:
        yield f"{old.amount or said['nothing']} → {new.amount or said['nothing']}"
    if (old.label, old.basis) != (new.label, new.basis):
        yield f"{said['was']} {old.label} 〔{old.basis}〕"
        yield f"{said['now']} {new.label} 〔{new.basis}〕"
    for before, after in zip_longest(old.rows, new.rows):
        if before != after:
            if before is not None:
                yield f"{said['was']} {before}"
            if after is not None:
                yield f"{said['now']} {after}"
