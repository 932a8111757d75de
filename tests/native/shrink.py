"""A policy and a person on which two ways of settling part, made as small as it goes and written as a case file.

A case file is the policy with an example at its end that says what the interpreter comes to. Put into
`tests/native/cases` it is run by every test run from then on.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from attrs import evolve, frozen
from tests.fast.same import assert_same
from tests.native.oracle import Difference, assert_equal
from tests.native.pack import opened, packed
from tests.native.reference import Reference

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.load import read_file
from polc.native import NativeSettler
from polc.pipeline import compile_policy
from polc.settle import settle


@frozen(eq=False)
class Failing:
    """A policy, a person with claims, and what was accumulated before."""

    text: str
    person: r.Person
    claims: tuple[r.Claim, ...]
    state: r.State


def compiled(text: str) -> p.Plan:
    """The plan of a policy's text. Raises `Problems`."""
    return compile_policy("随机.pol", read=lambda path: text.encode() if path == "随机.pol" else read_file(path)).usable


def parts(failing: Failing, plan: p.Plan | None = None) -> Difference | None:
    """Where machine code and the reference part on the person; None where they don't, or the policy has errors."""
    try:
        settler = NativeSettler(plan or compiled(failing.text))
        columns = packed(settler, [(failing.person, failing.claims)])
    except Problems:
        return None
    opening = opened(settler, [failing.state])
    native, reference = settler.settle(columns, opening), Reference(settler).settle(columns, opening)
    try:
        assert_equal(settler, columns, native, reference)
    except Difference as difference:
        return difference
    return None


def parts_from_interpreter(failing: Failing) -> bool:
    """Whether settling in Python and the interpreter part."""
    try:
        assert_same(compiled(failing.text), failing.person, failing.claims, failing.state)
    except Problems:
        return False
    except AssertionError:
        return True
    return False


def shrunk(failing: Failing, fails: Callable[[Failing], bool]) -> Failing:
    """The smallest case found on which it still fails, by leaving out and lowering one thing after the other."""
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(failing):
            if fails(smaller):
                failing, changed = smaller, True
                break
    return failing


def _smaller(failing: Failing) -> Iterator[Failing]:
    """Cases with a little less, the largest steps first."""
    lines = failing.text.splitlines()
    for size in (len(lines) // 2, len(lines) // 4, 8):
        if size >= 8:
            for start in range(0, len(lines), size):
                yield evolve(failing, text=_text(lines[:start] + lines[start + size :]))
    for start, end in _blocks(lines):
        yield evolve(failing, text=_text(lines[:start] + lines[end:]))
    for index, line in enumerate(lines):
        if line.startswith(" "):
            yield evolve(failing, text=_text(lines[:index] + lines[index + 1 :]))
    claims = failing.claims
    for index in range(len(claims)):
        yield evolve(failing, claims=claims[:index] + claims[index + 1 :])
    for key in failing.state.values:
        values = {other: value for other, value in failing.state.values.items() if other != key}
        yield evolve(failing, state=r.State(values))
    held = failing.person.identities
    for index in range(len(held)):
        yield evolve(failing, person=evolve(failing.person, identities=held[:index] + held[index + 1 :]))
    for facts in _less(failing.person.facts):
        yield evolve(failing, person=evolve(failing.person, facts=facts))
    for index, claim in enumerate(claims):
        for less in _smaller_claims(claim):
            yield evolve(failing, claims=(*claims[:index], less, *claims[index + 1 :]))


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Statements with the lines below them."""
    starts = [index for index, line in enumerate(lines) if not line.startswith(" ")] + [len(lines)]
    yield from pairwise(starts[1:])


def _less(facts: Mapping[str, p.Value]) -> Iterator[dict[str, p.Value]]:
    for name, value in facts.items():
        if not isinstance(value, datetime.date):
            yield {other: kept for other, kept in facts.items() if other != name}
        for low in _lower(value):
            yield {**facts, name: low}


def _lower(value: p.Value) -> Iterator[p.Value]:
    if isinstance(value, bool):
        if value:
            yield False
    elif isinstance(value, int | Fraction) and value:
        yield 0
        if value > 1000:
            yield from (int(value) // 100_000 * 100_000, int(value) // 10_000 * 10_000, int(value) // 100 * 100)
    elif isinstance(value, frozenset):
        for one in sorted(value):
            yield value - {one}


def _smaller_claims(claim: r.Claim) -> Iterator[r.Claim]:
    for index in range(len(claim.items)):
        yield evolve(claim, items=claim.items[:index] + claim.items[index + 1 :])
    for facts in _less(claim.facts):
        yield evolve(claim, facts=facts)
    for part in ("noncovered", "overlimit", "copay", "inscope"):
        for low in _lower(claim.parts[part]):
            if isinstance(low, int) and low < claim.parts[part]:
                made = {**claim.parts, part: low}
                made["total"] = sum(amount for name, amount in made.items() if name != "total")
                yield evolve(claim, parts=made)


# ---------------------------------------------------------------- the case file


def written(failing: Failing, remark: str) -> str:
    """The case file."""
    plan = compiled(failing.text)
    units = {spec.name: spec.unit for spec in plan.facts}
    lines = [f"# {remark}", failing.text.rstrip(), "", "example 分歧", "  person"]
    lines += [f"    identity {held.name}" for held in failing.person.identities]
    lines += _given(failing.person.facts, units)
    if failing.state.values:
        lines.append("  earlier")
        counts = {account.key for account in plan.accumulators if account.kind in p.COUNTS}
        for key, (_, value) in failing.state.values.items():
            lines.append(f"    {key} {value if key in counts else _yuan(value)}")
    try:
        settled = settle(lambda _: plan, failing.person, failing.claims, failing.state).claims
    except Problems:
        settled = ()
    for number, claim in enumerate(failing.claims):
        lines.append(f"  claim 第{number + 1}次")
        lines += _given(claim.facts, units)
        lines += [f"    {name} {_yuan(claim.parts[part])}" for name, part in _COSTS]
        for item in claim.items:
            lines.append("    item " + ", ".join(line.strip() for line in _given(item, units)))
        if number < len(settled):
            lines.append("  expect")
            paid = [step for step in settled[number].steps if isinstance(step, r.LayerResult)]
            lines += [f"    {step.name} {_yuan(step.paid)}" for step in paid]
            lines.append(f"    个人 {_yuan(settled[number].bearers[-1][2])}")
    return "\n".join(lines) + "\n"


_COSTS = (("total_cost", "total"), ("noncovered_cost", "noncovered"), ("overlimit_cost", "overlimit"),
          ("copay_cost", "copay"), ("eligible_cost", "inscope"))  # fmt: skip


def _yuan(fen: int | Fraction) -> str:
    whole, rest = divmod(int(fen), 100)
    return f"{whole}.{rest:02d}元"


def _given(facts: Mapping[str, p.Value], units: Mapping[str, p.Unit]) -> list[str]:
    found = []
    for name, value in facts.items():
        if name not in units:
            continue  # the policy has become too small to know it
        if isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, frozenset):
            text = ", ".join(sorted(value)) or "none"
        elif units.get(name) == "money" and isinstance(value, int | Fraction):
            text = _yuan(value)
        elif units.get(name) == "ratio" and isinstance(value, int | Fraction):
            text = f"{float(value) * 100:g}%"
        else:
            text = str(value)
        found.append(f"    {name} {text}")
    return found


def keep(failing: Failing, remark: str, folder: Path) -> Path:
    """Writes the case file into a folder; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"found-{abs(hash(failing.text)) % 10**8:08d}.pol"
    path.write_text(written(failing, remark), encoding="utf-8")
    return path
