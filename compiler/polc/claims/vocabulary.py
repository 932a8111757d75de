"""Under which keys a file gives what: the names of the policy, the platform's field names, and a few English words.

Names are matched as they stand, field names and English words in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from attrs import frozen

from pol_lang.problem import Problem, near_names
from polc.claims.place import Place, shown
from polc.claims.tree_problems import KeyTwice
from polc.plan import FactSpec, Plan

PARTS: Mapping[str, tuple[str, ...]] = {
    "total": ("医疗费总额", "medfee_sumamt", "total", "total_cost"),
    "noncovered": ("全自费费用", "全自费金额", "fulamt_ownpay_amt", "noncovered", "noncovered_cost"),
    "overlimit": ("超限价自费费用", "overlmt_selfpay", "overlimit", "overlimit_cost"),
    "copay": ("先行自付费用", "先行自付金额", "preselfpay_amt", "copay", "copay_cost"),
    "inscope": ("政策范围内费用", "符合政策范围金额", "inscp_scp_amt", "inscope", "eligible_cost"),
}
PERSON = ("psn_no", "人员编号", "person_number")
IDENTITIES = ("identities", "人员类别", "身份", "identity", "psn_idet_type")
SETTLEMENT_ID = ("id", "setl_id", "结算ID")
VISIT_ID = ("mdtrt_id", "就诊ID")
CONTINUES = ("continues", "接续")
ITEMS = ("items", "明细")
CLAIM_OF_ARRIVAL = ("claim", "就诊")
AMOUNT = ("amount", "申报金额")
EXPECT = ("expect", "应得")
POLICY = ("policy", "政策")
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "参保人"),
    "earlier": ("earlier", "此前累计"),
    "claims": ("claims", "claim", "一次就诊", "就诊"),
    "arrivals": ("arrivals", "arrival", "一次申报", "申报"),
}

_NUMBERS = frozenset({"number", "id", "visit"})

Target = tuple[str, str]
"""What a key means: (fact, its name), (part, which), or (own, a word of the file layout)."""


class UnknownKey(Problem):
    """A key is neither a fact of the policy, by name or platform field, nor a word of the file layout. It is not
    skipped: a slip in a key would silently change the result.
    ---
    这个键既不是政策里的事实（名称或平台字段名），也不是文件格式里的词。不会跳过它：写错一个键会悄悄改变结果。
    """

    key: str = ""
    code = "C528"
    zh: ClassVar[str] = "不认识“{key}”这一项"
    en: ClassVar[str] = "“{key}” is not known"
    hint_zh: ClassVar[str] = "写政策中事实的名称或平台字段名；政策没有的事实，先在政策里声明，例如 事实 规范转诊 是否"
    hint_en: ClassVar[str] = "write a fact of the policy or its platform field; declare a new fact in the policy first"


class WrongSection(Problem):
    """A fact is given in another part of the file than it belongs to: facts of the person stand under `[person]`,
    facts of a stay under `[claim]`, facts of a cost item under `[[claim.items]]`.
    ---
    事实写错了地方：参保人的事实写在 `[person]` 下，就诊的事实写在 `[claim]` 下，费用明细的事实写在
    `[[claim.items]]` 下。
    """

    key: str = ""
    section: str = ""
    code = "C530"
    zh: ClassVar[str] = "“{key}”应当写在 [{section}] 下"
    en: ClassVar[str] = "“{key}” belongs under [{section}]"
    hint_zh: ClassVar[str] = "把这一行移到 [{section}] 下面"
    hint_en: ClassVar[str] = "move this line below [{section}]"


@frozen(eq=False, repr=False, slots=False)
class Keys:
    """The keys of one kind of table: exact ones, those in any case, the sections of those that belong elsewhere, and
    the facts that say the same as a word of the layout (人员编号 of the person)."""

    exact: Mapping[str, Target]
    folded: Mapping[str, Target]
    elsewhere: Mapping[str, str]
    same: Mapping[Target, str]

    def find(self, key: str) -> Target | None:
        """What a key means here, or None."""
        return self.exact.get(key) or self.folded.get(key.casefold())

    def unknown(self, key: str, place: Place) -> Problem:
        """The problem with a key that means nothing here."""
        section = self.elsewhere.get(key) or self.elsewhere.get(key.casefold())
        where = str(place.at(key))
        if section:
            return WrongSection(where=where, key=shown(key), section=section)
        known = [*self.exact, *self.folded]
        return UnknownKey(where=where, key=shown(key), near=near_names(key, known))


@frozen(eq=False, repr=False, slots=False)
class Vocabulary:
    """All keys under which a plan's facts can be given, and the facts by name."""

    plan: Plan
    person: Keys
    claim: Keys
    item: Keys
    arrival: Keys
    facts: Mapping[str, FactSpec]


def vocabulary(plan: Plan) -> Vocabulary:
    """The keys for the files of a plan."""
    parts = {name: ("part", part) for part, names in PARTS.items() for name in names}
    person = _own(number=PERSON, identities=IDENTITIES)
    own = _own(id=SETTLEMENT_ID, visit=VISIT_ID, number=PERSON, continues=CONTINUES, items=ITEMS, expect=EXPECT)
    claim = own | parts
    arrival = _own(id=("id",), claim=CLAIM_OF_ARRIVAL, amount=AMOUNT)
    return Vocabulary(
        plan=plan,
        person=_keys(plan, "person", person),
        claim=_keys(plan, "claim", claim),
        item=_keys(plan, "item", {}),
        arrival=_keys(plan, "claim", arrival),
        facts={spec.name: spec for spec in plan.facts},
    )


def sort_keys(
    table: Mapping[str, object], keys: Keys, place: Place, problems: list[Problem]
) -> dict[Target, tuple[str, object]]:
    """The values of a table by what they mean, each with the key it was given under; nulls are left out.

    Unknown keys and things given twice are added to `problems`.
    """
    found: dict[Target, tuple[str, object]] = {}
    for key, raw in table.items():
        target = keys.find(key)
        if target is None:
            problems.append(keys.unknown(key, place))
        elif raw is None:
            continue
        elif target in found:
            problems.append(KeyTwice(where=str(place.at(key)), first=shown(found[target][0]), second=shown(key)))
        else:
            found[target] = key, raw
    return found


def _own(**words: Iterable[str]) -> dict[str, Target]:
    return {name: ("own", word) for word, names in words.items() for name in names}


def _folded(name: str) -> str:
    return name.casefold() if name.isascii() else name


def _keys(plan: Plan, of: str, own: dict[str, Target]) -> Keys:
    facts = [spec for spec in plan.facts if spec.of == of]
    exact = {name: target for name, target in own.items() if not name.isascii()}
    folded = {name.casefold(): target for name, target in own.items() if name.isascii()}
    same: dict[Target, str] = {}
    for spec in facts:
        field = spec.field.casefold() if spec.field else ""
        twin = exact.get(spec.name) or folded.get(field)
        if twin is not None and twin[0] == "own" and twin[1] in _NUMBERS:
            same[twin] = spec.name
            exact[spec.name] = twin
            continue
        exact[spec.name] = "fact", spec.name
        if field:
            folded.setdefault(field, ("fact", spec.name))
    for spec in facts:
        if spec.also is not None and spec.also not in exact:
            (folded if spec.also.isascii() else exact).setdefault(_folded(spec.also), exact[spec.name])
    sections = {"person": "person", "claim": "claim", "item": "claim.items"}
    elsewhere = {
        (name if name == spec.name else _folded(name)): sections[spec.of]
        for spec in plan.facts
        if spec.of != of
        for name in (spec.also, spec.field, spec.name)
        if name is not None
    }
    return Keys(exact, folded, elsewhere, same)
