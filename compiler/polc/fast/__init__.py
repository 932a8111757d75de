"""Settling without a trace: what everyone bears, exact to the fen, many times as fast as the interpreter.

Theory: a plan leaves nothing to decide, so its steps can be written out once as straight Python source (`write`) and
compiled. Amounts are ints: each expression becomes source together with the denominator its value is over, which the
plan's constants determine (`exact`, `scalar`), so no fraction is ever made per claim. The interpreter (`polc.settle`)
stays the reference: constructs that are rare call it for one expression or one layer, and a claim that has to be
refused, or whose data are unusual (a fractional amount, a stay that goes on), is handed to it whole. So the results,
the state left behind and the problems raised are always the interpreter's.

Author's words never become source: they are constants that generated names refer to (`source`).
"""

from polc.fast.run import FastClaim, FastSettlement, FastSettler, fast_settler

__all__ = ["FastClaim", "FastSettlement", "FastSettler", "fast_settler"]
