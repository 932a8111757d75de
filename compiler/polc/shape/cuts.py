"""Steps that cut or move cost, on a region: the same as `polc.cut_cost`; what is rounded is the region's to say."""

from __future__ import annotations

from collections.abc import Sequence

from polc import plan as p
from polc.cut_cost import CUT_FIRST
from polc.shape.claim import Claim, Run
from polc.shape.linear import Amount
from polc.shape.values import holds, value


def copay_cut(step: p.CopayCut, run: Run, claim: Claim) -> None:
    """Moves an amount from a part into the first self-paid share."""
    if step.condition is None or holds(step.condition, run, claim):
        moved = _within(value(step.amount, run, claim), claim.parts[step.part.part], run)
        _take(claim, _parts_of(step.part), moved, run)
        claim.parts["copay"] = claim.parts["copay"] + moved
        if step.name is not None:
            claim.cuts[step.name] = moved


def exclusion(step: p.Exclusion, run: Run, claim: Claim) -> None:
    """Takes an amount out of a part; the bearer bears it."""
    if step.condition is None or holds(step.condition, run, claim):
        moved = _within(value(step.amount, run, claim), claim.parts[step.part.part], run)
        moved = _at_most_left(moved, step.bearer, run, claim)
        _take(claim, _parts_of(step.part), moved, run)
        _give(claim, step.name, step.bearer, moved, run)


def control(step: p.Control, run: Run, claim: Claim) -> None:
    """What the parts exceed the limit by goes, for a share of it, to the bearer."""
    if not _guarded(step.guards, step.name, run, claim):
        return
    subject: Amount = 0
    for part in step.parts:
        subject = subject + claim.parts[part.part]
    limit = run.region.larger(_fen(value(step.limit, run, claim), run), 0)
    over = run.region.larger(subject - limit, 0)
    if claim.arms is not None:
        claim.arms.add((step.name, "control", "", "binds" if run.region.sign(over) > 0 else "free"))
    moved = _at_most_left(_fen(over * step.share, run), step.bearer, run, claim)
    missing = _take(claim, [part.part for part in step.parts], moved, run)
    _give(claim, step.name, step.bearer, moved - missing, run)


def package(step: p.Package, run: Run, claim: Claim) -> None:
    """Settles the stay at a price."""
    if not _guarded(step.guards, step.name, run, claim):
        return
    region, parts = run.region, claim.parts
    price = region.larger(_fen(value(step.price, run, claim), run), 0)
    subject: Amount = 0
    for name in CUT_FIRST:
        subject = subject + parts[name]
    excess = region.larger(subject - price, 0)
    if claim.arms is not None:
        claim.arms.add((step.name, "package", "", "above" if region.sign(excess) > 0 else "within"))
    moved = _at_most_left(_fen(excess * step.share, run), step.bearer, run, claim)
    _take(claim, CUT_FIRST, excess, run)
    if step.kind == "fixed":
        short = region.larger(price - subject, 0)
        parts["inscope"], parts["total"] = parts["inscope"] + short, parts["total"] + short
        claim.left, claim.total = claim.left + short, claim.total + short
    if step.scope == "whole":
        rest: Amount = 0
        for name in CUT_FIRST:
            rest = rest + parts[name]
            parts[name] = 0
        parts["inscope"] = rest
    parts["noncovered"] = parts["noncovered"] + (excess - moved)
    _give(claim, step.name, step.bearer, moved, run)
    claim.packages = claim.packages | {step.name}


def _guarded(guards: tuple[p.Guard, ...], name: str, run: Run, claim: Claim) -> bool:
    for i, guard in enumerate(guards):
        held = holds(guard.condition, run, claim)
        if claim.arms is not None:
            claim.arms.add((name, "guard", str(i), "holds" if held else "fails"))
        if not held:
            return False
    return True


def _within(amount: Amount, limit: Amount, run: Run) -> Amount:
    return run.region.smaller(run.region.larger(_fen(amount, run), 0), limit)


def _fen(amount: Amount, run: Run) -> Amount:
    return run.region.rounded(amount, 1, "half_up")


def _at_most_left(amount: Amount, bearer: str, run: Run, claim: Claim) -> Amount:
    """What can still change bearer: no more than the person bears."""
    if bearer == run.person:
        return amount
    moved = run.region.smaller(amount, claim.left)
    if moved is not amount:
        claim.bound = True
    return moved


def _parts_of(part: p.Part) -> Sequence[str]:
    return CUT_FIRST if part.part == "total" else (part.part,)


def _take(claim: Claim, parts: Sequence[str], amount: Amount, run: Run) -> Amount:
    """Takes an amount out of parts in order, and says what they fell short of it."""
    for part in parts:
        taken = run.region.smaller(amount, claim.parts[part])
        claim.parts[part] = claim.parts[part] - taken
        amount = amount - taken
    return amount


def _give(claim: Claim, name: str, bearer: str, amount: Amount, run: Run) -> None:
    claim.cuts[name] = claim.cuts.get(name, 0) + amount
    if bearer != run.person:
        claim.borne[bearer] = claim.borne.get(bearer, 0) + amount
        claim.left = claim.left - amount
