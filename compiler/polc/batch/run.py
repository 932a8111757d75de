"""Tables of claims settled into a folder: `settle_files`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from pol_lang.problem import Problem
from polc.batch.headers import IDENTITIES, NUMBER, claim_target, read_headers
from polc.batch.inputs import Format, Input, open_table, reject_types
from polc.batch.layout import layout_of
from polc.batch.manifest import identity, manifest
from polc.batch.native_rows import Machine
from polc.batch.options import Options, Run
from polc.batch.people import PeopleSetting, people_setting
from polc.batch.problems import NoIdentities
from polc.batch.read_rows import Setting
from polc.batch.runner import PLACE, Progress, Runner, Side
from polc.batch.settle_part import Task
from polc.batch.settle_rows import PlanFor
from polc.batch.totals import Totals
from polc.batch.work import Work, publish, working
from polc.batch.write_tables import csv_header, join_files, join_refused
from polc.claims.vocabulary import Vocabulary, vocabulary
from polc.plan import Plan
from polc.plan_json import full_hash

__all__ = ["Options", "Run", "settle_files"]


@frozen(eq=False, repr=False, slots=False)
class _Opened:
    """All tables of a run, opened: the claims, those of persons and identities, what each is read for."""

    setting: Setting
    people: dict[str, PeopleSetting]
    tables: dict[str, tuple[Input, ...]]
    numbers: tuple[str, ...]
    columns: tuple[str, ...]
    warnings: tuple[Problem, ...]


def settle_files(
    plan: Plan, plans: PlanFor, policy: str, claims: str, out: str, options: Options, progress: Progress | None = None
) -> Run:
    """Settles a table of claims into the folder `out`, which appears whole or not at all.

    `plan` is one of those that `plans` gives by date; `policy` is the name it is known by. Raises `Problems` where a
    file cannot be read at all, `OSError` where the system refuses something.
    """
    words = vocabulary(plan)
    opened = _open(words, claims, options)
    inputs = opened.setting.inputs
    form: Format = options.form or inputs[0].format
    headers = opened.setting.headers
    layout = layout_of([plan], headers.keys, headers.kept, len(inputs) > 1, options.line)
    machine = Machine() if options.engine == "native" else None
    task = Task(opened.setting, (words,), (plans,), (0,), layout, machine, options.lang, opened.people)
    told = {"name": policy, "plan": full_hash(plan)}
    sides = {name: Side(s.inputs, s.read, tuple(sorted(s.number))) for name, s in opened.people.items()}
    with working(out, identity(told, opened.tables, options)) as work:
        threads = options.threads or os.cpu_count() or 1
        runner = Runner(work, task, sides, opened.numbers, opened.columns, form, threads, options, progress)
        totals = runner.run()
        totals.check()
        _assemble(work, opened, form, layout.columns, totals, manifest(told, claims, opened.tables, options, form))
        publish(work, "final", out)
        resumed = work.resumed
    return Run(out, totals, opened.warnings, tuple(machine.reasons) if machine else (), resumed)


def _open(words: Vocabulary, claims: str, options: Options) -> _Opened:
    tables = {"claims": open_table(claims, options.renaming, options.encoding)}
    inputs = tables["claims"]
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
    headers = read_headers(inputs, [words], persons=persons, identities=identities, keep=options.keep)
    reject_types(inputs, headers.read)
    warnings = [*headers.warnings, *warnings]
    everything = _names(inputs)
    targets = {name: claim_target(name, words, persons) for name in everything}
    if words.plan.identities and not people and ("person", IDENTITIES) not in targets.values():
        warnings.append(NoIdentities(where=claims))
    numbers = tuple(name for name in everything if targets[name] == ("claim", NUMBER))
    columns = tuple(name for name in everything if name in headers.read)
    return _Opened(Setting(inputs, headers, persons, identities), people, tables, numbers, columns, tuple(warnings))


def _names(inputs: Sequence[Input]) -> list[str]:
    return list(dict.fromkeys(name for entry in inputs for name in entry.columns))


def _assemble(
    work: Work, opened: _Opened, form: Format, names: Sequence[str], totals: Totals, told: dict[str, Any]
) -> None:
    """The folder of results, made of the pieces of the work."""
    work.drop("final")
    final = work.path("final")
    final.mkdir()
    pieces = sorted(work.path("merged" if work.has("merged") else "parts").glob(f"*.{form}"))
    if form == "csv":
        join_files(pieces, final / "settled.csv", csv_header(names))
    else:
        (final / "settled").mkdir()
        for at, piece in enumerate(piece for piece in pieces if piece.stat().st_size):
            os.link(piece, final / "settled" / f"part-{at:06}.parquet")
    parts = work.path("parts")
    files = [entry.path for entry in opened.setting.inputs]
    join_refused(sorted(parts.glob("*.refused")), files, final / "refused.csv", (*PLACE, *opened.columns))
    if opened.people:
        files = [entry.path for setting in opened.people.values() for entry in setting.inputs]
        join_refused(sorted(parts.glob("*.people")), files, final / "refused-persons.csv", (*PLACE, "psn_no"))
    for name, value in (("totals.json", totals.json()), ("manifest.json", told)):
        (final / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
