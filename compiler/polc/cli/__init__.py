"""The command line `polc`: the only part of polc that prints.

Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 the input is wrong or a check failed,
2 misuse, 70 a bug in polc; an interrupted run ends with 130, one whose reader went away with 141, as the shell has it.
"""

from __future__ import annotations

from polc.cli.run import main, run

__all__ = ["main", "run"]
