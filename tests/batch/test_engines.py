"""Machine code and the interpreter leave the same folder, byte for byte, for every standard policy."""

from __future__ import annotations

import csv
import datetime
import json
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from tests.batch.test_work import contents
from tests.fast.population import population

from polc.batch.options import Options
from polc.batch.policies import single
from polc.batch.run import settle_files
from polc.batch.state_sums import exact_text
from polc.load import standard_names
from polc.pipeline import Plans, compile_policy, delegates
from polc.plan import Plan, Value
from polc.settle import identities_of
from polc.settlement import Claim, Person

PARTS = {
    "total": "medfee_sumamt", "noncovered": "fulamt_ownpay_amt", "overlimit": "overlmt_selfpay",
    "copay": "preselfpay_amt", "inscope": "inscp_scp_amt",
}  # fmt: skip
POLICIES = [
    name for name in standard_names()
    if (compiled := compile_policy(name, settling=None)).plan is not None and not delegates(compiled.program)
]  # fmt: skip


def cell(value: Value, unit: str) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    if isinstance(value, int | Fraction):
        return exact_text(Fraction(value) / 100 if unit == "money" else Fraction(value))
    return "" if value is None else value


def write(plan: Plan, path: Path, seed: int, persons: int) -> None:
    """A table of claims that are biased to the policy's own limits, in no order."""
    random = Random(seed)
    facts = [spec for spec in plan.facts if spec.of != "item" and spec.name != "人员编号"]
    header = ["psn_no", "setl_id", "continues", "psn_idet_type", *PARTS.values(), *(spec.name for spec in facts)]
    lines = [
        line(plan, person, claim, facts)
        for person, claims in population(plan, random, persons)
        for claim in claims
    ]  # fmt: skip
    random.shuffle(lines)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(lines)


def line(plan: Plan, person: Person, claim: Claim, facts: list) -> list[str]:  # type: ignore[type-arg]
    held = "、".join(identities_of(person, claim.date))
    before = f"{person.id}-{claim.continues}" if claim.continues else ""
    amounts = [cell(claim.parts[part], "money") for part in PARTS]
    values = [cell((claim if spec.of == "claim" else person).facts.get(spec.name), spec.unit) for spec in facts]
    return [person.id, f"{person.id}-{claim.id}", before, held, *amounts, *values]


@pytest.mark.parametrize("name", POLICIES)
def test_engines_agree(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    compiled = compile_policy(name)
    policies = single(name, compiled.usable, Plans(compiled))
    write(compiled.usable, Path("claims.csv"), 7, 150)
    left = {}
    for engine in ("native", "interpreter"):
        run = settle_files(
            policies, "claims.csv", engine, Options(engine=engine, part_rows=90, line=True, state_out=True)
        )
        left[engine] = run.totals.interpreted
        totals = json.loads(Path(engine, "totals.json").read_text(encoding="utf-8"))
        totals.pop("left_to_interpreter")
        Path(engine, "totals.json").write_text(json.dumps(totals), encoding="utf-8")
    assert contents("native") == contents("interpreter")
    assert run.totals.settled > 100
    assert left["native"] < run.totals.read and left["interpreter"] == 0
