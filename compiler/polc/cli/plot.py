"""`polc plot`: what every bearer bears over cost, drawn from the plan's exact shape."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction

import click
from attrs import evolve

from pol_lang.problem import Problem, Problems
from polc.cli.amount import yuan
from polc.cli.command import AS_OF, argument, language_of, option
from polc.cli.command import command as make_command
from polc.cli.language import Language
from polc.cli.write import complain, write_result
from polc.cli.write_file import write_file
from polc.diff.obstacles import AmountsMultiplied, TooManyCases
from polc.explain.figures import money
from polc.pipeline import compile_policy
from polc.plan import Plan, Value
from polc.plot.drawn import chart_png, chart_svg
from polc.plot.given import given_facts, given_identities, needed
from polc.plot.page import plot_page
from polc.plot.panels import Drawn, cliff_words, plot_chart, plot_tables
from polc.shape.curve import cliffs, curve, facts_that_matter, last_break, neat
from polc.shape.explore import TooManyRegions
from polc.shape.linear import NotLinear, Number
from polc.shape.run import Case

_FORMATS = ("svg", "png", "html")
_USUAL = 50_000_000
"""Half a million yuan in fen: hardly any bill is larger, so more is only drawn when asked for."""
_FAR = 1_000_000_000
"""Ten million yuan in fen: how far breakpoints are looked for."""


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names and values from FACT=VALUE."""
    pairs = []
    for value in values:
        name, _, text = value.partition("=")
        if not name.strip() or not text.strip():
            told = "写成 事实=值" if language_of(ctx) == "zh" else "write FACT=VALUE"
            raise click.UsageError(f"{param.opts[0]} {value}: {told}", ctx)
        pairs.append((name.strip(), text.strip()))
    return tuple(pairs)


@make_command(
    "plot",
    zh="画出费用由谁负担：从 0 起，每个支付方和个人各负担多少，个人在再多一元里负担几成；多一分费用就多负担不止一分的"
    "地方（悬崖）标出两边的费用和金额。由计划的分段直线精确画出，不抽样。\n\n费用按全部在政策范围内计。",
    en="Draws who bears the cost: from 0 up what every payer and the person bear, and which share of the next yuan the "
    "person does; where a fen more of cost leaves more than a fen more with the person (a cliff) both costs are told. "
    "Drawn from the plan's straight pieces, nothing sampled.\n\nAll cost is taken to be eligible.",
    example="polc plot std/linxian-2023 --identity 低保对象 --given 就医地=县域内 -o 低保.svg\n"
    "polc plot 临县.pol --up-to 50万元 --format html -o 负担.html",
)
@argument("policy", zh="文件或 std/… 政策", en="a file or std/… policy")
@option(
    "--identity",
    "identities",
    multiple=True,
    metavar="NAME",
    zh="人员身份；可以写几次，各画一组；同时有几种身份用 + 连起来。缺省是没有特殊身份的人",
    en="an identity; several are drawn one below the other; several held at once have + between (default: none)",
)
@option(
    "--given",
    multiple=True,
    callback=_pairs,
    metavar="FACT=VALUE",
    zh="一项事实，如 医院等级=三级；可以写几次",
    en="a fact, such as hospital_level=tertiary; may be given several times",
)
@option("--up-to", callback=yuan, metavar="AMOUNT", zh="画到多少费用，如 50万元", en="the highest cost, in yuan")
@option(
    "--earlier",
    callback=yuan,
    default="0",
    metavar="AMOUNT",
    zh="当年先已有过一次多少费用的就诊",
    en="the cost of an earlier claim of the year, in yuan",
)
@AS_OF
@option("--format", "form", type=click.Choice(_FORMATS), zh="格式；缺省看文件名，再缺省为 svg",
        en="the format (default: by the file's name, else svg)")  # fmt: skip
@option("-o", "--output", metavar="FILE", zh="写到文件", en="write to a file")
@click.pass_obj
def command(
    lang: Language, policy: str, identities: tuple[str, ...], given: tuple[tuple[str, str], ...], up_to: int | None,
    earlier: int, as_of: datetime.datetime | None, form: str | None, output: str | None,
) -> int:  # fmt: skip
    """Writes the chart."""
    ending = (output or "").rpartition(".")[2].lower()
    form = form or (ending if ending in _FORMATS else "svg")
    if form == "png" and output in (None, "-"):
        raise click.UsageError("PNG 要写到文件：-o FILE" if lang == "zh" else "a PNG needs a file: -o FILE")
    compiled = compile_policy(policy, as_of.date() if as_of else None)
    plan = compiled.usable
    complain(compiled.problems, lang)
    facts, slips = given_facts(given, plan)
    sets, unknown = given_identities(identities, plan)
    try:
        drawn, most, above = _drawn(plan, sets or [frozenset()], facts, up_to, earlier, lang, [*slips, *unknown])
    except NotLinear:
        raise Problems([AmountsMultiplied(where=policy)]) from None
    except TooManyRegions:
        raise Problems([TooManyCases(where=policy)]) from None
    subtitle = _subtitle(plan, facts, earlier, above, lang)
    chart = plot_chart(plan, drawn, most, subtitle, lang)
    if form == "png":
        write_file(output or "", chart_png(chart))
        return 0
    drawing = chart_svg(chart if form == "svg" else evolve(chart, subtitle="", heading=False))
    if form == "html":
        notes = [f"{one.name}：{cliff_words(cliff, lang)}" for one in drawn for cliff in one.cliffs]
        drawing = plot_page(chart.title, subtitle, drawing, plot_tables(plan, drawn, lang), notes, lang)
    write_result(drawing, output)
    return 0


def _drawn(
    plan: Plan, sets: Sequence[frozenset[str]], facts: dict[str, Value], up_to: int | None, earlier: int,
    lang: Language, slips: Sequence[Problem],
) -> tuple[list[Drawn], int, Number | None]:  # fmt: skip
    """The cases with all facts they read, the highest cost shown, and a breakpoint above it.

    Raises `Problems` where facts are missing or there were `slips` in what was given: all of both.
    """
    defaults = {spec.name: spec.default for spec in plan.facts if spec.default is not None}
    defaults |= {spec.name: plan.as_of for spec in plan.facts if spec.unit == "date"}
    far = up_to or _FAR
    cases: list[Case] = []
    missing: dict[str, Sequence[Value]] = {}
    for held in sets:
        case = Case(held, {**defaults, **facts})
        matter, others = facts_that_matter(plan, case, far, earlier)
        missing.update(matter)
        cases.append(Case(held, {**case.facts, **others}))
    if missing or slips:
        raise Problems([*slips, *(needed(name, values, plan) for name, values in missing.items())])
    last: Number = 0
    if up_to is None:
        last = last_break([curve(plan, case, far, earlier) for case in cases])
        up_to = min(neat(last), max(_USUAL, neat(earlier)))
    drawn = []
    for case in cases:
        stretches = curve(plan, case, up_to, earlier)
        name = " + ".join(name for name in sorted(case.identities)) or ("无特殊身份" if lang == "zh" else "no identity")
        drawn.append(Drawn(name, case, stretches, cliffs(plan, case, stretches, earlier)))
    return drawn, up_to, last if last >= up_to else None


def _subtitle(plan: Plan, facts: dict[str, Value], earlier: int, above: Number | None, lang: Language) -> str:
    """What the chart holds for: the day, the facts given, an earlier claim, what lies above."""
    zh = lang == "zh"
    day = f"按 {plan.as_of} 的规定" if zh else f"as of {plan.as_of}"
    parts = [day, *(f"{name}={_shown(value, lang)}" for name, value in facts.items())]
    if earlier:
        parts.append(f"当年先已有过一次 {money(earlier)} 元" if zh else f"after {money(earlier)} earlier in the year")
    if above is not None:
        far = money(round(Fraction(above)))
        told = f"费用更高处还有转折，直到 {far} 元（--up-to）" if zh else f"it still bends above, up to {far} (--up-to)"
        parts.append(told)
    return ("；" if zh else "; ").join(parts)


def _shown(value: Value, lang: Language) -> str:
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    return str(value)
