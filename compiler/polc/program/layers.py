"""From layers to statements; the steps are those of `pay_layer`, without what they say.

Theory: what a step carries on (`amount`, `pay`, …) is a number with a denominator known when it is written, so the
statements of a layer run straight through; tilts are choices inside them. Only where the layer's rule compares tilts do
the steps stand in a loop, once per tilt that holds and once for none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from polc import plan as p
from polc.program.build import Builder
from polc.program.cuts import condition_of
from polc.program.exact import (
    NOTHING,
    TOTAL,
    Code,
    chosen,
    minus,
    never_negative,
    not_below_zero,
    plus,
    scaled,
    smaller,
    to_fen,
)
from polc.program.making import NO, YES, compare, integer, joined, negated
from polc.program.nodes import Get, Node
from polc.program.scalar import Scalars
from polc.program.steps import Frame, Steps
from polc.program.symbols import Held
from polc.program.tilts import Tilting, grouped, tilts_of

Denominators = dict[str, int | None]
Adds = dict[str, list[int | None]]
"""What is added to variables of the claim's state: over which denominators."""


def base_key(layer: str) -> str:
    """The key of the denominator of a base that counts on claims without the layer too."""
    return f"base of {layer}"


@frozen(eq=False, repr=False, slots=False)
class Written:
    """The variables a layer leaves: its payment, the deductible it took, the deductible of the stay with the flag that
    says whether there is one (None: it takes none per admission); and over what it adds to the claim's state."""

    paid: str
    deducted: Held
    taken: tuple[str, Held] | None
    adds: Adds


@define(eq=False, repr=False)
class _Effects:
    """What a layer comes to under certain tilts."""

    paid: Code
    base: Code = NOTHING
    deducted: Code = NOTHING
    taken: Code | None = None
    overflow: Code | None = None
    adds: dict[str, Code] = field(factory=dict)
    shared: dict[str, Code] = field(factory=dict)

    def held(self, build: Builder) -> _Effects:
        """The same in variables that may be set again."""

        return self._each(lambda code: build.put(build.name("c"), code))

    def again(self, build: Builder) -> _Effects:
        """The same variables as they stand now."""

        def var(code: Code) -> Code:
            assert isinstance(code.node, Get)
            return build.code(code.node.name, code.den)

        return self._each(var)

    def _each(self, change: Callable[[Code], Code]) -> _Effects:
        return _Effects(
            change(self.paid), change(self.base), change(self.deducted),
            None if self.taken is None else change(self.taken),
            None if self.overflow is None else change(self.overflow),
            {key: change(code) for key, code in self.adds.items()},
            {key: change(code) for key, code in self.shared.items()},
        )  # fmt: skip


class LayerWriter:
    """Writes one layer. `overflows` are the layers whose eligible cost above caps is read somewhere, `dens` the
    denominators of what lives on beyond the layer."""

    def __init__(
        self,
        scalars: Scalars,
        layer: p.Layer,
        accumulators: tuple[p.Accumulator, ...],
        overflows: frozenset[str],
        dens: Mapping[str, int | None],
    ) -> None:
        self.scalars, self.build, self.symbols = scalars, scalars.build, scalars.symbols
        self.layer, self.overflows, self.dens = layer, overflows, dens
        self.own = [a for a in accumulators if a.owner == layer.name]
        self.late = layer.base.accumulator if layer.base.every else None
        self.adds: Adds = {}
        self.base = self.build.name("b")
        self.base_den = dens.get(base_key(layer.name), 1)
        self.steps = Steps(scalars, layer, layer.name in overflows, self._based if self.late else None)

    def write(self) -> Written:
        """Writes the statements and lets the symbols go on."""
        layer, build, scalars, symbols = self.layer, self.build, self.scalars, self.symbols
        paid, deducted, taken, took, overflow = (build.name(prefix) for prefix in "pedto")
        build.assign(paid, NOTHING.node)
        build.assign(deducted, NOTHING.node)
        per_claim = any(isinstance(s, p.Deductible) and s.position == "claim" for s in layer.steps)
        if per_claim:
            build.assign(took, NO)
            build.assign(taken, NOTHING.node)
        if layer.name in self.overflows:
            build.assign(overflow, NOTHING.node)
        if self.late:
            build.assign(self.base, scaled(NOTHING, self.base_den).node)
        kept_out = [s.kept_out for s in layer.steps if isinstance(s, p.Deductible) and s.kept_out]
        applies = build.name("x")
        if kept_out:
            build.assign(applies, NO)
        condition = condition_of(scalars, tuple(guard.condition for guard in layer.guards))
        with build.attempt(), scalars.branch():
            with build.when(condition), scalars.branch():
                effects = self._applied()
                self._commit(effects, paid)
                build.assign(deducted, effects.deducted.node)
                if kept_out:
                    build.assign(applies, YES)
                if per_claim and effects.taken is not None:
                    build.assign(taken, effects.taken.node)
                    build.assign(took, YES)
                if effects.overflow is not None:
                    build.assign(overflow, effects.overflow.node)
            if self.late and condition is not YES:
                with build.otherwise(), scalars.branch():
                    self._based(build.hold(not_below_zero(scalars(layer.base.value))))
        if self.late:
            self._add(self.late, build.code(self.base, self.base_den))
            for key in kept_out:
                self._add(key, chosen(build.get(applies), NOTHING, build.code(self.base, self.base_den)))
        symbols.paid[layer.name] = paid
        if layer.payer != symbols.person_field:
            symbols.borne.setdefault(layer.payer, []).append(paid)
        if effects.overflow is not None:
            symbols.overflow[layer.name] = (overflow, effects.overflow.den)
        stay = (took, (taken, effects.taken.den)) if per_claim and effects.taken is not None else None
        return Written(paid, (deducted, effects.deducted.den), stay, self.adds)

    def _based(self, base: Code) -> None:
        """Remembers what entered, which counts even where the layer then does not apply."""
        self.adds.setdefault(base_key(self.layer.name), []).append(base.den)
        if self._fits(self.base_den, base.den):
            self.build.put(self.base, scaled(base, self.base_den))

    @staticmethod
    def _fits(den: int | None, other: int | None) -> bool:
        """Whether what is over `other` can be added to what is over `den`; else this program is thrown away, and
        written again with a denominator that fits."""
        return den is None or (other is not None and den % other == 0)

    def _add(self, key: str, amount: Code) -> None:
        """Adds an amount to an accumulator, over the denominator that it has in this program."""
        self._add_to(key, self.symbols.accumulators[key], amount)

    def _add_to(self, key: str, held: Held, amount: Code) -> None:
        name, den = held
        self.adds.setdefault(key, []).append(amount.den)
        if self._fits(den, amount.den):
            now = self.build.code(name, den)
            if TOTAL not in amount.bounds:
                self.build.unbounded.add(name)
            self.build.assign(name, plus(now, scaled(amount, den)).node)

    def _commit(self, effects: _Effects, paid: str) -> None:
        """The payment, and what goes on from the layer."""
        build = self.build
        gone = build.put(paid, effects.paid)
        if not gone.positive:
            build.refuse_where(compare("<", gone.node, integer(0)))
            gone = never_negative(gone)
        if self.layer.payer != self.symbols.person_field:
            build.put("left", never_negative(minus(build.code("left"), gone)))
        for key, amount in effects.adds.items():
            self._add(key, amount)
        for name, amount in effects.shared.items():
            self._add_to(f"shared {name}", self.symbols.shared[name], amount)

    # ------------------------------------------------------------ under which tilts

    def _applied(self) -> _Effects:
        layer, build = self.layer, self.build
        tilts = tilts_of(self.scalars, layer)
        rivals = [tilting for tilting in tilts if tilting.tilt.kind == "tilt"]
        if layer.rule == "best" and rivals:
            return self._best(tilts, rivals)
        flags: list[Node] = []
        before: list[Node] = []
        for tilting in tilts:
            flag = tilting.held
            if tilting.tilt.kind == "tilt":
                if layer.rule == "first" and before:
                    others = negated(joined(False, before))
                    flag = build.let(joined(True, (tilting.held, others)), "t")
                before.append(tilting.held)
            flags.append(flag)
        return self._work(tilts, flags)

    def _best(self, tilts: list[Tilting], rivals: list[Tilting]) -> _Effects:
        """The steps under each rival that holds and under none; what pays most counts, the first on a tie."""
        build = self.build
        turn_name, some, applies, pay, base = (build.name(prefix) for prefix in "nttpb")
        build.assign(some, NO)
        build.assign(applies, NO)
        build.assign(pay, NOTHING.node)
        build.assign(base, scaled(NOTHING, self.base_den).node)
        with build.repeat(turn_name, len(rivals) + 1, (pay,)):
            turn = build.get(turn_name)
            turns = {id(one): compare("==", turn, integer(index)) for index, one in enumerate(rivals)}
            tried = [joined(True, (turns[id(one)], one.held)) for one in rivals]
            none = compare("==", turn, integer(len(rivals)))
            with build.when(joined(False, (none, *tried))), self.scalars.branch():
                flags = [
                    build.let(joined(True, (turns[id(one)], one.held)), "t") if id(one) in turns else one.held
                    for one in tilts
                ]
                if self.late:
                    self._based(NOTHING)
                with build.attempt() as attempt:
                    effects = self._work(tilts, flags)
                    better = joined(False, (negated(build.get(some)), compare(">", effects.paid.node, build.get(pay))))
                    with build.when(better):
                        best = effects.held(build)
                        self._won(some, applies, base, YES)
                        build.assign(pay, best.paid.node)
                with build.lacking(attempt), build.when(negated(build.get(some))):
                    self._won(some, applies, base, NO)
        if self.late:
            build.put(self.base, build.code(base, self.base_den))
        build.lacks_where(negated(build.get(applies)))
        return best.again(build)

    def _won(self, some: str, applies: str, base: str, whether: Node) -> None:
        self.build.assign(some, YES)
        self.build.assign(applies, whether)
        if self.late:
            self.build.put(base, self.build.code(self.base, self.base_den))

    # ------------------------------------------------------------ the steps

    def _work(self, tilts: list[Tilting], flags: list[Node]) -> _Effects:
        """The base and the steps under some tilts."""
        layer, build, steps = self.layer, self.build, self.steps
        frame = Frame(grouped(build, tilts, flags))
        steps.enter(frame)
        for tilting, flag in zip(tilts, flags, strict=True):
            build.lacks_where(joined(True, (flag, tilting.lacking)))
        for index, step in enumerate((None, *layer.steps)):
            if step is not None:
                steps.step(frame, step)
            if index == steps.paid_up():
                steps.payment_changes(frame)
        return self._effects(frame)

    def _effects(self, frame: Frame) -> _Effects:
        layer, build = self.layer, self.build
        paid = build.hold(smaller(build.hold(to_fen(frame.pay)), not_below_zero(build.code("left"))))
        adds = dict(frame.adds)
        if layer.base.accumulator and not self.late:
            adds[layer.base.accumulator] = frame.base
        elif self.late:
            adds.pop(self.late, None)
        for key in dict.fromkeys(
            [a.key for a in self.own if a.kind == "paid"]
            + [s.accumulator for s in layer.steps if isinstance(s, p.PaymentCap) and s.accumulator]
        ):
            adds[key] = plus(adds.get(key, NOTHING), paid)
        for account in self.own:
            if account.kind == "count":
                adds[account.key] = Code(integer(1))
            elif account.kind == "payments":
                some = compare(">", paid.node, integer(0))
                adds[account.key] = chosen(some, Code(integer(1)), NOTHING)
            elif account.kind == "deductible":
                adds[account.key] = frame.applied
        shared = dict(frame.shared)
        for step in layer.steps:
            if isinstance(step, p.PaymentCap) and step.shared and not step.accumulator:
                shared[step.shared] = plus(shared.get(step.shared, NOTHING), paid)
        overflow = None
        if layer.name in self.overflows:
            overflow = build.hold(plus(frame.extra, frame.above))
        return _Effects(paid, frame.base, frame.applied, frame.taken, overflow, adds, shared)
