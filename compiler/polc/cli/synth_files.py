"""The files that `polc synth` writes: all of them whole, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import BinaryIO, cast
from typing import Literal as OneOf

import pyarrow as pa
from attrs import frozen

from pol_lang.problem import Problems
from polc.cli.write_file import CannotWrite
from polc.reasons import reasons
from polc.synth.encode import CsvSink, Sink, parquet_sink
from polc.synth.synth import Made


@frozen(eq=False, repr=False, slots=False)
class Written:
    """The files and what is in them; `cost` in fen."""

    claims_file: str
    persons_file: str
    identities_file: str
    items_file: str
    claims: int
    people: int
    identities: int
    items: int
    cost: int
    refused: int


def write_tables(
    pieces: Iterator[Made], folder: str, form: OneOf["csv", "parquet"], tell: Callable[[int], None]
) -> Written:
    """Writes the tables of all pieces into a folder, made where it is not there; `tell` is called with how many claims
    are written. Raises `Problems`."""
    try:
        return _write_tables(pieces, folder, form, tell)
    except OSError as error:
        zh, en = reasons(error)
        raise Problems([CannotWrite(where=folder, reason_zh=zh, reason_en=en)]) from None


def _write_tables(
    pieces: Iterator[Made], folder: str, form: OneOf["csv", "parquet"], tell: Callable[[int], None]
) -> Written:
    os.makedirs(folder, exist_ok=True)
    claims = people = identities = items = cost = refused = 0
    sinks: dict[str, Sink] = {}
    with tempfile.TemporaryDirectory(prefix=".polc-", dir=folder) as beside:
        with ExitStack() as stack:
            for piece in _ahead(pieces):
                tables = {"claims": piece.claims, "persons": piece.persons, "identities": piece.identities}
                tables["items"] = piece.items
                for name, table in tables.items():
                    if table is None:
                        continue
                    if name not in sinks:
                        stream = stack.enter_context(open(os.path.join(beside, f"{name}.{form}"), "wb"))
                        sinks[name] = _sink(cast(BinaryIO, stream), table.schema, form)
                        stack.callback(sinks[name].close)
                    sinks[name].write(table)
                claims += piece.claims.num_rows
                people += piece.people
                identities += 0 if piece.identities is None else piece.identities.num_rows
                items += 0 if piece.items is None else piece.items.num_rows
                cost += piece.cost
                refused += piece.refused
                tell(claims)
        files = {name: os.path.join(folder, f"{name}.{form}") for name in sinks}
        for name, path in files.items():
            os.replace(os.path.join(beside, f"{name}.{form}"), path)
    return Written(
        files["claims"], files["persons"], files.get("identities", ""), files.get("items", ""), claims, people,
        identities, items, cost, refused,
    )  # fmt: skip


def _ahead(pieces: Iterator[Made]) -> Iterator[Made]:
    """The same, the next one made while this one is written."""
    with ThreadPoolExecutor(1) as maker:
        waiting = maker.submit(next, pieces, None)
        while (piece := waiting.result()) is not None:
            waiting = maker.submit(next, pieces, None)
            yield piece


def _sink(stream: BinaryIO, schema: pa.Schema, form: OneOf["csv", "parquet"]) -> Sink:
    return parquet_sink(stream, schema) if form == "parquet" else CsvSink(stream, schema)
