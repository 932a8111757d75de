"""The words of the sheet, in Chinese and English.

One English word per term: 起付线 deductible, 分段 band, 支付比例 rate, 封顶线 cap, 倾斜 tilt, 就高 highest-of,
政策范围内费用 eligible cost, 先行自付 initial self-pay, 自费 outside the catalogue, 参保人 insured person,
保障层 layer, 人员类别 identity,
结算 settlement.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from pol_lang.problem import Language
from polc.explain.words_formula import FORMULA
from polc.explain.words_layer import LAYER
from polc.explain.words_page import PAGE

# FHIR ExplanationOfBenefit adjudication codes (CC0) that steps carry for machines
CODES = (
    "submitted", "noncovered", "copay", "eligible", "deductible", "coinsurance", "priorpayerpaid", "benefit",
    "memberliability", "benefitBalance",
)  # fmt: skip

_WORDS = PAGE | LAYER | FORMULA


_BEARERS = {
    "基本医保统筹基金": "Basic insurance fund", "居民大病保险资金": "Serious illness insurance fund",
    "大病保险资金": "Serious illness insurance fund", "医疗救助基金": "Medical assistance fund",
    "职工大额医疗费用补助基金": "Large expenses fund", "公务员医疗补助资金": "Civil servants' subsidy",
    "企业补充医疗保险基金": "Employers' supplement", "医疗机构": "Hospital", "定点医疗机构": "Hospital",
    "倾斜救助资金": "Extra assistance fund", "各类补充保险": "Supplementary insurance",
}  # fmt: skip

_COUNTED = {
    "days": ("{n}日", "{n} day", "{n} days"),
    "workdays": ("{n}个工作日", "{n} workday", "{n} workdays"),
    "months": ("{n}个月", "{n} month", "{n} months"),
    "years": ("{n}年", "{n} year", "{n} years"),
}


@frozen(eq=False, repr=False, slots=False)
class Words:
    """The words of one language: `w("deductible")`, `w("short_by", gap="2,000.00")`."""

    lang: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """The word or sentence, filled in."""
        text = _WORDS[key][self.lang == "en"]
        return text.format(**values) if values else text

    def bearer(self, name: str) -> str:
        """A bearer's name, in English with what it means before it where it is a common one."""
        gloss = _BEARERS.get(name, "") if self.lang == "en" else ""
        return f"{gloss} {name}" if gloss else name

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
