"""The extra `polc[batch]`, or a message that names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pol_lang.problem import Problems
from polc.batch.problems import BatchMissing

_LIBRARIES = ("pyarrow", "numpy", "llvmlite")


@contextmanager
def batch_extra() -> Iterator[None]:
    """Around imports that need the extra. Raises `Problems` where it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in _LIBRARIES:
            raise
        raise Problems([BatchMissing(module=module)]) from None
