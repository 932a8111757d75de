"""What a run was made of: to tell runs apart, and to do one again."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any

from polc import __version__
from polc.batch.inputs import Format, Input
from polc.batch.mapping import Renaming
from polc.batch.options import Options

SCHEMA = "pol.run/v1"
_BLOCK = 1 << 20


def identity(policy: Any, tables: Mapping[str, Sequence[Input]], options: Options) -> Any:
    """What makes a run another one: policy, inputs, options, version."""
    renaming = _renaming(options.renaming)
    return [
        __version__, policy, renaming, options.form, options.engine, options.encoding, options.persons,
        options.identities, options.items, options.state_in, options.state_out, options.close_before,
        list(options.keep), options.line, options.lang,        options.part_rows, { name: [[entry.path, entry.size,
        os.stat(entry.path).st_mtime_ns] for entry in inputs] for name, inputs in tables.items() }, ]  # fmt: skip


def stamps(tables: Mapping[str, Sequence[Input]]) -> dict[str, tuple[int, int]]:
    """By path of a file its size and when it was last written to; nothing where it is not there any more."""
    found = {}
    for path in dict.fromkeys(entry.path for inputs in tables.values() for entry in inputs):
        with contextlib.suppress(FileNotFoundError):
            told = os.stat(path)
            found[path] = told.st_size, told.st_mtime_ns
    return found


def manifest(
    policy: Any,
    claims: str,
    tables: Mapping[str, Sequence[Input]],
    options: Options,
    form: Format,
    hashes: Mapping[str, str],
) -> dict[str, Any]:
    """What somebody needs to know to do the run again, or to explain a row of it; `hashes` are those of the
    inputs, by path."""
    return {
        "schema": SCHEMA,
        "polc": __version__,
        "policy": options.policy,
        "as_of": str(options.as_of) if options.as_of else None,
        "policies": policy,
        "claims": claims,
        "persons": options.persons,
        "identities": options.identities,
        "items": options.items,
        "state": options.state_in,
        "closed_before": options.close_before,
        "keep": list(options.keep),
        "format": form,
        "encoding": options.encoding,
        "mapping": _renaming(options.renaming),
        "inputs": [
            {
                "table": name,
                "path": entry.path,
                "bytes": entry.size,
                "sha256": hashes[entry.path],
            }
            for name, inputs in tables.items()
            for entry in inputs
        ],
    }


def renaming_of(told: Mapping[str, Any]) -> Renaming:
    """The renaming that a manifest tells."""
    return Renaming(dict(told["columns"]), {name: dict(codes) for name, codes in told["values"].items()})


def _renaming(renaming: Renaming) -> dict[str, Any]:
    return {
        "columns": dict(renaming.columns),
        "values": {name: dict(codes) for name, codes in renaming.values.items()},
    }


def file_hash(path: str, stopped: Event | None = None) -> str:
    """The sha256 of a file; nothing that means anything once it is `stopped`."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as stream:
        while (block := stream.read(_BLOCK)) and not (stopped and stopped.is_set()):
            digest.update(block)
    return digest.hexdigest()
