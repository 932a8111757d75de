"""Tables of claims settled into a folder: `settle_files`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems
from polc.batch.background import hashing
from polc.batch.chunks import chunks, plain_type
from polc.batch.headers import IDENTITIES, NUMBER, Headers, claim_target, read_headers
from polc.batch.inputs import Format, Input, open_table, reject_types
from polc.batch.item_problems import NoItems
from polc.batch.items import ItemsSetting, items_setting
from polc.batch.layout import layout_of
from polc.batch.manifest import identity, manifest, stamps
from polc.batch.mapping import Renaming
from polc.batch.native_rows import Machine
from polc.batch.options import Options, Run
from polc.batch.part_columns import Setting
from polc.batch.people import PeopleSetting, people_setting
from polc.batch.pieces import Pieces
from polc.batch.policies import Policies
from polc.batch.problems import BadParquet, InputChanged, NoIdentities, OutputInside
from polc.batch.returned import PLACE, mark_of, taken_up
from polc.batch.runner import Progress, settle_here
from polc.batch.settle_part import Task
from polc.batch.sources import Side, Sources
from polc.batch.state import SCHEMA, TABLES, OpenState, open_state
from polc.batch.state_history import CHANGES
from polc.batch.state_waiting import WAITING
from polc.batch.totals import Totals
from polc.batch.work import Work, publish, working
from polc.batch.write_tables import csv_header, join_files, join_refused
from polc.claims.place import shown
from polc.claims.refusals import told as told_of
from polc.plan_json import full_hash


@frozen(eq=False, repr=False, slots=False)
class Opened:
    """All tables of a run, opened: the claims, those of persons and identities, the state; what each is read for."""

    setting: Setting
    people: dict[str, PeopleSetting]
    items: ItemsSetting | None
    state: OpenState
    tables: dict[str, tuple[Input, ...]]
    numbers: tuple[str, ...]
    columns: tuple[str, ...]
    warnings: tuple[Problem, ...]


def settle_files(policies: Policies, claims: str, out: str, options: Options, progress: Progress | None = None) -> Run:
    """Settles a table of claims into the folder `out`, which appears whole or not at all.

    Raises `Problems` where a file cannot be read at all, `OSError` where the system refuses something.
    """
    try:
        return _settle_files(policies, claims, out, options, progress)
    except UnicodeDecodeError as error:  # CSV is checked as it is read; Parquet may hold anything
        raise Problems([BadParquet(where=claims, **told_of(error))]) from None


def _settle_files(policies: Policies, claims: str, out: str, options: Options, progress: Progress | None) -> Run:
    for path in (claims, options.persons, options.identities, options.items):
        if path is not None and os.path.isdir(path) and _is_inside(out, path):
            raise Problems([OutputInside(where=out, folder=shown(path))])
    opened = open_tables(policies, claims, options)
    inputs = opened.tables["claims"]
    form: Format = options.form or inputs[0].format
    machine = Machine() if options.engine != "interpreter" else None
    task = make_task(policies, opened, options, machine)
    told = [{"name": entry.name, "plan": full_hash(entry.plan)} for entry in policies.entries]
    whole = [told, [_told(entry) for entry in policies.entries], policies.groups]
    before = stamps(opened.tables)
    with working(out, identity(whole, opened.tables, options)) as work:
        threads = options.threads or os.cpu_count() or 1
        pieces, sources = Pieces(work, task, opened.columns, form), sources_of(opened, options)
        paths = sorted({entry.path for inputs in opened.tables.values() for entry in inputs})
        if options.engine == "spark":
            from polc.batch.spark import settle_there

            totals, hashes = settle_there(pieces, sources, options.master, paths, progress, options.spark_log)
        else:
            with hashing(paths) as hashed:
                totals, hashes = settle_here(pieces, sources, threads, progress), hashed()
        totals.check()
        made = manifest(told, claims, opened.tables, options, form, hashes)
        now = stamps(opened.tables)
        changed = [path for path, stamp in before.items() if now.get(path) != stamp]
        if changed:
            raise Problems([InputChanged(where=path) for path in changed])
        _assemble(work, opened, form, task.layout.columns, totals, made, options)
        publish(work, "final", out)
        resumed = work.resumed
    return Run(out, totals, opened.warnings, tuple(machine.reasons) if machine else (), resumed)


def _is_inside(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.realpath(path), top := os.path.realpath(folder)]) == top


def _told(entry: Any) -> list[Any]:
    return [list(entry.divisions), str(entry.since), str(entry.until), entry.group]


def make_task(policies: Policies, opened: Opened, options: Options, machine: Machine | None) -> Task:
    """What settling the parts of a run needs."""
    headers = opened.setting.headers
    layout = layout_of(
        [entry.plan for entry in policies.entries], headers.keys, headers.kept, len(opened.tables["claims"]) > 1,
        options.line,
    )  # fmt: skip
    history = opened.state.tables.get("history", ())
    return Task(
        opened.setting, policies, layout, machine, options.lang, opened.people, history, options.state_out,
        opened.state.closed, _closing(opened, options), opened.items,
        _mended(opened, options),
    )  # fmt: skip


def sources_of(opened: Opened, options: Options) -> Sources:
    """The claims and the tables beside them, as they are read."""
    sides = {
        name: Side(s.inputs, s.read, tuple(sorted(s.number)), options.renaming, True)
        for name, s in opened.people.items()
    }
    if opened.items is not None:
        i = opened.items
        sides["items"] = Side(i.inputs, i.read, i.numbers, options.renaming, told=True, by=i.by, keys=i.keys)
    for name, inputs in opened.state.tables.items():
        read = frozenset(column for entry in inputs for column in entry.columns)
        sides[name] = Side(inputs, read, ("psn_no",), Renaming(), False)
    claims = Side(
        opened.tables["claims"], opened.setting.headers.read, opened.numbers, options.renaming, told=False
    )  # fmt: skip
    return Sources(claims, len(opened.state.tables.get("history", ())), sides, options.part_rows)


def open_tables(policies: Policies, claims: str, options: Options) -> Opened:
    """All tables of a run, their headers read. Raises `Problems`."""
    tables = {"claims": open_table(claims, options.renaming, options.encoding)}
    inputs = tables["claims"]
    words = policies.entries[0].words
    people: dict[str, PeopleSetting] = {}
    warnings: list[Problem] = []
    for name, path in (("persons", options.persons), ("identities", options.identities)):
        if path is not None:
            tables[name] = open_table(path, options.renaming, options.encoding)
            whole = name == "persons"
            people[name] = people_setting(
                tables[name], words, all=whole, identities=not (whole and options.identities is not None)
            )
            reject_types(tables[name], people[name].read)
            warnings += people[name].warnings
    persons, identities = options.persons is None, not people
    headers = read_headers(inputs, policies.words, persons=persons, identities=identities, keep=options.keep)
    reject_types(inputs, headers.read)
    inputs = tables["claims"] = tuple(
        evolve(entry, coded=_coded(entry, policies, headers, persons)) for entry in inputs
    )
    warnings = [*headers.warnings, *warnings]
    everything = list(dict.fromkeys(name for entry in inputs for name in entry.columns))
    targets = {name: claim_target(name, words, persons) for name in everything}
    needed = any(entry.plan.identities for entry in policies.entries)
    if needed and not people and ("person", IDENTITIES) not in targets.values():
        warnings.append(NoIdentities(where=claims))
    items = None
    if options.items is not None:
        tables["items"] = open_table(options.items, options.renaming, options.encoding)
        items = items_setting(tables["items"], inputs, policies.words, person=options.engine == "spark")
        reject_types(tables["items"], items.read)
        warnings += items.warnings
    elif any(fact.of == "item" and fact.used for entry in policies.entries for fact in entry.plan.facts):
        warnings.append(NoItems(where=claims))
    numbers = tuple(name for name in everything if targets[name] == ("claim", NUMBER))
    columns = tuple(name for name in everything if name in headers.read)
    state = open_state(options.state_in) if options.state_in is not None else OpenState({})
    tables |= {f"state {name}": files for name, files in state.tables.items()}
    before = state.tables.get("history", ())
    setting = Setting((*before, *inputs), headers, persons, identities)
    return Opened(setting, people, items, state, tables, numbers, columns, tuple(warnings))


def _coded(entry: Input, policies: Policies, headers: Headers, persons: bool) -> frozenset[str]:
    """The columns of a Parquet file that are read as codes: texts that are a fact or an identity to every policy."""
    found = set()
    for name, kind in zip(entry.columns, entry.types, strict=True):
        if entry.format == "parquet" and name in headers.read and plain_type(kind) == pa.string():
            meanings = [claim_target(name, words, persons) for words in policies.words]
            if all(m is not None and (m[1][0] == "fact" or m[1] == IDENTITIES) for m in meanings):
                found.add(name)
    return frozenset(found)


def _assemble(
    work: Work, opened: Opened, form: Format, names: Sequence[str], totals: Totals, told: dict[str, Any],
    options: Options,
) -> None:  # fmt: skip
    """The folder of results, made of the pieces of the work."""
    work.drop("final")
    final = work.path("final")
    final.mkdir()
    pieces = sorted(work.path("merged" if work.has("merged") else "parts").glob(f"*.{form}"))
    if form == "csv":
        join_files(pieces, final / "settled.csv", csv_header(names))
    else:
        _link(pieces, final / "settled")
    parts = work.path("parts")
    join_refused(sorted(parts.glob("*.refused")), final / "refused.csv", (*PLACE, *opened.columns))
    if opened.people:
        join_refused(sorted(parts.glob("*.people")), final / "refused-persons.csv", (*PLACE, "psn_no"))
    if opened.items is not None:
        columns = dict.fromkeys(name for entry in opened.items.inputs for name in entry.columns)
        header = (*PLACE, *(name for name in columns if name in opened.items.read))
        join_refused(sorted(parts.glob("*.items")), final / "refused-items.csv", header)
    if options.state_in is not None:
        join_files(sorted(parts.glob("*.changes")), final / "changes.csv", csv_header(CHANGES))
    if options.state_out:
        (final / "state").mkdir()
        rows = {}
        for name in TABLES:
            pieces = sorted(parts.glob(f"*.{name}"))
            rows[name] = sum(pq.read_metadata(piece).num_rows for piece in pieces)
            _link(pieces, final / "state" / name)
        closed = _closing(opened, options)
        state = {"schema": SCHEMA, "policies": told["policies"], "rows": rows}
        state |= {"closed_before": closed} if closed else {}
        _json(final / "state" / "state.json", state)
    _json(final / "totals.json", totals.json())
    _json(final / "manifest.json", told)


def _mended(opened: Opened, options: Options) -> frozenset[tuple[str, str]]:
    """The rows waiting since earlier runs that come back mended."""
    waiting = opened.state.tables.get("waiting", ())
    back = [entry for entry in opened.tables["claims"] if entry.returned]
    if not waiting or not back:
        return frozenset()
    columns = frozenset({*PLACE, *opened.numbers})
    lines = [
        (mark_of(line["file"], line["row"], line["reason"]), next(filter(None, map(line.get, opened.numbers)), ""))
        for chunk in chunks(back, columns, options.renaming)
        for line in chunk.table.to_pylist()
    ]
    held = [line for chunk in chunks(waiting, frozenset(WAITING.names), Renaming()) for line in chunk.table.to_pylist()]
    return taken_up(lines, held)


def _closing(opened: Opened, options: Options) -> int | None:
    """The first year that is open in the state that is left."""
    years = [year for year in (opened.state.closed, options.close_before) if year is not None]
    return max(years, default=None)


def _link(pieces: Sequence[Path], folder: Path) -> None:
    folder.mkdir()
    for at, piece in enumerate(piece for piece in pieces if piece.stat().st_size):
        os.link(piece, folder / f"part-{at:06}.parquet")


def _json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
