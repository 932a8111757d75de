"""Two plans over the same claims as one self-contained page: no scripts, nothing fetched, everything escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from pol_lang.problem import Language
from polc import plan as p
from polc.explain.figures import grouped, money
from polc.explain.say import Say
from polc.explain.visible import visible
from polc.impact.result import Impact
from polc.impact.text import (
    group_name,
    left_out,
    more_left_out,
    payer,
    reasons,
    refused_codes,
    refused_title,
    size,
    summary,
    tables,
    title,
    values,
)  # fmt: skip
from polc.plan_json import plan_hash

Bars = tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]]
"""A chart: its title, the styles and words of its legend, a row per label with bars (style, width in per cent of the
widest, empty for nothing, words)."""


def html(found: Impact, old: p.Plan, new: p.Plan, lang: Language) -> str:
    """The page as HTML text that ends with a line end."""
    say = Say(lang)
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("polc.impact"), PackageLoader("polc.explain")]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("impact.html").render(
        heading=say("政策影响", "Impact of a policy"), language="zh-CN" if say.zh else "en",
        plans=[(say("旧", "old"), old.name, plan_hash(old)), (say("新", "new"), new.name, plan_hash(new))],
        population=view(found, say),
    )  # fmt: skip


def view(found: Impact, say: Say) -> dict[str, object]:
    """What the template shows."""
    refused = [
        (visible(f"{entry.file}:{entry.row}"), visible(entry.person), visible(entry.claim),
         visible(say("；", "; ").join(reasons(entry, say))))
        for entry in left_out(found)
    ]  # fmt: skip
    return {
        "title": visible(title(found, say)), "summary": visible(summary(found, say)),
        "values": visible(tuple(values(found, say))),
        "charts": visible(tuple(_charts(found, say))) if found.rows.settled else (),
        "tables": visible(tuple((name, tuple(rows), columns) for name, rows, columns in tables(found, say))),
        "refused_title": refused_title(found, say) if refused else "", "codes": refused_codes(found, say),
        "refused": refused, "more": more_left_out(found, say),
    }  # fmt: skip


def _charts(found: Impact, say: Say) -> Iterator[Bars]:
    both = ("old", say("旧", "old")), ("new", say("新", "new"))
    ways = ("gains", say("少负担", "bear less")), ("loses", say("多负担", "bear more"))
    budget = [(payer(line, say), (line.old, line.new)) for line in found.payers if line.old or line.new]
    yield _bars(say("由谁支付（元）", "Borne by (yuan)"), both, budget)
    if found.deciles:
        tenths = [(f"{line.number}", (line.old, line.new)) for line in found.deciles]
        yield _bars(
            say("个人负担，按费用由低到高的十组（元）", "Borne by persons, by tenths of cost (yuan)"), both, tenths
        )
    groups = [(group_name(group, say), (group.tally.spared, group.tally.burdened)) for group in found.groups]
    yield _bars(say("各身份少负担和多负担（元）", "Less and more to bear, by identity (yuan)"), ways, groups)
    if found.sizes:
        sizes = [(size(line, say), (line.tally.gain, line.tally.lose)) for line in found.sizes]
        yield _bars(say("变化的大小（元）和人数", "Persons by the size of the change (yuan)"), ways, sizes, people=True)


def _bars(
    name: str, styles: Sequence[tuple[str, str]], rows: Sequence[tuple[str, Sequence[int]]], people: bool = False
) -> Bars:
    most = max([1, *(amount for _, amounts in rows for amount in amounts)])
    shown = []
    for label, amounts in rows:
        bars = []
        for (style, _), amount in zip(styles, amounts, strict=True):
            tenths = amount * 1000 // most
            width = f"{tenths // 10}.{tenths % 10}" if amount else ""
            bars.append((style, width, grouped(amount) if people else money(amount)))
        shown.append((label, tuple(bars)))
    return name, tuple(styles), tuple(shown)
