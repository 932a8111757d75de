"""Settling without a trace: what everyone bears, exact to the fen, many times as fast as the interpreter.

Theory: the program of a plan (`polc.program`) is printed as Python and compiled. The interpreter (`polc.settle`) stays
the reference: a claim that has to be refused, or whose data are unusual (a fractional amount, a stay that goes on), is
handed to it whole. So the results, the state left behind and the problems raised are always the interpreter's.

Author's words never become source: they are constants that generated names refer to (`python`).
"""

from polc.fast.run import FastClaim, FastSettlement, FastSettler, fast_settler

__all__ = ["FastClaim", "FastSettlement", "FastSettler", "fast_settler"]
