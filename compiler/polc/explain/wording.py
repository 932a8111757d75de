"""The words of the sheet, in Chinese and English.

One English word per term: 起付线 deductible, 分段 band, 支付比例 rate, 封顶线 cap, 倾斜 tilt, 就高 highest-of,
政策范围内费用 eligible cost, 先行自付费用 copay, 全自费费用 noncovered cost, 参保人 insured person,
保障层 layer, 人员类别 identity,
结算 settlement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from pol_lang.problem import Language
from polc import plan as p
from polc.explain.glossary import NATIONAL
from polc.explain.known import NOTHING, Known
from polc.explain.words_formula import FORMULA
from polc.explain.words_layer import LAYER
from polc.explain.words_page import PAGE

# FHIR ExplanationOfBenefit adjudication codes (CC0) that steps carry for machines
CODES = (
    "submitted", "noncovered", "copay", "eligible", "deductible", "coinsurance", "priorpayerpaid", "benefit",
    "memberliability", "benefitBalance",
)  # fmt: skip

_WORDS = PAGE | LAYER | FORMULA

_COUNTED = {
    "days": ("{n}日", "{n} day", "{n} days"),
    "workdays": ("{n}个工作日", "{n} workday", "{n} workdays"),
    "months": ("{n}个月", "{n} month", "{n} months"),
    "years": ("{n}年", "{n} year", "{n} years"),
}


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


@frozen(eq=False, repr=False, slots=False)
class Words:
    """The words of one language: `w("deductible")`, `w("short_by", gap="2,000.00")`; `known` is what they can say of
    the claim at hand, `meanings` what names are in this language."""

    lang: Language
    known: Known = NOTHING
    meanings: Mapping[str, str] = field(factory=dict)

    def __call__(self, key: str, /, **values: object) -> str:
        """The word or sentence, filled in."""
        text = _WORDS[key][self.lang == "en"]
        return text.format(**values) if values else text

    def name(self, name: str) -> str:
        """A name of the policy or the platform; before it what it means, where it is of the other language."""
        meaning = self.meanings.get(name, "")
        return f"{meaning} {name}" if meaning else name

    def label(self, name: str) -> str:
        """A name at the start of a line or in a table; what an author wrote stays as it is."""
        told = self.name(name)
        return told if told == name else capital(told)

    def counted(self, unit: str, number: str) -> str:
        """A number of days, workdays, months or years."""
        chinese, one, many = _COUNTED[unit]
        return (chinese if self.lang == "zh" else one if number == "1" else many).format(n=number)

    def joined(self, parts: Sequence[str], sign: str = "comma") -> str:
        """The parts that are not empty, with the language's comma (or another sign) between."""
        return self(sign).join(part for part in parts if part)


ZH = Words("zh")
EN = Words("en", meanings=NATIONAL)


def words(lang: Language, *plans: p.Plan) -> Words:
    """The words of a language, with the further names in it that plans give to facts, bearers and choices."""
    plain = EN if lang == "en" else ZH
    ours, theirs = (str.isascii, _is_wide) if lang == "en" else (_is_wide, str.isascii)
    further = {
        name: also.replace("_", " ")
        for plan in plans
        for name, also in _further_names(plan)
        if ours(also) and theirs(name)
    }
    return evolve(plain, meanings={**plain.meanings, **further}) if further else plain


def _is_wide(name: str) -> bool:
    return not name.isascii()


def _further_names(plan: p.Plan) -> Iterator[tuple[str, str]]:
    for spec in plan.facts:
        if spec.also is not None:
            yield spec.name, spec.also
        for also, choice in spec.choices_also or ():
            yield choice, also
    for also, _, name in plan.bearers_also or ():
        yield name, also
