"""A column of texts comes out as its cells do one by one, whatever stands beside a cell."""

from __future__ import annotations

import unicodedata
from random import Random

import pyarrow as pa
import pytest
from tests.batch.tables import ODD_TEXTS

from polc.batch.texts import texts
from polc.claims.tree import odd_character

CELLS = (None, "", "P1", "0012", "S-77", " P1", "P1 ", "é", "e\u0301", "张三", "\u3000", "\x7f", "P\u200b", *ODD_TEXTS)


@pytest.mark.parametrize("seed", range(30))
def test_texts_are_those_of_single_cells(seed: int) -> None:
    random = Random(seed)
    plain = ("P1", "0012", "S-77", "")
    cells = [random.choice(CELLS if random.random() < 0.2 else plain) for _ in range(random.randint(0, 40))]
    for column in (pa.array(cells, pa.string()), pa.array(["é ", *cells, "张"], pa.string()).slice(1, len(cells))):
        read = texts(column)
        expected, unusual = [], []
        for cell in cells:
            text = unicodedata.normalize("NFC", cell).strip() if cell else None
            unusual.append(bool(text and odd_character(text)))
            expected.append(None if unusual[-1] else text or None)
        assert read.values.to_pylist() == expected
        assert read.unusual.tolist() == unusual
