"""Where in a claim file something stands."""

from __future__ import annotations

from attrs import frozen

QUOTED = 60


@frozen(eq=False, repr=False, slots=False)
class Place:
    """A place in words: the file (with the row of a table), the claim or section, the key."""

    file: str
    part: str = ""
    key: str = ""

    def at(self, key: str) -> Place:
        """The same place, at one key; a key below a key is joined with a dot."""
        return Place(self.file, self.part, f"{self.key}.{key}" if self.key else key)

    def __str__(self) -> str:
        return ": ".join(shown(word) for word in (self.file, self.part, self.key) if word)


def shown(value: object) -> str:
    """A value of the file as a message quotes it: on one line, cut where it is long, only the brackets of tables."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= QUOTED else text[:QUOTED] + "…"
