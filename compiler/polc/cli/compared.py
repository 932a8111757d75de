"""Two policies over the same claims, as the command line asks for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from polc.cli.batch_extra import batch_extra
from polc.cli.language import Language
from polc.cli.progress import progress_bar
from polc.cli.read import read_bytes
from polc.cli.write import complain
from polc.impact.in_force import AsIfInForce
from polc.impact.result import Impact, RefusedBoth


@contextmanager
def compared(
    policies: tuple[AsIfInForce, AsIfInForce], claims: str, lang: Language, *, persons: str | None,
    identities: str | None, items: str | None, mapping: str | None, encoding: str, engine: str = "native",
    threads: int | None = None, above: int | None = None, after: float = 0,
) -> Iterator[tuple[Impact, Iterator[RefusedBoth]]]:  # fmt: skip
    """What the policies come to over a table of claims, and all rows left out. Warnings are printed; a terminal shows
    how far it is after so many seconds. Raises `Problems`, also where the extra `polc[batch]` is missing."""
    with batch_extra():
        from polc.batch.mapping import Renaming, read_mapping
        from polc.batch.options import Options
        from polc.impact.measure import measured
    renaming = read_mapping(read_bytes(mapping), mapping) if mapping is not None else Renaming()
    options = Options(
        renaming=renaming, encoding=encoding, persons=persons, identities=identities, items=items, engine=engine,
        lang=lang, threads=threads or 0,
    )  # fmt: skip
    with ExitStack() as stack:
        with progress_bar(sys.stderr, lang, after=after) as tell:
            found, left_out = stack.enter_context(measured(*policies, claims, options, above, tell))
        complain(found.warnings, lang)
        yield found, left_out
