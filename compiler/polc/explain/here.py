"""Where a line of a layer stands: the lines so far, the layer's result, its claim, and the state the layer met."""

from __future__ import annotations

from typing import TypeVar

from attrs import frozen

from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Exact, whole
from polc.evaluate import Environment
from polc.explain.lines import Lines, written
from polc.explain.replay import Reached
from polc.explain.wording import Words

Written = TypeVar("Written")


@frozen(eq=False, repr=False, slots=False)
class Here:
    """A layer on its claim, with the lines that are being written of it."""

    lines: Lines
    result: s.LayerResult
    claim: s.ClaimSettlement
    reached: Reached
    w: Words

    @property
    def layer(self) -> p.Layer:
        """The layer as the plan has it."""
        assert isinstance(self.reached.step, p.Layer)
        return self.reached.step

    @property
    def env(self) -> Environment:
        """The state of the claim when the layer ran."""
        return self.reached.env

    def written(self, kind: type[Written], step: s.LayerStep) -> Written:
        """The plan's step that a step of the settlement carried out."""
        return next(x for x in self.layer.steps if isinstance(x, kind) and x.origin is step.origin)

    def sources(self, expr: p.Expr | None) -> tuple[p.Origin, ...]:
        """Where the named values that a formula is made of are written."""
        return () if expr is None else written(expr, self.reached.saw(expr), self.env)

    @property
    def entered(self) -> Exact:
        """The cost that entered the layer: the base, after limits on cost that stand before everything else."""
        amount: Exact = 0
        for step in self.result.steps:
            match step:
                case s.BaseStep(amount=base):
                    amount = base
                case s.CostCapStep(after=after):
                    amount = after
                case s.DeductibleStep() | s.BandsStep() | s.RateStep() | s.FixedStep():
                    break
        return amount

    def paid_before(self, step: s.LayerStep) -> Exact:
        """What the layer's payment stood at before a step."""
        paid: Exact = 0
        for earlier in self.result.steps:
            if earlier is step:
                break
            match earlier:
                case s.BandsStep(pays=pays) | s.RateStep(pays=pays) | s.FixedStep(pays=pays) | s.TopUpStep(pays=pays):
                    paid = whole(paid + pays)
                case s.FactorStep(after=after) | s.MinimumStep(after=after) | s.RoundStep(after=after):
                    paid = after
                case s.LimitedStep(after=after):
                    paid = after
                case s.PaymentCapStep(before=before, after=after):
                    paid = paid if before == after else after
        return paid
