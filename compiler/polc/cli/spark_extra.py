"""The extra `polc[spark]`, or a message that names it."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec

from pol_lang.problem import Problems
from polc.batch.spark_problems import SparkMissing


def spark_extra() -> None:
    """Raises `Problems` where Spark, or the Java it runs on, is not installed."""
    if find_spec("pyspark") is None:
        raise Problems([SparkMissing(module_zh="“pyspark”", module_en="“pyspark”")])
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Problems([SparkMissing(module_zh=" Java", module_en="Java")])
