"""The columns of a table of results, the same for every part of a run: `Layout`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from polc.plan import Layer, Plan

PERSON, HOSPITAL, POOL = "psn_part_amt", "hosp_part_amt", "hifp_pay"
PLATFORM = (
    "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay",
)  # fmt: skip
"""Result fields of the national platform that are funds, in its order."""
DEDUCTIBLE = ".deductible"
TOTAL, FUNDS, APPLIED, LINE = "medfee_sumamt", "fund_pay_sumamt", "act_pay_dedc", "setl_proc_info"
STATUS, PLAN, ROW, FILE = "status", "plan", "row", "file"


@frozen(eq=False, repr=False, slots=False)
class Layout:
    """Columns of a table of results: `keys` (column of the input, name in the results), the number of the row and,
    where there are several, its file; then what became of it and the amounts. `layers` in the order they are settled,
    `funds` the fields of bearers other than hospital and person, `pool` the layers that the basic fund pays."""

    keys: tuple[tuple[str, str], ...]
    files: bool
    layers: tuple[str, ...]
    funds: tuple[str, ...]
    pool: tuple[str, ...]
    line: bool

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns of amounts, in order."""
        layers = [name for layer in self.layers for name in (layer, layer + DEDUCTIBLE)]
        return (TOTAL, *layers, APPLIED, *self.funds, FUNDS, HOSPITAL, PERSON)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        place = (FILE, ROW) if self.files else (ROW,)
        line = (LINE,) if self.line else ()
        return (*(name for _, name in self.keys), *place, STATUS, *self.amounts, *line, PLAN)


def layout_of(plans: Iterable[Plan], keys: Sequence[str], kept: Sequence[str], files: bool, line: bool) -> Layout:
    """The columns for the results of some plans. Columns of the input whose names are taken get `input.` put before."""
    layers: dict[str, None] = {}
    pool: dict[str, None] = {}
    own: dict[str, None] = {}
    for plan in plans:
        for step in plan.body.steps:
            if isinstance(step, Layer):
                layers[step.name] = None
                if step.payer == POOL:
                    pool[step.name] = None
        own.update(dict.fromkeys(field for field, _ in plan.bearers if field not in (PERSON, HOSPITAL)))
    funds = (*PLATFORM, *(field for field in own if field not in PLATFORM))
    plain = Layout((), files, tuple(layers), funds, tuple(pool), line)
    taken = set(plain.columns)
    named = tuple((name, f"input.{name}" if name in taken else name) for name in (*keys, *kept))
    return Layout(named, files, tuple(layers), funds, tuple(pool), line)
