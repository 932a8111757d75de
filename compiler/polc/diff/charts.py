"""From two plans and a class of cases to a chart of what the person bears over cost, old against new.

Both lines run through their exact breakpoints and through the points where they cross; between them the regions where
the person gains and loses are areas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from polc import plan as p
from polc.diff.money import ClassDifference
from polc.diff.money_text import differing_groups, facts_text, names_text
from polc.diff.result import Difference
from polc.explain.figures import money
from polc.explain.say import Say
from polc.plot.chart import Area, Chart, Line, Number, Panel, Style
from polc.plot.panels import unit_of
from polc.shape.bills import Extreme
from polc.shape.concrete import facts_for, settle_case
from polc.shape.curve import Stretch, curve, neat
from polc.shape.run import Case

MOST = 5
"""How many classes are drawn, those with the largest differences."""
_FAR = 1_000_000_000


def charts(found: Difference, say: Say) -> Iterator[Chart]:
    """A chart for each of the classes that differ most; one of several that look the same."""
    differing = [group for group in differing_groups(found) if group.one.verdict != "same" and not group.one.rounding]
    drawn: set[tuple[object, ...]] = set()
    for group in sorted(differing, key=lambda group: -_largest(group.one).amount):
        chart = class_chart(found.old, found.new, group.one, say, found)
        if chart is None:
            continue
        shape = (chart.title, *(line.points for panel in chart.panels for line in panel.lines))
        if shape not in drawn and len(drawn) < MOST:
            drawn.add(shape)
            yield chart
        if len(drawn) == MOST:
            return


def class_chart(
    old: p.Plan, new: p.Plan, one: ClassDifference, say: Say, found: Difference | None = None
) -> Chart | None:
    """What the person bears in a class of cases under both plans; None where no bill of eligible cost shows it."""
    plans = (old, new)
    earlier = 0
    lines = _lines(plans, one, earlier)
    if all(a == b for _, _, a, b in lines):  # the difference only shows later in a year
        earlier = Fraction(_largest(one).costs.earlier).__floor__()
        lines = _lines(plans, one, earlier)
        if all(a == b for _, _, a, b in lines):
            return None  # it only shows on bills with other than eligible cost
    bends = [0, *(y[0] for x, y in pairwise(lines) if _slope(x) != _slope(y) or x[3][1] - x[2][1] != y[3][0] - y[2][0])]
    up_to = neat(max(bends))
    lines = [_until(line, up_to) for line in lines if line[0] < up_to]
    per, unit = unit_of(up_to, "zh" if say.zh else "en")
    most = max(y for _, _, a, b in lines for y in (*a, *b))
    old_line: list[tuple[Number, Number]] = []
    new_line: list[tuple[Number, Number]] = []
    for start, end, before, after in lines:
        old_line += [
            (Fraction(start) / per, Fraction(before[0]) / per),
            (Fraction(end) / per, Fraction(before[1]) / per),
        ]
        new_line += [(Fraction(start) / per, Fraction(after[0]) / per), (Fraction(end) / per, Fraction(after[1]) / per)]
    names = list(one.identities)
    who = names_text(names[:4], (), say)
    if one.also:
        who = names_text((), [(one.identities, one.also)], say)
    elif len(names) > 4:
        who += say(f"等 {len(names)} 种身份", f" and {len(names) - 4} more identities")
    facts = facts_text(one.facts, say, found)
    if earlier:
        past = say(f"当年先已有过一次 {money(earlier)} 元", f"after {money(earlier)} earlier in the year")
        facts = say("；", "; ").join(x for x in (facts, past) if x)
    bears = say("个人全年负担", "the person bears in the year") if earlier else say("个人负担", "the person bears")
    x_label = say(f"费用（{unit}，全部在政策范围内）", f"cost ({unit}, all of it eligible)")
    wide = Fraction(up_to) / per
    both = Panel(
        "", x_label, f"{bears}（{unit}）" if say.zh else f"{bears} ({unit})", wide, 0,
        Fraction(most or 1) / per * Fraction(104, 100), 15, False, tuple(_areas(lines, per)),
        (Line("old", tuple(old_line)), Line("new", tuple(new_line))),
    )  # fmt: skip
    apart: list[Number] = [new - old for _, _, before, after in lines for old, new in zip(before, after, strict=True)]
    small, small_unit = unit_of(max(*apart, *(-x for x in apart)), "zh" if say.zh else "en")
    least, greatest = (Fraction(x) / small * Fraction(108, 100) for x in (min(0, *apart), max(0, *apart)))
    flat = [(a, b, (0, 0), (new[0] - old[0], new[1] - old[1])) for a, b, old, new in lines]
    change = Panel(
        "", x_label, say(f"新减旧（{small_unit}）", f"new less old ({small_unit})"), wide, least, greatest, 8, True,
        tuple(_areas(flat, per, small)), (Line("new", ((0, 0), (wide, 0))),),
    )  # fmt: skip
    drawn = {area.style for area in (*both.areas, *change.areas)}
    legend: tuple[tuple[Style, str], ...] = (
        ("old", say("旧", "old")), ("new", say("新", "new")), ("gain", say("个人少负担", "the person bears less")),
        ("loss", say("个人多负担", "the person bears more")),
    )  # fmt: skip
    return Chart(
        who,
        facts,
        f"{bears}，{_told(one, say)}" if say.zh else f"{bears}: {_told(one, say)}",
        tuple(entry for entry in legend if entry[0] in ("old", "new") or entry[0] in drawn),
        (both, change),
        heading=False,
    )  # fmt: skip


_Piece = tuple[Number, Number, tuple[Number, Number], tuple[Number, Number]]
"""From one cost to another: what the person bears at both under the old and the new plan."""


def _lines(plans: Sequence[p.Plan], found: ClassDifference, earlier: int) -> list[_Piece]:
    """Both plans over all costs, cut at the breakpoints of either and where they cross."""
    sides: list[tuple[Stretch, ...]] = []
    already: list[int] = []
    for plan in plans:
        given = {name: values[0] for name, values in found.facts.items()}
        facts = {k: v for of in ("claim", "person") for k, v in facts_for(plan, given, of, plan.as_of).items()}
        case = Case(frozenset(found.held), facts)
        sides.append(curve(plan, case, _FAR, earlier))
        before = settle_case(plan, found.held, given, [earlier]).claims[0].left if earlier else 0
        already.append(before)
    cuts = sorted({x for side in sides for s in side for x in (s.start, s.end)})
    pieces: list[_Piece] = []
    for start, end in pairwise(cuts):
        forms = [next(s.person for s in side if s.start <= start and end <= s.end) + already[i]
                 for i, side in enumerate(sides)]  # fmt: skip
        difference = forms[1] - forms[0]
        left, right = (Fraction(difference.at((x, 0))) for x in (start, end))
        places = [start, end]
        if left * right < 0:
            places.insert(1, start + (end - start) * left / (left - right))
        for a, b in pairwise(places):
            old, new = ((form.at((a, 0)), form.at((b, 0))) for form in forms)
            pieces.append((a, b, old, new))
    return pieces


def _slope(piece: _Piece) -> Fraction:
    start, end, old, new = piece
    return Fraction((new[1] - old[1]) - (new[0] - old[0])) / (end - start)


def _until(piece: _Piece, most: Number) -> _Piece:
    start, end, old, new = piece
    if end <= most:
        return piece
    part = Fraction(most - start) / (end - start)
    return start, most, (old[0], old[0] + (old[1] - old[0]) * part), (new[0], new[0] + (new[1] - new[0]) * part)


def _areas(pieces: Sequence[_Piece], per: int, per_y: int | None = None) -> Iterator[Area]:
    """The regions between both lines, each as long as it is of one kind."""
    points: list[tuple[Number, Number, Number]] = []
    was: Literal["gain", "loss"] = "gain"
    for start, end, old, new in pieces:
        gains = old[0] + old[1] > new[0] + new[1]
        if old == new:
            continue
        low, high = (new, old) if gains else (old, new)
        tall = per_y or per
        left = Fraction(start) / per, Fraction(low[0]) / tall, Fraction(high[0]) / tall
        right = Fraction(end) / per, Fraction(low[1]) / tall, Fraction(high[1]) / tall
        kind: Literal["gain", "loss"] = "gain" if gains else "loss"
        if points and (kind, left[0]) != (was, points[-1][0]):
            yield Area(was, tuple(points))
            points = []
        points += [left, right] if not points or points[-1] != left else [right]
        was = kind
    if points:
        yield Area(was, tuple(points))


def _largest(found: ClassDifference) -> Extreme:
    return max((e for e in (found.gain, found.loss) if e is not None), key=lambda e: e.amount)


def _told(found: ClassDifference, say: Say) -> str:
    told = []
    if found.gain is not None:
        told.append(say("最多少负担 ", "at most ") + money(round(found.gain.amount)) + say(" 元", " less"))
    if found.loss is not None:
        told.append(say("最多多负担 ", "at most ") + money(round(found.loss.amount)) + say(" 元", " more"))
    return say("，", ", ").join(told)
