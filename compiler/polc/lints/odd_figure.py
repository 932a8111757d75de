"""W612: a figure that no document has: a cap of 15 yuan, a rate of 0.85 %."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem
from polc.lints.lint import Lint, Subject
from polc.lowering.amounts import money_text, value_text
from polc.lowering.written import figures_of

_LEAST_RATE = Fraction(1, 100)
_MOST = 10_000_000_000  # fen, 100 million yuan: a cap or deductible above
_LEAST_CAP = {"admission": 1_000, "month": 1_000}  # fen; over a year or a life 100 yuan
_LEAST_YEARLY = 10_000
_LEAST_DEDUCTIBLE = 100  # fen


class OddFigure(Lint):
    """A figure is far from what documents of this kind have: a rate below 1 % (0.85 % where 85 % is meant), a cap of a
    few yuan or of hundreds of millions (a unit left out or too many), a deductible above the cap of its layer.

    Avoid:

        deductible 15万元 per year
        rate       0.85%
        cap        payment 15元 per year

    Prefer:

        deductible 1.5万元 per year
        rate       85%
        cap        payment 15万元 per year

    Why: a figure that is off by a factor of 100 or 10,000 compiles like any other, and every claim after it is wrong.
    Where the document has it so, allow it: `# polc: allow W612` and the words.
    ---
    数值与这类文件里的相差太远：支付比例不到 1%（把 85% 写成 0.85%），封顶线只有几元或者多达几亿元（漏写或多写了“万”），
    起付线高于本层的封顶线。

    避免：

        起付线   15万元 每年
        支付比例 0.85%
        封顶线   支付额 15元 每年

    应写：

        起付线   1.5万元 每年
        支付比例 85%
        封顶线   支付额 15万元 每年

    原因：差了一百倍、一万倍的数值照样能编译，此后每一次结算都是错的。文件确实如此的，写 `# polc: allow W612`
    并摘录原文。
    """

    said_zh: str = ""
    said_en: str = ""
    code = "W612"
    zh: ClassVar[str] = "{said_zh}"
    en: ClassVar[str] = "{said_en}"
    hint_zh: ClassVar[str] = "对照文件的数额和单位；确实如此的，写 # polc: allow W612 和原文"
    hint_en: ClassVar[str] = "see the figure and its unit in the document; if so, write # polc: allow W612 and why"


def odd_figure(subject: Subject) -> Iterator[Problem]:
    """The figures of the file's layers that no document has."""
    for statement in subject.own.statements:
        inner = statement.statement if isinstance(statement, s.Replace) else statement
        if isinstance(inner, s.Layer | s.Amend):
            yield from _of_layer(subject, inner)


def _of_layer(subject: Subject, layer: s.Layer | s.Amend) -> Iterator[Problem]:
    deductibles: list[s.Literal] = []
    caps: list[s.Literal] = []
    for step in layer.steps:
        if isinstance(step, s.Rate):
            yield from _rates(subject, step.value)
        elif isinstance(step, s.Bands):
            for band in step.bands:
                yield from _rates(subject, band.value)
        elif isinstance(step, s.Deductible):
            deductibles = _amounts(subject, step.value)
            yield from _amounts_odd(deductibles, "起付线", "deductible", _LEAST_DEDUCTIBLE)
        elif isinstance(step, s.Cap) and step.value is not None:
            found = _amounts(subject, step.value)
            caps += found if step.on == "payment" else []
            yield from _amounts_odd(found, "封顶线", "cap", _LEAST_CAP.get(step.period or "", _LEAST_YEARLY))
    if deductibles and caps:
        least, most = min(deductibles, key=_fen), max(caps, key=_fen)
        if _fen(least) > _fen(most):
            low, high = money_text(_fen(most)), money_text(_fen(least))
            yield OddFigure(
                span=least.span, notes=(Note(most.span, "封顶线", "the cap"),),
                said_zh=f"起付线 {high} 高于封顶线 {low}", said_en=f"the deductible {high} is above the cap {low}",
            )  # fmt: skip


def _rates(subject: Subject, value: object) -> Iterator[Problem]:
    for figure in figures_of(subject.program, value):
        if figure.unit == "ratio" and isinstance(figure.value, Fraction) and 0 < figure.value < _LEAST_RATE:
            rate, meant = value_text(figure.value, "ratio"), value_text(figure.value * 100, "ratio")
            yield OddFigure(
                span=figure.span, near=(meant,),
                said_zh=f"支付比例 {rate} 不到百分之一", said_en=f"the rate {rate} is less than one percent",
            )  # fmt: skip


def _amounts(subject: Subject, value: object) -> list[s.Literal]:
    return [
        x for x in figures_of(subject.program, value) if x.unit == "money" and isinstance(x.value, Fraction) and x.value
    ]


def _amounts_odd(figures: list[s.Literal], zh: str, en: str, least: int) -> Iterator[Problem]:
    for figure in figures:
        fen, told = _fen(figure), money_text(_fen(figure))
        if fen < least:
            near = (money_text(fen * 10_000).removesuffix("0000元") + "万元",) if fen * 10_000 % 1_000_000 == 0 else ()
            yield OddFigure(
                span=figure.span,
                near=near,
                said_zh=f"{zh} {told} 小得少见",
                said_en=f"a {en} of {told} is unusually small",
            )
        elif fen >= _MOST:
            written = figure.span.text
            near = (written.replace("亿", "万") if "亿" in written else money_text(fen / 10_000),)
            yield OddFigure(
                span=figure.span,
                near=near,
                said_zh=f"{zh} {told} 大得少见",
                said_en=f"a {en} of {told} is unusually large",
            )


def _fen(figure: s.Literal) -> Fraction:
    assert isinstance(figure.value, Fraction)
    return figure.value
