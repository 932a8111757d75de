"""Settling one claim as a small program on whole numbers, made from a plan: what every way of settling but the
interpreter runs.

A plan leaves nothing to decide, so its steps can be written out once as straight arithmetic on ints (`nodes`). There is
one such program per plan; `polc.fast` prints it as Python, `polc.native` as machine code. The interpreter
(`polc.settle`) stays the reference: a claim that has to be refused, or whose data are unusual, is handed to it whole.
"""

from polc.program.nodes import Refused
from polc.program.program import PARTS, Program, write_program

__all__ = ["PARTS", "Program", "Refused", "write_program"]
