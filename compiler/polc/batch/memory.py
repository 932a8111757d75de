"""Memory that is kept from part to part: `keep_memory`."""

from __future__ import annotations

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""How the system's library calls what is set."""


@cache
def keep_memory() -> None:
    """Lets numpy use the memory of one part of a table for the next, for the rest of the process, where the system's
    library has a way to say so: blocks of up to 32 MB, the most that can be asked for, come from memory that is kept
    until there is a gigabyte of it. To have it handed out anew takes long."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_TRIM_THRESHOLD, 1 << 30)
    mallopt(_MMAP_THRESHOLD, 1 << 25)
