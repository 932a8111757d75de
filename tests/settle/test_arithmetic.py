"""Rounding, deductibles and bands alone, against values worked out by hand and against slow definitions."""

from fractions import Fraction
from math import floor as whole_floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polc import arithmetic as a

EXACT = st.one_of(st.integers(-(10**6), 10**6), st.fractions(-(10**6), 10**6, max_denominator=1000))
AMOUNT = st.integers(0, 10**6)


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("half_up", {"2.4": 2, "2.5": 3, "3.5": 4, "-2.5": -3, "-2.4": -2, "2": 2}),
        ("half_even", {"2.4": 2, "2.5": 2, "3.5": 4, "-2.5": -2, "2.51": 3}),
        ("down", {"2.9": 2, "-2.9": -2, "2": 2}),
        ("up", {"2.1": 3, "-2.1": -3, "2": 2}),
    ],
)
def test_rounding_modes(mode: a.Mode, values: dict[str, int]) -> None:
    assert {text: a.rounded(Fraction(text), 1, mode) for text in values} == values


def test_rounding_evidence_of_published_examples() -> None:
    # 29743.675 → 29743.68, 17126.424 → .42, 6554.786 → .79, 155.0685 → .07, 18.137 → .14, 1497.636 → .64 yuan
    printed = {
        "29743.675": "29743.68", "17126.424": "17126.42", "6554.786": "6554.79", "155.0685": "155.07",
        "18.137": "18.14", "1497.636": "1497.64",
    }  # fmt: skip
    for exact, shown in printed.items():
        assert a.fen(Fraction(exact) * 100) == Fraction(shown) * 100


def test_rounding_to_whole_yuan_and_to_parts() -> None:
    assert a.rounded(841190, 100, "half_up") == 841200  # Zhenyuan 2017: 8411.9 is paid as 8412
    assert a.rounded(Fraction(1, 3), Fraction(1, 8), "down") == Fraction(1, 4)
    assert a.rounded(Fraction(3134_50), 100, "half_up") == 3135_00  # half of 6269


@given(EXACT)
def test_fen_is_rounding_half_up(value: Fraction | int) -> None:
    assert a.fen(value) == a.rounded(value, 1, "half_up")


@given(EXACT, EXACT)
def test_products_are_exact_and_normal(x: Fraction | int, y: Fraction | int) -> None:
    product = a.times(x, y)
    assert product == Fraction(x) * Fraction(y)
    assert isinstance(product, int) == (Fraction(product).denominator == 1)


@given(EXACT)
def test_floor_and_ceil(value: Fraction | int) -> None:
    assert a.floor(value) == whole_floor(value)
    assert a.ceil(value) == -whole_floor(-value)


@given(st.lists(AMOUNT, max_size=6), AMOUNT)
def test_a_deductible_over_a_sum_is_used_once_however_it_is_split(amounts: list[int], deductible: int) -> None:
    before = taken = 0
    for amount in amounts:
        taken += a.deductible_over_sum(before, amount, deductible)
        before += amount
    assert taken == min(before, deductible)


@given(AMOUNT, AMOUNT, AMOUNT)
def test_a_deductible_that_is_used_up_takes_nothing(amount: int, deductible: int, used: int) -> None:
    assert a.deductible_left(amount, deductible, used) == min(amount, max(0, deductible - used))


EDGES: tuple[a.Edge, ...] = ((0, True, 300, True), (300, False, 800, False), (800, True, None, False))
RATES = (Fraction(1, 2), Fraction(3, 5), Fraction(7, 10))


def test_edges_decide_in_which_band_a_coordinate_is() -> None:
    found = {at: a.containing(EDGES, at) for at in (0, 299, 300, 301, 799, 800)}
    assert found == {0: 0, 299: 0, 300: 0, 301: 1, 799: 1, 800: 2}


def test_zero_is_in_the_first_band_even_where_its_edge_is_left_out() -> None:
    assert a.containing(((0, False, 300, True), (300, False, None, False)), 0) == 0


def test_a_gap_is_an_error() -> None:
    with pytest.raises(ValueError, match="no band"):
        a.containing(((0, True, 300, True),), 301)


@given(AMOUNT, AMOUNT, AMOUNT)
def test_bands_pay_the_same_however_a_stretch_is_cut(start: int, first: int, second: int) -> None:
    middle, end = start + first, start + first + second
    parts = a.progressive(EDGES, RATES, start, middle) + a.progressive(EDGES, RATES, middle, end)
    assert parts == a.progressive(EDGES, RATES, start, end)


def test_progressive_whole_and_lump_readings() -> None:
    assert a.progressive(EDGES, RATES, 0, 1000) == 150 + 300 + 140
    assert a.whole_amount(EDGES, RATES, 0, 1000) == 700
    assert a.whole_amount(EDGES, RATES, 200, 1000) == 560
    assert a.whole_amount(EDGES, RATES, 200, 200) == 0
    assert a.lump(EDGES, (10, 20, 30), 0, 300) == 10
    assert a.lump(EDGES, (10, 20, 30), 0, 0) == 0


def least(pays: object, target: Fraction | int, most: int) -> int | None:
    """The smallest whole amount that pays the target, by trying them all."""
    return next((amount for amount in range(most) if pays(amount) >= target), None)  # type: ignore[operator]


@given(st.integers(0, 1000), st.integers(0, 900))
def test_reaching_a_payment_by_bands(start: int, target: int) -> None:
    need = a.reach_progressive(EDGES, RATES, start, target)
    assert need is not None
    assert a.ceil(need) == least(lambda x: a.progressive(EDGES, RATES, start, start + x), target, 3000)
    assert a.progressive(EDGES, RATES, start, start + need) == target or target == 0


def test_a_payment_that_bands_never_reach() -> None:
    assert a.reach_progressive(((0, True, None, False),), (0,), 0, 1) is None
    assert a.reach_progressive(((0, True, 100, True), (100, False, None, False)), (1, 0), 50, 51) is None


@given(st.integers(0, 900), st.integers(0, 300), st.integers(0, 900))
def test_reaching_a_payment_by_whole_amounts(start: int, cut: int, target: int) -> None:
    before = a.whole_amount(EDGES, RATES, cut, start)
    need = a.reach_whole_amount(EDGES, RATES, cut, start, target)
    assert need is not None
    tried = least(lambda x: a.whole_amount(EDGES, RATES, cut, start + x) - before, target, 4000)
    assert a.ceil(need) == tried


@given(st.integers(0, 900), st.integers(0, 900), st.integers(0, 40))
def test_reaching_a_lump_sum(start: int, cut: int, target: int) -> None:
    values = (10, 20, 30)
    before = a.lump(EDGES, values, cut, start)
    need = a.reach_lump(EDGES, values, cut, start, target)
    assert need == least(lambda x: a.lump(EDGES, values, cut, start + x) - before, target, 2000)
