"""`python -m polc` is `polc`."""

from __future__ import annotations

from polc.cli import main

main()
