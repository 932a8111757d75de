"""The claims that two policies are compared over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from polc.claims.tree_problems import MAX_BYTES
from polc.cli.batch_extra import batch_extra
from polc.cli.read import read_bytes
from polc.impact.impact import Claims, small_claims
from polc.impact.people import File
from polc.plan import Plan

_AT_ONCE = 1 << 15
"""About how many claims are held at a time."""


@contextmanager
def compared(
    plans: tuple[Plan, Plan], claims: str, persons: str | None, encoding: str, identities: str | None = None,
    mapping: str | None = None,
) -> Iterator[Claims]:  # fmt: skip
    """The claims of a table. One CSV table of usual size is read whole; what is larger, or of another kind, needs the
    extra `polc[batch]`. Raises `Problems`."""
    tables = [path for path in (claims, persons) if path is not None]
    if identities is None and mapping is None and all(map(_is_small, tables)):
        files = [File(path, read_bytes(path)) for path in tables]
        yield small_claims(*plans, files[0], files[1] if persons is not None else None, encoding)
        return
    with batch_extra():
        from polc.batch.mapping import Renaming, read_mapping
        from polc.batch.options import Options
        from polc.impact.big_tables import big_claims
    renaming = read_mapping(read_bytes(mapping), mapping) if mapping is not None else Renaming()
    options = Options(renaming=renaming, encoding=encoding, persons=persons, identities=identities, part_rows=_AT_ONCE)
    with big_claims(*plans, claims, options) as found:
        yield found


def _is_small(path: str) -> bool:
    kind = os.path.splitext(path)[1].lower()
    return (
        not os.path.isdir(path)
        and kind != ".parquet"
        and not (os.path.isfile(path) and os.path.getsize(path) > MAX_BYTES)
    )
