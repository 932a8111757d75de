"""What the documents list is what the code has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pol_lang.problem import Language

from .generated import ENGLISH_ONLY, GENERATED
from .pages import PAGES, check_generated, generated_names, shown


def language_of(page: Path) -> Language:
    """The language a page is written in."""
    return "zh" if ".zh." in page.name else "en"


@pytest.mark.parametrize("page", [page for page in PAGES if generated_names(page)], ids=shown)
def test_the_lists_of_a_page_are_fresh(page: Path) -> None:
    names = generated_names(page)
    assert set(names) <= set(GENERATED)
    check_generated(page, {name: GENERATED[name](language_of(page)) for name in names})


def test_every_list_is_shown_in_both_languages() -> None:
    found = {(name, language_of(page)) for page in PAGES for name in generated_names(page)}
    assert found == {(name, lang) for name in GENERATED for lang in ("zh", "en")} - {(n, "zh") for n in ENGLISH_ONLY}
