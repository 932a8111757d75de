"""Figures: exact, grouped, with nothing lost."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polc.explain.figures import (
    decimal,
    figure,
    grouped,
    machine,
    machine_money,
    machine_value,
    money,
    ratio,
    share,
    signed_money,
)
from polc.explain.wording import ZH, words

from .samples import rich_plan

EN = words("en", rich_plan())


@pytest.mark.parametrize(
    "fen, text, json",
    [
        (178695, "1,786.95", "1786.95"),
        (0, "0.00", "0.00"),
        (5, "0.05", "0.05"),
        (-5, "−0.05", "-0.05"),
        (-30000, "−300.00", "-300.00"),
        (100_000_000_00, "100,000,000.00", "100000000.00"),
        (Fraction("2974367.5"), "29,743.675", "29743.675"),
        (Fraction("9312505.625"), "93,125.05625", "93125.05625"),
        (Fraction(10000, 3), "33+1/3", "100/3"),
        (Fraction(100, 3), "1/3", "1/3"),
        (Fraction(-10000, 3), "−(33+1/3)", "-100/3"),
        (Fraction(123456700, 7), "176,366+5/7", "1234567/7"),
    ],
)
def test_money_is_exact_in_text_and_json(fen: int | Fraction, text: str, json: str) -> None:
    assert money(fen) == text
    assert machine_money(fen) == json


@given(st.fractions(max_denominator=10**6))
def test_what_json_says_is_the_number_itself(value: Fraction) -> None:
    assert Fraction(machine(value)) == value
    assert Fraction(machine_money(value)) * 100 == value
    exact = decimal(value)
    assert exact is None or Fraction(exact) == value


@given(st.fractions(max_denominator=10**6))
def test_what_text_says_is_the_number_itself(value: Fraction) -> None:
    text = grouped(value).replace(",", "").replace("(", "").replace(")", "")
    sign = -1 if text.startswith("−") else 1
    assert sign * sum(Fraction(part) for part in text.lstrip("−").split("+")) == value


@pytest.mark.parametrize(
    "value, text",
    [
        ("0.6", "60%"),
        ("0.625", "62.5%"),
        ("1", "100%"),
        ("0", "0%"),
        ("1/3", "(100/3)%"),
        ("0.0001", "0.01%"),
        ("-0.05", "−5%"),
    ],
)
def test_ratios(value: str, text: str) -> None:
    assert ratio(Fraction(value)) == text


@pytest.mark.parametrize(
    "part, whole, text",
    [(3479000, 5200000, "66.9%"), (1, 2000, "0.1%"), (1, 2001, "0.0%"), (5, 5, "100.0%"), (0, 7, "0.0%"), (3, 0, "")],
)
def test_shares_are_rounded_half_up_to_a_tenth(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


def test_signed_money() -> None:
    assert [signed_money(n) for n in (93780, -30000, 0)] == ["+937.80", "−300.00", "0.00"]


@pytest.mark.parametrize(
    "value, unit, zh, en",
    [
        (Fraction(1, 40), "points", "2.5个百分点", "2.5 percentage points"),
        (Fraction(1, 20), "points", "5个百分点", "5 percentage points"),
        (1, "days", "1日", "1 day"),
        (30, "workdays", "30个工作日", "30 workdays"),
        (3, "months", "3个月", "3 months"),
        (14, "years", "14年", "14 years"),
        (12000, "number", "12,000", "12,000"),
        (True, "bool", "是", "yes"),
        (False, "bool", "否", "no"),
        (None, "text", "无", "none"),
        (frozenset({"高血压", "糖尿病"}), "choices", "糖尿病、高血压", "糖尿病, 高血压"),
        (datetime.date(2023, 9, 4), "date", "2023-09-04", "2023-09-04"),
        (701, "month_day", "7月1日", "07-01"),
        ("三级", "text", "三级", "tertiary 三级"),
        ("糖尿病", "text", "糖尿病", "糖尿病"),
    ],
)
def test_values_of_every_unit(value: object, unit: str, zh: str, en: str) -> None:
    assert figure(value, unit, ZH) == zh  # type: ignore[arg-type]
    assert figure(value, unit, EN) == en  # type: ignore[arg-type]


def test_values_for_machines_are_strings_lists_or_yes_and_no() -> None:
    assert machine_value(500000, "money") == "5000.00"
    assert machine_value(Fraction(1, 40), "points") == "0.025"
    assert machine_value(True, "bool") is True
    assert machine_value(None, "text") is None
    assert machine_value(frozenset({"b", "a"}), "choices") == ["a", "b"]
    assert machine_value(datetime.date(2023, 9, 4), "date") == "2023-09-04"
