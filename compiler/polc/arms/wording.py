"""Arms and the claims that reach them, in words."""

from __future__ import annotations

from fractions import Fraction

from pol_lang.problem import Language
from polc import plan as p
from polc.arms.arm import HIGHEST, Arm
from polc.arms.witness import Witness
from polc.claims.vocabulary import PARTS
from polc.explain.figures import figure, machine_value
from polc.explain.formula import symbolic
from polc.explain.wording import Words, words

_WAYS: dict[tuple[str, str], tuple[str, str]] = {
    ("guard", "holds"): ("条件满足：{about}", "condition holds: {about}"),
    ("guard", "fails"): ("条件不满足：{about}", "condition fails: {about}"),
    ("tilt", "applies"): ("倾斜或调整适用：{about}", "tilt or adjustment applies: {about}"),
    ("tilt", "not"): ("倾斜或调整不适用：{about}", "tilt or adjustment does not apply: {about}"),
    ("deductible", "used up"): ("起付线用完", "deductible used up"),
    ("deductible", "open"): ("起付线没有用完", "deductible not used up"),
    ("cost_cap", "binds"): ("费用限额超过", "limit on eligible cost binding"),
    ("cost_cap", "free"): ("费用限额没有超过", "limit on eligible cost not binding"),
    ("cap", "binds"): ("封顶线达到", "cap binding"),
    ("cap", "free"): ("封顶线没有达到", "cap not binding"),
    ("cap", "removed"): ("封顶线取消", "cap removed"),
    ("top_up", "pays"): ("补足有支付", "top-up pays"),
    ("top_up", "not"): ("补足没有支付", "top-up does not pay"),
    ("minimum", "binds"): ("保底起作用", "minimum binding"),
    ("minimum", "free"): ("保底不起作用", "minimum not binding"),
    ("times", "used up"): ("次数用完", "times used up"),
    ("times", "free"): ("次数没有用完", "times not used up"),
    ("control", "binds"): ("控费超过限额", "control binding"),
    ("control", "free"): ("控费没有超过限额", "control not binding"),
    ("package", "above"): ("费用高于包干标准", "cost above the package price"),
    ("package", "within"): ("费用不高于包干标准", "cost within the package price"),
    ("cut", "applies"): ("适用：{about}", "applies: {about}"),
    ("cut", "not"): ("不适用：{about}", "does not apply: {about}"),
    ("band", ""): ("进入第 {number} 段：{about}", "band {number} entered: {about}"),
    ("case", ""): ("取值情形：{about}", "case of a term: {about}"),
    ("identity", ""): ("按“{about}”就高胜出", "wins as {about}"),
}


def arm_text(arm: Arm, lang: Language, *plans: p.Plan) -> str:
    """What an arm is, without the step it belongs to, in the words that `plans` have for names."""
    _, kind, _, way = arm.key
    template = _WAYS.get((kind, way)) or _WAYS[kind, ""]
    number = int(way.split()[0]) + 1 if kind == "band" else 0
    return template[lang == "en"].format(number=number, about=_about(arm, words(lang, *plans)))


def step_text(arm: Arm, lang: Language) -> str:
    """The name of the step an arm belongs to."""
    name = arm.key[0]
    if name.startswith("#"):
        return "先行自付" if lang == "zh" else "copay"
    return {"zh": "就高", "en": "highest of"}[lang] if name == HIGHEST else name


def _about(arm: Arm, w: Words) -> str:
    about = arm.about
    if about is None:
        return "其他" if w.lang == "zh" else "otherwise"
    if isinstance(about, str):
        return (
            about or ("其他" if w.lang == "zh" else "otherwise")
            if arm.key[1] != "case"
            else (f"{about} 其他" if w.lang == "zh" else f"{about} otherwise").strip()
        )
    if isinstance(about, p.Band):
        low = symbolic(about.lower, w)
        high = symbolic(about.upper, w) if about.upper is not None else ""
        return f"{low} — {high}" if high else (f"{low} 以上" if w.lang == "zh" else f"above {low}")
    if isinstance(about, p.Tilt):
        return symbolic(about.condition, w)
    return symbolic(about, w)


# ---------------------------------------------------------------- claims


def claim_text(witness: Witness, plan: p.Plan, lang: Language) -> str:
    """The case of a witness in one line."""
    w = words(lang, plan)
    pieces = []
    if witness.identities:
        pieces.append(("身份 " if lang == "zh" else "identity ") + "、".join(witness.identities))
    pieces += _facts(witness.person, plan, w)
    last = witness.claims[-1]
    pieces += _facts({k: v for k, v in last.facts.items() if k != plan.year.by}, plan, w)
    costs = [_cost(claim.parts, lang) for claim in witness.claims]
    if len(costs) == 1:
        pieces.append(costs[0])
    elif len(set(costs)) == 1:
        pieces.append(f"先后 {len(costs)} 次，每次{costs[0]}" if lang == "zh" else f"{len(costs)} times {costs[0]}")
    else:
        pieces.append(("先后两次：" if lang == "zh" else "one after the other: ") + "；".join(costs))
    return ("，" if lang == "zh" else ", ").join(pieces)


def _facts(facts: object, plan: p.Plan, w: Words) -> list[str]:
    given: dict[str, p.Value] = dict(facts)  # type: ignore[call-overload]
    units = {spec.name: spec.unit for spec in plan.facts}
    return [
        f"{name} {value if isinstance(value, str) else figure(value, units.get(name, 'text'), w)}"
        for name, value in given.items()
    ]


def _cost(parts: object, lang: Language) -> str:
    given: dict[str, int] = dict(parts)  # type: ignore[call-overload]
    total = yuan(given["total"])
    rest = [f"{PARTS[part][0]} {yuan(given[part])}" for part in ("noncovered", "overlimit", "copay") if given[part]]
    told = f"医疗费总额 {total}" if lang == "zh" else f"total cost {total}"
    inside = "（其中" if lang == "zh" else " (of it "
    return told + (inside + "、".join(rest) + ("）" if lang == "zh" else ")") if rest else "")


def yuan(fen: int) -> str:
    """An amount as it is written in a policy: "1234.5元"."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "元" if rest else f"{whole}元"


def example_text(witness: Witness, plan: p.Plan, name: str, lang: Language = "zh") -> str:
    """The case of a witness as an example to be put into the policy, keywords in Chinese, names in
    the language where they have one in it; what must come of it is for a person to say."""
    lines = [f"算例 {name}"]
    if witness.identities or witness.person:
        lines.append("  参保人")
        lines += [f"    身份 {identity}" for identity in witness.identities]
        lines += _given(witness.person, plan, lang)
    for number, claim in enumerate(witness.claims, 1):
        named = "甲乙丙丁戊己庚辛壬癸"[number - 1] if number <= 10 else f"第{number}次"
        lines.append(f"  一次就诊 {named if lang == 'zh' else f'claim_{number}'}")
        lines += _given(claim.facts, plan, lang)
        for part in ("total", "noncovered", "overlimit", "copay", "inscope"):
            if part in ("noncovered", "overlimit", "copay") and not claim.parts[part]:
                continue
            lines.append(f"    {PARTS[part][0 if lang == 'zh' else -1]} {yuan(claim.parts[part])}")
    return "\n".join(lines) + "\n"


def _given(facts: object, plan: p.Plan, lang: Language) -> list[str]:
    given: dict[str, p.Value] = dict(facts)  # type: ignore[call-overload]
    specs = {spec.name: spec for spec in plan.facts}
    lines = []
    for name, value in given.items():
        spec = specs.get(name)
        if spec is not None and lang == "en":
            name, value = _in_english(spec, value)
        lines.append(f"    {name} {_written(value, spec.unit if spec is not None else 'text')}")
    return lines


def _in_english(spec: p.FactSpec, value: p.Value) -> tuple[str, p.Value]:
    """A fact and its value by their English names, as far as they have such."""
    words = spec.choices_in_english
    if isinstance(value, frozenset):
        return spec.in_english, frozenset(words.get(one, one) for one in value)
    return spec.in_english, words.get(value, value) if isinstance(value, str) else value


def _written(value: p.Value, unit: p.Unit) -> str:
    if isinstance(value, bool):
        return "真" if value else "假"
    if unit == "money" and isinstance(value, int):
        return yuan(value)
    if unit in ("ratio", "points") and isinstance(value, int | Fraction):
        return f"{machine_value(value * 100, 'number')}%"
    if isinstance(value, str):
        return value if value.isidentifier() else f'"{value}"'
    shown = machine_value(value, unit)
    return "、".join(map(str, shown)) if isinstance(shown, list) else str(shown)
