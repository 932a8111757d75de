"""Tables of claims settled as a batch: every row settled or refused, to the fen, in the order of each person's dates.

Needs the extra `polc[batch]`; `polc.batch.problems` alone can be imported without it.
"""

import ctypes
import os

# The memory of one part of a table is used again for the next instead of being given back to the system, which takes
# long to hand it out anew: that of pyarrow, which reads this when it is first imported, …
os.environ.setdefault("MIMALLOC_PURGE_DELAY", "-1")


def _keep_memory() -> None:
    """… and that of numpy, where the system's library has a way to say so: blocks of up to 32 MB, the most that can be
    asked for, come from memory that is kept until there is a gigabyte of it."""
    trim_threshold, mmap_threshold = -1, -3
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(trim_threshold, 1 << 30)
    mallopt(mmap_threshold, 1 << 25)


_keep_memory()
