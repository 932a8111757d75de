"""The module of machine code for a plan: a function that settles the claims of a range of persons.

`settle(columns, lo, hi)` gets a table of pointers to columns (`Kernel.columns` says which stand where) and runs over
the claims of persons `lo` to `hi`. The accumulators of a person stay in registers from claim to claim. A claim that is
for the exact way gets status 1, and so do all later ones of the person.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from polc import plan as p
from polc.native.columns import Encoding
from polc.native.pointers import Key, Outputs
from polc.native.runtime import functions
from polc.native.walks import Walks
from polc.program import Program
from polc.program import nodes as n


@frozen(eq=False, repr=False, slots=False)
class Kernel:
    """The text of a module, and the columns that its function takes, in order."""

    text: str
    columns: tuple[Key, ...]


def write_kernel(
    plan: p.Plan,
    program: Program,
    codes: dict[str, int],
    encodings: Sequence[Encoding],
    outputs: Outputs,
    states: bool,
    triple: str,
    sums: bool = False,
) -> Kernel:
    """The module for a plan's program, with accumulators from before and for afterwards (`states`) or without; with
    `sums` it adds up what it writes."""
    writer = Walks(plan, program, codes, {(e.of, e.name): e for e in encodings}, outputs, sums)
    if states:
        writer.by_person()
    else:
        writer.in_a_row()
    code = writer.code
    head = "define void @settle(ptr noalias %columns, i64 %lo, i64 %hi) nounwind {"
    body = "\n".join((head, "entry:", *code.entry, "  br label %start", *code.lines, "}"))
    called = functions(writer.expressions.called)
    weights = '!0 = !{!"branch_weights", i32 1, i32 2000}\n!1 = !{}'
    text = "\n".join([f'target triple = "{triple}"', *writer.expressions.tables, called, body, weights, ""])
    return Kernel(text, tuple(writer.columns.places))


def outputs(program: Program, deductibles: bool = True) -> Outputs:
    """The columns of results that are written, with what stands in each: those that no other column says already."""
    found: dict[Key, n.Node | str] = {("left",): "left"}
    found |= {("paid", str(index)): name for index, name in enumerate(program.paid)}
    found |= {("moved", str(index)): name for index, name in enumerate(program.moved)}
    for index, (name, _) in enumerate(program.deducted):
        if deductibles and name in program.deducts:
            found["deducted", str(index)] = name
    if program.raises_total:
        found["total",] = "total"
    for index, node in enumerate(program.bearers):
        if not isinstance(node, n.Get | n.Int):
            found["bearer", str(index)] = node
    return found
