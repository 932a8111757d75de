"""Memory that is kept from part to part: `keep_memory`."""

from __future__ import annotations

import ctypes
from functools import cache

import pyarrow as pa

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENAS = -1, -3, -8
"""How the system's library calls what is set."""


@cache
def keep_memory() -> None:
    """Lets numpy and Arrow use the memory of one part of a table for the next, for the rest of the process, where the
    system's library has a way to say so: blocks of up to 32 MB, the most that can be asked for, come from memory that
    is kept, by all threads together, until there is a gigabyte of it. To have it handed out anew takes long. Arrow's
    own ways to keep memory are not used then: they ask for more of it, and the system clears what they get."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_ARENAS, 1)
    mallopt(_TRIM_THRESHOLD, 1 << 30)
    mallopt(_MMAP_THRESHOLD, 1 << 25)
    pa.set_memory_pool(pa.system_memory_pool())
