"""Values of plan expressions, exact, and what an expression saw.

Theory: an expression is turned once into a closure over its operands' closures (`reader`), found again by the
expression's identity; settling then only calls closures. What an expression saw is collected the same way, after it was
evaluated: names behind a condition that was not reached were not read and are not shown.
"""

from polc.evaluate.dates import day_of_year, month_day
from polc.evaluate.environment import Collect, Environment, Read
from polc.evaluate.expression import CACHED, children, is_constant, name_of, unit_of
from polc.evaluate.problems import BandsBroken, DivisionByZero, MissingFact, NoValue
from polc.evaluate.reader import band_edges, band_values, evaluate, reader
from polc.evaluate.seen import collected, collectors, first_failed, seen

__all__ = [
    "CACHED", "BandsBroken", "Collect", "DivisionByZero", "Environment", "MissingFact", "NoValue", "Read", "band_edges",
    "band_values", "children", "collected", "collectors", "day_of_year", "evaluate", "first_failed", "is_constant",
    "month_day", "name_of", "reader", "seen", "unit_of",
]  # fmt: skip
