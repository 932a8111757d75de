"""What a claim costs and what the cost consists of: `cost_parts`, and `aimed` at the amounts of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from polc.synth import shapes
from polc.synth.draws import Draws, Ints

FIELDS: Mapping[str, str] = {
    "noncovered": "fulamt_ownpay_amt",
    "overlimit": "overlmt_selfpay",
    "copay": "preselfpay_amt",
    "inscope": "inscp_scp_amt",
}
"""The platform's fields for the parts of the cost."""
TOTAL = "medfee_sumamt"


def cost_parts(draws: Draws, care: Ints, factor: Ints) -> dict[str, Ints]:
    """The parts (fen) of claims by their kind of care; `factor` is per cent of what such care mostly costs."""
    count = len(care)
    total = draws.spread_by("费用", shapes.COSTS, care) * factor // 100
    parts = {
        "noncovered": total * draws.spread("全自费", shapes.NONCOVERED, count) // 1000,
        "overlimit": total * draws.spread("超限价", shapes.OVERLIMIT, count) // 1000,
        "copay": total * draws.spread("先行自付", shapes.COPAY, count) // 1000,
    }
    return {**parts, "inscope": total - sum(parts.values())}


def aimed(inscope: Ints, person: Ints, edges: Sequence[int], draws: Draws, share: int) -> Ints:
    """Eligible costs of which a share (of 100,000) lies at an amount of the policy, one fen below or one above: by
    itself, together with a second such amount, or with what the person (`person` is ascending) had before it."""
    count = len(inscope)
    if not share or not edges:
        return inscope
    amounts = np.array(edges, np.int64)
    hit = draws.happens("靠近", share, count)
    kind = draws.pick("靠近/怎样", (2, 1, 1), count)
    edge = amounts[draws.below("靠近/金额", len(amounts), count)] + draws.below("靠近/上下", 3, count) - 1
    second = amounts[draws.below("靠近/又", len(amounts), count)]
    near = np.where(hit & (kind < 2), edge + np.where(kind == 1, second, 0), inscope)
    before = _before(near, person)
    last = np.append(person[1:] != person[:-1], True)  # so that nothing before it changes any more
    return np.where(hit & (kind == 2) & last & (edge > before), edge - before, near)


def _before(amounts: Ints, person: Ints) -> Ints:
    """What the earlier claims of the same person come to."""
    running = np.cumsum(amounts) - amounts
    starts = np.flatnonzero(np.append(True, person[1:] != person[:-1]))
    return running - np.repeat(running[starts], np.diff(np.append(starts, len(person))))
