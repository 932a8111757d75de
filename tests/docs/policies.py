"""Makes whole policies of the fragments that documents show."""

from __future__ import annotations

from pathlib import Path

from pol_lang import syntax as s
from pol_lang.parser import parse
from pol_lang.source import Source

from .pages import Block

HERE = Path(__file__).parent
AROUND = (HERE / "around.pol").read_text(encoding="utf-8")
AROUND_IN_ENGLISH = (HERE / "around.en.pol").read_text(encoding="utf-8")
"""What stands around fragments; on the English reference all names are English."""


def whole_policy(block: Block) -> str:
    """The policy that a block is checked in: itself where it is complete, else the policy around fragments with it.

    Kinds of fragments: statements (no marker), and `terms`, one value or condition a line.
    """
    kind = block.marker.removeprefix("pol:").split()[0] if block.marker else "statements"
    if kind == "complete":
        return block.text
    text, around = block.text, AROUND_IN_ENGLISH if block.page.name == "language.md" else AROUND
    if kind == "terms":
        text = "".join(f"定义 值{i} = {line}\n" for i, line in enumerate(text.splitlines()))
    return without_declared(around, parse(Source("fragment", text)).file) + "\n" + text


def without_declared(text: str, fragment: s.File) -> str:
    """A policy's text without the statements whose names a fragment declares itself."""
    names = {_name(statement) for statement in fragment.statements} - {""}
    around = parse(Source("around", text)).file
    kept = [statement.span.text for statement in around.statements if _name(statement) not in names]
    return "\n".join(part.rstrip() + "\n" for part in kept)


def _name(statement: s.Statement) -> str:
    """The name a statement declares, `policy` for the head, empty where it declares none."""
    if isinstance(statement, s.Policy):
        return "policy"
    if isinstance(statement, s.Set | s.Amend | s.Remove):
        return ""
    name = getattr(statement, "name", None)
    return name.text if isinstance(name, s.Word) else ""
