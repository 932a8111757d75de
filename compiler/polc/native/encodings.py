"""How the facts a program reads stand in columns, and the numbers of texts."""

from __future__ import annotations

from polc.native.columns import Encoding
from polc.program import Program
from polc.program import nodes as n
from polc.program.facts import OTHER_CHOICE, FactUse, as_int

_TYPES = {"money": "int64", "choices": "uint64"}


def codes_of(program: Program) -> dict[str, int]:
    """The number of each text that the program compares with, from 1 on; 0 is any other. The choices of facts come
    first: they are few, so that their columns are narrow."""
    found: dict[str, None] = {}
    todo: list[object] = [program.statements, program.bearers]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple | list):
            todo.extend(node)
        elif isinstance(node, n.Text):
            found[node.value] = None
        elif isinstance(node, n.Member):
            found |= dict.fromkeys(sorted(node.values))
            todo.append(node.value)
        elif isinstance(node, n.Lookup):
            found |= dict.fromkeys(node.table)
            todo += (node.key, node.otherwise)
        elif isinstance(node, n.Node | n.Assign | n.RefuseWhere | n.LacksWhere | n.If | n.Attempt | n.Repeat):
            todo.extend(vars(node).values())
    chosen = [name for use in program.facts if use.kind == "text" for name in use.choices if name in found]
    return {name: index for index, name in enumerate(dict.fromkeys([*chosen, *sorted(found)]), 1)}


def encoding_of(use: FactUse, program: Program, codes: dict[str, int]) -> Encoding:
    """How a fact stands in its column."""
    default: int | None = None
    if use.kind == "text":
        other = len(codes) + 1 if use.open else 0
        if use.default is not None:
            default = codes.get(str(use.default), 0)
        most = max((codes.get(name, 0) for name in use.choices), default=len(codes))
        dtype = "int32" if use.open else "uint8" if most < 2**8 else "uint16" if most < 2**16 else "int32"
        return Encoding(use.of, use.name, "text", dtype, default, codes=codes, other=other, open=use.open)
    if use.default is not None:
        default = as_int(use, use.default, program.choices)
    if use.kind == "bool":
        return Encoding(use.of, use.name, "bool", "uint8", default)
    if use.unit == "choices":
        named = {name: program.choices.get(name, OTHER_CHOICE) for name in use.choices} | program.choices
        return Encoding(use.of, use.name, "choices", "uint64", default, codes=named, other=OTHER_CHOICE)
    assert use.low is not None and use.high is not None
    dtype = _TYPES.get(use.unit, "int32")
    if use.unit == "date":
        return Encoding(use.of, use.name, "date", dtype, default, 1, use.low, use.high)
    return Encoding(use.of, use.name, "number", dtype, default, use.den, use.low, use.high)
