"""Band tables: edges in order, no gap, no overlap, no rate above 100 %."""

from __future__ import annotations

from fractions import Fraction

from pol_lang import syntax as s
from pol_lang.problem import Note
from pol_lang.source import Span
from polc import plan as p
from polc.lowering.amounts import value_text
from polc.lowering.folding import constant, leaves_of_cases
from polc.lowering.table_problems import BandAfterLast, BandGap, BandOverlap, EmptyBand, RateAboveOne
from polc.lowering.values import Values
from polc.resolved import Symbol


class Bands(Values):
    """Elaborates band tables."""

    def band_table(self, symbol: Symbol) -> tuple[s.BandTable, tuple[s.Band, ...], s.BandOptions | None]:
        """A named band table with the bands it has today: its own, or those that were set for it."""
        statement = symbol.statement
        assert isinstance(statement, s.BandTable)
        if statement.bands:
            return statement, statement.bands, statement.options
        setting = self.program.settings.get(symbol.name)
        if setting is None:
            self.report_unbound(statement, statement.bounds)
            return statement, (), None
        if statement.bounds is not None:
            for band in setting.bands:
                value, unit = self.expr(band.value)
                for leaf in leaves_of_cases(value):
                    self.check_bound(symbol.name, statement.bounds, constant(leaf), unit, band.span)
        return statement, setting.bands, setting.options

    def bands(
        self, name: str, bands: tuple[s.Band, ...], mode: str, unit: str, line: s.Line
    ) -> tuple[p.BandTable, str]:
        """A band table over values of `unit` and the unit of its values; gaps, overlaps, rates above 100 % "
        "are reported."""
        found: list[p.Band] = []
        value_unit = ""
        previous: tuple[p.Expr, bool, Span] | None = None
        for i, band in enumerate(bands):
            r = band.range
            zero: p.Expr = p.Const(0, unit)  # type: ignore[arg-type]
            upper = self.want(r.upper, unit) if r.upper is not None else None
            if r.lower is not None:
                lower, lower_inclusive = self.want(r.lower, unit), r.lower_inclusive
                self._check_edge(name, previous, lower, lower_inclusive, band, unit)
            elif previous is not None:
                lower, lower_inclusive = previous[0], not previous[1]
            else:
                lower, lower_inclusive = zero, True
            if i and previous is None:
                self.problems.append(BandAfterLast(span=band.span))
            low, high = constant(lower), constant(upper) if upper is not None else None
            if isinstance(low, (int, Fraction)) and isinstance(high, (int, Fraction)) and high <= low:
                self.problems.append(EmptyBand(span=band.range.span))
            value, found_unit = self.expr(band.value)
            wanted = ("money",) if mode == "lump" else (("ratio",) if unit == "money" else ("money", "ratio", "number"))
            if found_unit not in (*wanted, "error"):
                self.unit_problem(band.value, found_unit, wanted[0])
            value_unit = value_unit or found_unit
            rate = constant(value)
            if found_unit == "ratio" and isinstance(rate, (int, Fraction)) and rate > 1:
                self.problems.append(RateAboveOne(span=band.value.span, rate=value_text(rate, "ratio")))
            found.append(p.Band(lower, lower_inclusive, upper, r.upper_inclusive, value, self.origin(band)))
            previous = (upper, r.upper_inclusive, band.range.span) if upper is not None else None
        if bands and previous is not None:
            end = constant(previous[0])
            self.problems.append(BandGap(span=previous[2], lower=value_text(end, unit), upper="∞"))
        return p.BandTable(name, mode, tuple(found), self.origin(line)), value_unit  # type: ignore[arg-type]

    def _check_edge(
        self,
        name: str,
        previous: tuple[p.Expr, bool, Span] | None,
        lower: p.Expr,
        inclusive: bool,
        band: s.Band,
        unit: str,
    ) -> None:
        low = constant(lower)
        if previous is None:
            if isinstance(low, (int, Fraction)) and low > 0:
                self.problems.append(
                    BandGap(span=band.range.span, lower=value_text(0, unit), upper=value_text(low, unit))
                )
            return
        end = constant(previous[0])
        if not isinstance(low, (int, Fraction)) or not isinstance(end, (int, Fraction)):
            return
        note = (Note(previous[2], "上一段", "the band before"),)
        if low > end:
            self.problems.append(
                BandGap(span=band.range.span, lower=value_text(end, unit), upper=value_text(low, unit), notes=note)
            )
        elif low < end:
            self.problems.append(
                BandOverlap(span=band.range.span, lower=value_text(low, unit), upper=value_text(end, unit), notes=note)
            )
        elif inclusive == previous[1]:
            kind = BandOverlap if inclusive else BandGap
            edge = value_text(end, unit)
            self.problems.append(kind(span=band.range.span, lower=edge, upper=edge, notes=note))
