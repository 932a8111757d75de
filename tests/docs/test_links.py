"""Links lead somewhere, every page has its twin, and no page speaks of the machine it was written on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .pages import DOCS, PAGES, ROOT, prose, read, shown
from .slugs import anchors

ONE_LANGUAGE = {"docs/ARCHITECTURE.md", "docs/decisions.md", "docs/dependencies.md", "docs/performance.md"}
"""Pages for those who work on polc: they have no twin in Chinese."""


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(read(file))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_no_page_speaks_of_a_machine(page: Path) -> None:
    assert re.findall(r"(?:/tmp|/home|/work|/root|/Users|[A-Z]:\\)[/\\]\S*|\.\./shared", read(page)) == []


def test_every_page_for_authors_has_its_twin() -> None:
    names = {shown(page) for page in PAGES} - ONE_LANGUAGE
    chinese = {name for name in names if ".zh." in name}
    assert {name.replace(".zh.", ".") for name in chinese} == names - chinese
    for name in chinese:
        twin = Path(name).name.replace(".zh.", ".")
        assert f"({twin})" in read(ROOT / name) and f"({Path(name).name})" in read(ROOT / name.replace(".zh.", "."))


@pytest.mark.parametrize("page", [p for p in PAGES if ".zh." in p.name], ids=shown)
def test_twins_have_the_same_sections(page: Path) -> None:
    twin = page.with_name(page.name.replace(".zh.", "."))
    levels = [len(m) for m in re.findall(r"^(#+) ", prose(page), re.M)]
    assert levels == [len(m) for m in re.findall(r"^(#+) ", prose(twin), re.M)]


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, todo = set[Path](), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or page not in PAGES:
            continue
        reached.add(page)
        todo += [
            (page.parent / t.partition("#")[0]).resolve()
            for t in re.findall(r"\]\(([^)\s]+)\)", read(page))
            if t[0] != "#"
        ]
    assert [shown(page) for page in PAGES if page not in reached and page.is_relative_to(DOCS)] == []
