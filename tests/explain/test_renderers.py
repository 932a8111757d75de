"""Text, terminal, Markdown and HTML show the one sheet, straight, safely and the same everywhere."""

from __future__ import annotations

import html.parser
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import attrs
import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pol_lang.problem import Language
from polc import plan as p
from polc.explain import explain
from polc.explain.grid import Field, rows_of
from polc.explain.sheet import sheet
from polc.explain.text import WIDTH
from polc.explain.wording import words
from polc.settlement import ClaimSettlement, HeldIdentity, Person, Settlement

from . import samples
from .samples import chongqing, plan_hash, rich, sequence

SAMPLES = {"chongqing": chongqing, "rich": rich, "sequence": sequence}
ROOT = Path(__file__).parent.parent.parent


def extension(ending: str) -> type[SingleFileSnapshotExtension]:
    return type(
        f"As{ending}", (SingleFileSnapshotExtension,), {"_write_mode": WriteMode.TEXT, "file_extension": ending}
    )  # fmt: skip


def shown(name: str, lang: str = "zh", **options: Any) -> str:
    return explain(SAMPLES[name](), plan_hash=plan_hash, lang=lang, **options)  # type: ignore[arg-type]


# ---------------------------------------------------------------- looks


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text(name: str, lang: str, snapshot: SnapshotAssertion) -> None:
    assert shown(name, lang) == snapshot(extension_class=extension("txt"))


def test_why_not(snapshot: SnapshotAssertion) -> None:
    assert shown("sequence", why_not="医疗救助") == snapshot(extension_class=extension("txt"))


@pytest.mark.parametrize("name", ["chongqing", "rich"])
def test_markdown(name: str, snapshot: SnapshotAssertion) -> None:
    assert shown(name, format="md") == snapshot(extension_class=extension("md"))


@pytest.mark.parametrize("name, lang", [("chongqing", "zh"), ("rich", "en")])
def test_html(name: str, lang: str, snapshot: SnapshotAssertion) -> None:
    assert shown(name, lang, format="html") == snapshot(extension_class=extension("html"))


@pytest.mark.parametrize("name", ["chongqing"])
def test_json(name: str, snapshot: SnapshotAssertion) -> None:
    assert shown(name, format="json") == snapshot(extension_class=extension("json"))


# ---------------------------------------------------------------- the same bytes everywhere


SCRIPT = """
import hashlib, sys
from samples import chongqing, rich, sequence, plan_hash
from polc.explain import explain
for make in (chongqing, rich, sequence):
    for format in ("text", "json", "md", "html"):
        text = explain(make(), plan_hash=plan_hash, format=format, lang="zh")
        print(format, hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_same_bytes_under_every_hash_seed() -> None:
    outputs = set()
    for seed in ("1", "4711"):
        paths = os.pathsep.join(map(str, (ROOT / "lang", ROOT / "compiler", Path(samples.__file__).parent)))
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "COLUMNS": seed, "LC_ALL": "C"}
        done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_twice_the_same() -> None:
    assert shown("rich") == shown("rich")


# ---------------------------------------------------------------- straight columns


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_row_is_too_wide_and_none_ends_in_spaces(name: str, lang: str) -> None:
    for row in shown(name, lang, why_not=None).split("\n"):
        assert cell_len(row) <= WIDTH, row
        assert row == row.rstrip()
        assert row.isprintable()


def at_cell(row: str, cell: int) -> str:
    """The row from a cell on; a wide character across it gives an empty text."""
    for index in range(len(row) + 1):
        if cell_len(row[:index]) == cell:
            return row[index:]
    return ""


@pytest.mark.parametrize("name", ["chongqing", "rich"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_numbers_labels_and_amounts_stand_in_their_columns(name: str, lang: str) -> None:
    page = sheet(SAMPLES[name](), lang, plan_hash).pages[0]  # type: ignore[arg-type]
    rows = shown(name, lang).split("\n")
    lines = [line for section in page.sections for line in section.lines]
    first = next(row for row in rows if row.startswith("  2.1 "))
    end = cell_len(first)  # the total stands alone: its row ends where amounts end
    label_at = cell_len(first[: first.index(page.sections[1].lines[0].label)])
    for line in lines:
        row = next(r for r in rows if r.startswith(f"  {line.number} "))
        assert at_cell(row, label_at).startswith(line.label.split(" ")[0]), row
        if line.amount:
            assert at_cell(row, end - cell_len(line.amount)).startswith(line.amount), row
            assert at_cell(row, end)[:1] in ("", " "), row


def test_a_table_under_a_line_is_straight() -> None:
    rows = shown("rich").split("\n")
    rule = next(at for at, row in enumerate(rows) if "倾斜前" in row) + 1
    starts = [cell_len(rows[rule][: m.start()]) for m in re.finditer(r"(?<=  )─", rows[rule])]
    ends = [cell_len(rows[rule][: m.end()]) for m in re.finditer(r"─(?=  |$)", rows[rule])]
    assert len(starts) == len(ends) == 7
    for row in (rows[rule - 1], *rows[rule + 1 : rule + 4]):
        for end, start in zip(ends, starts[1:], strict=False):
            gap = at_cell(row, end)[:2]
            assert gap == "  ", row
            assert start == end + 2


def test_columns_start_at_their_cells_for_any_script() -> None:
    fields = (Field(8), Field(9, "right"), Field(4))
    rows = rows_of((("起付线abc",), ("1.00",), ("ok",)), fields)
    assert cell_len(rows[0].split("1.00")[0] + "1.00") == 8 + 2 + 9


# ---------------------------------------------------------------- nothing from a file acts

HOSTILE = "<script>alert(1)</script>\"&'{{7*7}}</style><img src=x onerror=y>|*_`#[a](b)"


def hostile() -> Settlement:
    """A settlement whose every name is an attack."""
    plain = chongqing()
    claim = plain.claims[0]
    plan = claim.plan
    layer = plan.body.steps[0]
    assert isinstance(layer, p.Layer)
    document = attrs.evolve(plan.documents[0], title=HOSTILE, illustrative=(HOSTILE,), issuers=(HOSTILE,))
    evil: ClaimSettlement = attrs.evolve(
        claim,
        claim=attrs.evolve(claim.claim, id=HOSTILE),
        plan=attrs.evolve(plan, name=HOSTILE, documents=(document,)),
        steps=tuple(
            attrs.evolve(s, name=HOSTILE, payer_name=HOSTILE, origin=p.Origin((HOSTILE,), HOSTILE, HOSTILE))  # type: ignore[misc]
            for s in claim.steps
        ),
        bearers=tuple((field, HOSTILE, amount) for field, _, amount in claim.bearers),
    )
    return Settlement(Person(HOSTILE, (HeldIdentity(HOSTILE),)), (evil,), plain.state)


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attributes)
        for name, value in attributes:
            if name in ("href", "src"):
                assert value is not None and value.startswith("#")


def test_html_escapes_whatever_comes_from_files() -> None:
    page = explain(hostile(), plan_hash=lambda _: HOSTILE, format="html")
    assert "<script" not in page
    assert "<img" not in page
    assert "49" not in re.findall(r"alert\(1\).{0,60}", page)[0]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    parser = Tags()
    parser.feed(page)
    assert "script" not in parser.tags
    assert not any(name.startswith("on") for name in parser.attributes)


def test_html_stands_alone() -> None:
    page = shown("sequence", format="html")
    assert "http" not in page
    assert "url(" not in page
    assert "@import" not in page
    parser = Tags()
    parser.feed(page)
    assert not parser.tags & {"script", "link", "iframe", "img", "object"}


def test_markdown_takes_every_sign_literally() -> None:
    page = explain(hostile(), plan_hash=lambda _: HOSTILE, format="md")
    assert "<script>" not in page.replace("\\<script\\>", "")
    assert re.search(r"(?<!\\)<(?!br>)", page) is None
    cells = {len(re.findall(r"(?<!\\)\|", row)) for row in page.split("\n") if row.startswith("| 1.")}
    assert cells == {6}


def test_text_shows_control_characters_harmlessly() -> None:
    settlement = chongqing()
    claim = settlement.claims[0]
    evil = attrs.evolve(claim, claim=attrs.evolve(claim.claim, id="a\x1b[31m\u202eb\nc"))
    text = explain(Settlement(settlement.person, (evil,), settlement.state), plan_hash=plan_hash)
    assert "\x1b" not in text
    assert "\u202e" not in text


# ---------------------------------------------------------------- the picture


def picture(page: str) -> ElementTree.Element:
    found = re.search(r"<svg.*?</svg>", page, re.S)
    assert found is not None
    return ElementTree.fromstring(found.group(0))


def test_the_picture_says_in_words_what_it_shows() -> None:
    svg = picture(shown("chongqing", format="html"))
    assert svg.get("role") == "img"
    described = {child.get("id"): child.text for child in svg if child.tag in ("title", "desc")}
    assert described["p1-t"] == "费用去向"
    assert described["p1-d"] == (
        "从医疗费总额 52,000.00 元，经各项扣减和保障层，到各承担方："
        "居民医保统筹基金 34,790.00；医疗救助基金 10,647.00；倾斜救助资金 937.80；个人负担 5,625.20。"
    )
    texts = [tspan.text for tspan in svg.iter("tspan")]
    for text in ("大病保险", "0.00", "937.80", "个人负担", "5,625.20  10.8%", "全自费费用"):
        assert text in texts


@pytest.mark.parametrize("name", SAMPLES)
def test_heights_are_to_scale(name: str) -> None:
    svg = picture(shown(name, format="html"))
    claim = SAMPLES[name]().claims[0]
    bars: dict[str, float] = {}
    for path in svg.iter("path"):
        title = path.find("title")
        drawn = re.match(r"M[\d.]+ [\d.]+h12v([\d.]+)h-12z", path.get("d") or "")
        if title is not None and drawn and (path.get("class") or "").startswith("solid"):
            bars[(title.text or "").rsplit(" ", 1)[1]] = float(drawn.group(1))
    for _, _, amount in claim.bearers:
        if amount * 280 > claim.total * 2:
            text = f"{amount // 100:,}.{amount % 100:02}"
            assert bars[text] == pytest.approx(280 * amount / claim.total, abs=0.01)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_labels_stay_inside_the_picture(name: str, lang: Language) -> None:
    svg = picture(shown(name, format="html", lang=lang))
    _, _, width, height = map(float, (svg.get("viewBox") or "").split())
    for label in svg.iter("text"):
        for row in label:
            x, y, cells = float(row.get("x") or 0), float(row.get("y") or 0), cell_len(row.text or "")
            reach = {"start": (0, 7), "middle": (3.5, 3.5), "end": (7, 0)}[label.get("text-anchor") or ""]
            assert x - reach[0] * cells >= 0 and x + reach[1] * cells <= width and 0 < y < height, row.text


def test_labels_do_not_overlap() -> None:
    for name in SAMPLES:
        svg = picture(shown(name, format="html"))
        ends = [t for t in svg.iter("text") if t.get("text-anchor") == "start"]
        tops = sorted(float(t[0].get("y") or 0) for t in ends)
        assert all(b - a >= 30 for a, b in pairwise(tops)), (name, tops)


# ---------------------------------------------------------------- the terminal


def test_a_terminal_gets_the_same_lines_in_colour() -> None:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown("rich", terminal=True, width=120))
    assert "\x1b[" in shown("rich", terminal=True, width=120)
    for text in ("3.2.5", "35,368.841", "50,000.00 不含", "26,150.77", "个人负担"):
        assert text in plain
    assert all(cell_len(row.rstrip()) <= 120 for row in plain.split("\n"))
    assert "…" not in plain


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [40, 60, 80, 100, 140, 300])
def test_a_terminal_of_any_width_breaks_no_number_and_goes_over_no_edge(width: int, lang: Language) -> None:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown("sequence", terminal=True, width=width, lang=lang))
    assert all(cell_len(row.rstrip()) <= (width if width >= 60 else 64) for row in plain.split("\n"))
    document = sheet(sequence(), lang, plan_hash)
    for page in document.pages:
        for section in page.sections:
            for line in section.lines:
                assert line.number in plain and line.amount in plain and line.label.split(" ")[0] in plain


def test_text_needs_neither_templates_nor_tables() -> None:
    script = "import sys, polc.explain.text; print({'jinja2', 'rich.table', 'rich.console'} & sys.modules.keys())"
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT / "lang", ROOT / "compiler")))}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_every_word_is_there_in_both_languages() -> None:
    from polc.explain.wording import _WORDS

    for key, (zh, en) in _WORDS.items():
        assert zh and en, key
        assert set(re.findall(r"\{(\w+)", zh)) == set(re.findall(r"\{(\w+)", en)), key
    assert words("zh")("deductible") == "起付线"
    assert words("en")("deductible") == "deductible"
