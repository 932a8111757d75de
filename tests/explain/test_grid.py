"""Columns by display width: nothing is lost, nothing is wider than its column, everything starts where it should."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from polc.explain.grid import Field, padded, rows_of, wrapped

TEXTS = st.text(alphabet=st.sampled_from("基本医保起付线，。（）「」 abcXYZ0123456789.,%+−×="), max_size=60)


@given(TEXTS, st.integers(4, 40))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, width: int) -> None:
    rows = wrapped(text, width)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(row) <= width for row in rows)


def test_rows_break_between_wide_characters_and_at_spaces_only() -> None:
    assert wrapped("四舍五入到分：29,743.675 → 29,743.68", 24) == ["四舍五入到分：29,743.675", "→ 29,743.68"]
    assert wrapped("依三.二 一是", 6) == ["依", "三.二", "一是"]
    assert wrapped("差 1,691.00", 6) == ["差", "1,691.", "00"]


def test_a_closing_sign_never_starts_a_row() -> None:
    assert wrapped("（含）（不含）", 6) == ["（含）", "（不", "含）"]
    assert wrapped("第一条，第二条", 6) == ["第一", "条，第", "二条"]


def test_the_number_of_a_document_stays_whole() -> None:
    assert wrapped("见临医保发〔2023〕11号文", 16) == ["见临医保", "发〔2023〕11号文"]


def test_padding_counts_cells() -> None:
    assert padded("起付线", 8) == "起付线  "
    assert padded("1.00", 8, "right") == "    1.00"


def test_every_column_starts_at_its_own_cell() -> None:
    fields = (Field(6), Field(10), Field(8, "right"))
    rows = rows_of((("3.1",), ("起付线", "deductible"), ("1,000.00",)), fields, 2)
    assert rows == ["  3.1     起付线      1,000.00", "          deductible"]
