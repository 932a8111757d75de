"""Settling columns of claims with machine code made for the plan: exact to the fen, at the speed of memory.

Needs the extra `polc[batch]` (llvmlite, numpy). What it cannot settle it leaves, claim by claim, to the interpreter
(`polc.settle`), and says so.
"""

from polc.native.columns import ABSENT, Columns, Encoding, Items, Results, States
from polc.native.settler import NativeSettler

__all__ = ["ABSENT", "Columns", "Encoding", "Items", "NativeSettler", "Results", "States"]
