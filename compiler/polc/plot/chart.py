"""A chart without a look: panels of areas and lines through exact points, in the units of their axes.

Invariants: points stand in order of x; where something jumps, two points have the same x. Nothing is a float.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal as OneOf

from attrs import frozen

Number = int | Fraction
Style = OneOf["person", "b0", "b1", "b2", "b3", "b4", "b5", "b6", "old", "new", "gain", "loss", "marginal", "cliff"]


@frozen(eq=False, repr=False, slots=False)
class Area:
    """What lies between two lines: points of x, lower and upper y."""

    style: Style
    points: tuple[tuple[Number, Number, Number], ...]


@frozen(eq=False, repr=False, slots=False)
class Line:
    """A line through points."""

    style: Style
    points: tuple[tuple[Number, Number], ...]


@frozen(eq=False, repr=False, slots=False)
class Mark:
    """A place with a number; `words` stand below the panel."""

    x: Number
    y: Number
    number: int
    words: str


@frozen(eq=False, repr=False, slots=False)
class Panel:
    """One pair of axes with what is drawn on them; `height` in lines of text, `x_named` whether the x axis has its
    figures and name (the panel below has the same)."""

    title: str
    x_label: str
    y_label: str
    x_most: Number
    y_least: Number
    y_most: Number
    height: int
    x_named: bool
    areas: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()


@frozen(eq=False, repr=False, slots=False)
class Chart:
    """Panels one below the other under a title and a legend (style and name); `description` says it all in words.
    Without `heading` the title is only told, not drawn."""

    title: str
    subtitle: str
    description: str
    legend: tuple[tuple[Style, str], ...]
    panels: tuple[Panel, ...]
    heading: bool = True
