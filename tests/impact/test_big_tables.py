"""Large tables, in whatever form and order, give the same comparison as a small one that is read whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from polc.batch.options import Options
from polc.cli import run
from polc.impact.big_tables import big_claims
from polc.impact.impact import impact, measure
from polc.impact.json import impact_json
from polc.impact.people import File
from polc.impact.result import Impact
from polc.load import standard_folder
from polc.pipeline import Plans, compile_policy
from polc.plan import Plan
from polc.synth.asked import asked
from polc.synth.encode import CsvSink
from polc.synth.plans_of import plans_of
from polc.synth.synth import synth
from polc.synth.visits import Shares

Tables = dict[str, pa.Table]


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Plan]:
    """A standard policy with alerts and targets, and the same with other figures above it."""
    folder = tmp_path_factory.mktemp("policies")
    for name, change in (("shanxi-2022", ("55%", "45%")), ("linxian-2023", ("std/shanxi-2022", '"shanxi-2022.pol"'))):
        text = Path(standard_folder(), f"{name}.pol").read_text(encoding="utf-8")
        assert change[0] in text
        (folder / f"{name}.pol").write_text(text.replace(*change), encoding="utf-8")
    changed = folder / "linxian-2023.pol"
    return compile_policy("std/linxian-2023").usable, compile_policy(str(changed)).usable


@pytest.fixture(scope="module")
def tables(plans: tuple[Plan, Plan]) -> Tables:
    found, days = plans_of(Plans(compile_policy("std/linxian-2023")), plans[0], 2023)
    (made,) = synth(asked(found, days), 400, 5, Shares(near=20_000, refused=3_000))
    claims = made.claims.slice(0, 390)  # and the last ten rows have names that were used before
    again = made.claims.slice(390).set_column(1, "setl_id", claims.column("setl_id").slice(0, 10))
    assert made.identities is not None
    return {"claims": pa.concat_tables([claims, again]), "persons": made.persons, "identities": made.identities}


def write_csv(table: pa.Table, path: Path) -> str:
    with open(path, "wb") as stream:
        CsvSink(stream, table.schema).write(table.combine_chunks())
    return str(path)


def whole(tables: Tables, plans: tuple[Plan, Plan], folder: Path) -> Impact:
    files = [File(f"{name}.csv", Path(write_csv(tables[name], folder / f"{name}.csv")).read_bytes()) for name in tables]
    return impact(*plans, files[0], files[1], above=1_000_000)


def told(found: Impact) -> dict[str, Any]:
    """All that is the same whatever the tables are called and however their rows stand."""
    json: dict[str, Any] = impact_json(found)
    json["claims"].pop("file")
    codes = [(r["claim"], *([x["code"] for x in r[side]] for side in ("old", "new"))) for r in json["refused"]]
    codes = [(r["claim"], *([x["code"] for x in r[side]] for side in ("old", "new"))) for r in json["refused"]]
    json["refused"] = sorted(codes)
    json["deciles"] = [(d["least"], d["most"], d["cost"]) for d in json["deciles"]]
    return json


def mixed(table: pa.Table) -> pa.Table:
    """The first rows of all persons, then the second ones: claims of one day are settled in the order of the table."""
    seen: Counter[str] = Counter()
    ranks = []
    for person in table.column("psn_no").to_pylist():
        ranks.append(seen[person])
        seen[person] += 1
    return table.take(pa.array(np.argsort(ranks, kind="stable")))


def with_persons(
    tables: Tables, folder: Path, change: Callable[[pa.Table], pa.Table], form: str
) -> tuple[str, Options]:
    """Tables in a folder."""
    paths = {}
    for name in ("claims", "persons"):
        path = folder / f"{name}.{form}"
        if form == "parquet":
            pq.write_table(change(tables[name]), path)
        else:
            write_csv(change(tables[name]), path)
        paths[name] = str(path)
    return paths["claims"], Options(persons=paths["persons"], part_rows=64)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("change", [lambda table: table, mixed], ids=["in order", "mixed"])
def test_persons_beside_the_claims(
    tables: Tables, plans: tuple[Plan, Plan], tmp_path: Path, change: Callable[[pa.Table], pa.Table], form: str
) -> None:
    wanted = whole(tables, plans, tmp_path)
    assert wanted.refused and wanted.all.lose > 5 and wanted.alerts and wanted.targets
    # A name used twice is refused where it stands second, which another order may turn round.
    mine = {**tables, "claims": tables["claims"].slice(0, 390)} if change is mixed else tables
    claims, options = with_persons(mine, tmp_path, change, form)
    with big_claims(*plans, claims, options) as found:
        got = measure(*plans, found, 1_000_000)
    if change is mixed:
        wanted = whole(mine, plans, tmp_path)
    assert told(got) == told(wanted)
    assert [type(w) for w in got.warnings] == [type(w) for w in wanted.warnings]


@pytest.mark.parametrize("order", ["by person", "mixed"])
def test_identities_within_the_claims(plans: tuple[Plan, Plan], tables: Tables, tmp_path: Path, order: str) -> None:
    names = np.array(["", "特困人员", "低保对象、脱贫人口"])[np.arange(390) % 3]
    claims = tables["claims"].slice(0, 390).append_column("psn_idet_type", pa.array(names))
    claims = claims.append_column("已参保", pa.array(np.ones(390, bool)))
    wanted = impact(*plans, File("c.csv", Path(write_csv(claims, tmp_path / "c.csv")).read_bytes()))
    path = write_csv(claims if order == "by person" else mixed(claims), tmp_path / "d.csv")
    with big_claims(*plans, path, Options(part_rows=64)) as found:
        got = measure(*plans, found)
    assert told(got) == told(wanted)


def test_the_command_reads_parquet_and_tables_of_identities(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, table in tables.items():
        columns = [
            c for c in table.column_names if c not in ("psn_idet_type", "begntime", "endtime") or name != "persons"
        ]
        pq.write_table(table.select(columns), f"{name}.parquet")
        write_csv(table, tmp_path / f"{name}.csv")
    arguments = ["impact", "std/linxian-2023", "std/linxian-2023"]
    assert run([*arguments, "claims.csv", "--persons", "persons.csv", "--format", "json"]) == 0
    small = capsys.readouterr().out
    people = ["--persons", "persons.parquet", "--identities", "identities.parquet"]
    assert run([*arguments, "claims.parquet", *people, "--format", "json"]) == 0
    big = capsys.readouterr().out
    assert (
        small.partition('"payers"')[2].partition('"refused"')[0].split('"targets"')[0]
        == (big.partition('"payers"')[2].partition('"refused"')[0].split('"targets"')[0])
    )
    assert run([*arguments, "claims.parquet"]) == 1 and "C610" in capsys.readouterr().err
