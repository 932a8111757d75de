"""The words of the sheet, in Chinese and English.

One English word per term: 起付线 deductible, 分段 band, 支付比例 rate, 封顶线 cap, 倾斜 tilt, 就高 highest-of,
政策范围内费用 eligible cost, 先行自付费用 copay, 全自费费用 noncovered cost, 参保人 insured person,
保障层 layer, 人员类别 identity,
结算 settlement.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from pol_lang.problem import Language
from polc.explain.glossary import GLOSSARY
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
    the claim at hand."""

    lang: Language
    known: Known = NOTHING

    def __call__(self, key: str, /, **values: object) -> str:
        """The word or sentence, filled in."""
        text = _WORDS[key][self.lang == "en"]
        return text.format(**values) if values else text

    def name(self, name: str) -> str:
        """A name of the policy or the platform, in English with what it means before it where it has an English
        counterpart."""
        gloss = GLOSSARY.get(name, "") if self.lang == "en" else ""
        return f"{gloss} {name}" if gloss else name

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
EN = Words("en")


def words(lang: Language) -> Words:
    """The words of a language."""
    return EN if lang == "en" else ZH
