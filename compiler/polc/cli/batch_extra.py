"""The extras `polc[batch]` and `polc[spark]`, or a message that names them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from pol_lang.problem import Problems
from polc.batch.problems import BatchMissing, SparkMissing

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


def spark_extra() -> None:
    """Raises `Problems` where Spark, or the Java it runs on, is not installed."""
    if find_spec("pyspark") is None:
        raise Problems([SparkMissing(module_zh="“pyspark”", module_en="“pyspark”")])
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Problems([SparkMissing(module_zh=" Java", module_en="Java")])
