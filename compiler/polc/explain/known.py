"""What the sheet of one claim can say beside a value: that nobody declared it, which identity makes it so."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from attrs import field, frozen


@frozen(eq=False, repr=False, slots=False)
class Known:
    """Of one claim: the facts nobody gave (the policy's defaults hold), the identities that count on it with all names
    they count as, the identities of which 就高 by item takes the best value, in order, and the identities that are not
    valid on its day, with the names they count as and their period."""

    undeclared: frozenset[str] = frozenset()
    counts: Mapping[str, frozenset[str]] = field(factory=dict)
    competing: tuple[str, ...] = ()
    lapsed: tuple[tuple[str, frozenset[str], datetime.date | None, datetime.date | None], ...] = ()

    def making(self, identities: frozenset[str]) -> tuple[str, ...]:
        """The identities of the person that are among some."""
        return tuple(name for name, counted in self.counts.items() if counted & identities)


NOTHING = Known()
