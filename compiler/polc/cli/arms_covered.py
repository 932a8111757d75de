"""What `polc test --coverage` prints: the arms that no example takes, each with a claim that would."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from pol_lang.formatter import format_text
from pol_lang.problem import Language, Problem
from polc.arms.arm import Arm
from polc.arms.coverage import Coverage, cover, percent, percent_text
from polc.arms.witness import Witness
from polc.arms.wording import arm_text, claim_text, example_text, step_text
from polc.cli.tested import Tested
from polc.explain.figures import machine, machine_money, machine_value
from polc.pipeline import Compiled, delegates

SCHEMA = "pol.arms/v1"

_VERDICTS = {
    "unreachable": ("到不了：所有情形都查过，没有一种会走到这里", "unreachable: all cases were looked at"),
    "not_by_two": (
        "到不了：一次、两次就诊的所有情形都查过，同样的就诊重复多次也试过",
        "unreachable: all cases of one and of two claims were looked at, and claims repeated",
    ),
    "not_by_one": (
        "一次就诊到不了（所有情形都查过）；需要先有多次就诊的，没有查完",
        "no single claim reaches it (all cases were looked at); sequences of claims were not all looked at",
    ),
    "unknown": ("没有找到走到这里的就诊（情形没有查完）", "no claim found that reaches it (not all cases looked at)"),
}  # fmt: skip


_DELEGATED = (
    "数值由地方规定，分支在落实它的政策里统计",
    "its figures are left to localities; its arms count in the policies that implement it",
)


def coverages(tested: Sequence[Tested]) -> list[Coverage]:
    """The coverage of every policy that was compiled, by its own examples and by claim files that use it."""
    policies: dict[int, Compiled] = {}
    own: dict[int, list[Tested]] = {}
    for one in tested:
        if one.compiled is not None:
            policies[id(one.compiled)] = one.compiled
            own.setdefault(id(one.compiled), []).append(one)
    found = []
    for key, compiled in policies.items():
        settlements = [r.settlement for one in own[key] for r in one.results if r.settlement is not None]
        plans = next(one.plans for one in own[key])
        found.append(cover(compiled.name, compiled.usable, settlements, delegates(compiled.program), plans))
    return found


class TooFewArms(Problem):
    """The examples of a policy take fewer of its arms (its bands, deductibles, caps, conditions, tilts …) than
    `--threshold` asks for. `polc test --coverage` lists those missed, each with a claim that takes it, and `--examples`
    writes these claims as examples, to be worked out by hand.
    ---
    政策的算例走到的分支（各段、起付线、封顶线、条件、倾斜……）比 `--threshold` 要求的少。`polc test --coverage`
    列出没有走到的，每个附一次走得到的就诊；`--examples` 把这些就诊写成算例，应得由人手工计算。
    """

    taken: int = 0
    of: int = 0
    share: str = ""
    asked: str = ""
    code = "C589"
    zh: ClassVar[str] = "算例走到 {of} 个分支中的 {taken} 个（{share}），要求不低于 {asked}"
    en: ClassVar[str] = "the examples take {taken} of {of} arms ({share}), {asked} are asked for"
    hint_zh: ClassVar[str] = "polc test --examples 列出缺的，写成算例"
    hint_en: ClassVar[str] = "polc test --examples lists what is missed, written as examples"


def too_few(found: Sequence[Coverage], threshold: Fraction | None) -> list[Problem]:
    """The policies that have less than so much of their arms covered."""
    lacking: list[Problem] = []
    for one in found:
        taken, of = _counts(one)
        if threshold is not None and percent(taken, of) < threshold:
            asked = f"{machine(threshold)}%"
            share = percent_text(taken, of)
            lacking.append(TooFewArms(where=one.policy, taken=taken, of=of, share=share, asked=asked))
    return lacking


def _counts(one: Coverage) -> tuple[int, int]:
    return (0, 0) if one.delegated else (len(one.taken), one.counted)


def _witnesses(one: Coverage) -> list[Witness]:
    """The claims that reach something missed, each once, in the order of the arms."""
    found: dict[int, Witness] = {}
    for arm in one.missed:
        reached = one.reached.get(arm.key)
        if reached is not None and reached.witness is not None:
            found.setdefault(id(reached.witness), reached.witness)
    return list(found.values())


def _verdict(one: Coverage, arm: Arm) -> str:
    return one.reached[arm.key].verdict


# ---------------------------------------------------------------- text


def examples_text(found: Sequence[Coverage], lang: Language) -> str:
    """The claims that would take the arms missed, as examples to be put into each policy, with keywords in the
    language; what they must come to is for a person to work out."""
    written = []
    for one in found:
        missed = [] if one.delegated else _witnesses(one)
        for number, witness in enumerate(missed, 1):
            takes = [arm for arm in one.missed if one.reached[arm.key].witness is witness]
            remarks = [f"# {step_text(arm, lang)}  {arm_text(arm, lang, one.plan)}\n" for arm in takes]
            name = f"分支{number}" if lang == "zh" else f"arm{number}"
            written.append("".join(remarks) + format_text(example_text(witness, one.plan, name, lang), lang))
        if missed:
            place = f"# {one.policy}：应得由人手工计算后填写\n" if lang == "zh" else (
                f"# {one.policy}: work out by hand what must come of these, and write it under expect\n"
            )  # fmt: skip
            written.insert(len(written) - len(missed), place)
    return "\n".join(written)


def coverage_text(found: Sequence[Coverage], lang: Language) -> str:
    """The report; ends with a line end."""
    zh = lang == "zh"
    lines: list[str] = []
    for one in found:
        covered, of = _counts(one)
        share = percent_text(covered, of)
        if one.delegated:
            lines += [f"{one.policy}{'：' if zh else ': '}{_DELEGATED[not zh]}", ""]
            continue
        lines.append(
            f"{one.policy}：{of} 个分支，算例走到 {covered} 个（{share}）" if zh
            else f"{one.policy}: {covered} of {of} arms taken by examples ({share})"
        )  # fmt: skip
        idle = len(one.arms) - of
        if idle:
            lines[-1] += f"；另有 {idle} 个到不了，不计" if zh else f"; {idle} more cannot be reached and do not count"
        claims = {id(witness): number for number, witness in enumerate(_witnesses(one), 1)}
        for arm in one.missed:
            reached = one.reached.get(arm.key)
            places = "  ".join((arm.origin.place, *arm.origin.clauses))
            lines.append(f"  {places}  {step_text(arm, lang)}  {arm_text(arm, lang, one.plan)}")
            if reached is not None and reached.witness is not None:
                number = claims[id(reached.witness)]
                lines.append(f"    → 就诊 {number}" if zh else f"    → claim {number}")
            else:
                lines.append(f"    ✗ {_VERDICTS[_verdict(one, arm)][not zh]}")
        for number, witness in enumerate(_witnesses(one), 1):
            told = claim_text(witness, one.plan, lang)
            lines.append(f"  就诊 {number}：{told}" if zh else f"  claim {number}: {told}")
        lines.append("")
    if len(found) != 1:
        covered, of = (sum(numbers) for numbers in zip((0, 0), *map(_counts, found), strict=True))
        share = percent_text(covered, of)
        lines.append(f"合计：{covered}/{of}（{share}）" if zh else f"total: {covered}/{of} ({share})")
    return "\n".join(lines).rstrip("\n") + "\n"


# ---------------------------------------------------------------- json


def coverage_json(found: Sequence[Coverage], lang: Language) -> dict[str, object]:
    """The report for machines, as JSON values; shares are percentages with what no decimal can say as a fraction."""
    counts = [_counts(one) for one in found]
    covered, of = sum(pair[0] for pair in counts), sum(pair[1] for pair in counts)
    return {
        "schema": SCHEMA,
        "arms": of,
        "taken": covered,
        "percent": machine(percent(covered, of)),
        "policies": [_policy(one, lang) for one in found],
    }


def _policy(one: Coverage, lang: Language) -> dict[str, object]:
    witnesses = _witnesses(one)
    claims = {id(witness): number for number, witness in enumerate(witnesses)}
    missed = []
    for arm in () if one.delegated else one.missed:
        reached = one.reached.get(arm.key)
        witness = reached.witness if reached is not None else None
        missed.append(
            {
                "step": step_text(arm, lang),
                "kind": arm.key[1],
                "number": arm.key[2],
                "way": arm.key[3],
                "text": arm_text(arm, lang, one.plan),
                "place": arm.origin.place,
                "clauses": list(arm.origin.clauses),
                "verdict": _verdict(one, arm),
                "claim": None if witness is None else claims[id(witness)],
            }
        )
    covered, of = _counts(one)
    return {
        "policy": one.policy,
        "arms": of,
        "taken": covered,
        "percent": machine(percent(covered, of)),
        "delegated": one.delegated,
        "missed": missed,
        "claims": [_claim(witness, one, number, lang) for number, witness in enumerate(witnesses, 1)],
    }


def _claim(witness: Witness, one: Coverage, number: int, lang: Language) -> dict[str, object]:
    units = {spec.name: spec.unit for spec in one.plan.facts}
    return {
        "text": claim_text(witness, one.plan, lang),
        "identities": list(witness.identities),
        "person": {name: machine_value(value, units.get(name, "text")) for name, value in witness.person.items()},
        "claims": [
            {
                **{name: machine_value(value, units.get(name, "text")) for name, value in claim.facts.items()},
                **{part: machine_money(amount) for part, amount in claim.parts.items()},
            }
            for claim in witness.claims
        ],
        "example": example_text(witness, one.plan, f"分支{number}"),
    }
