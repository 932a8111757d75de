"""Benchmarks; see README.md."""

import polc.batch  # noqa: F401 - before pyarrow, so that its memory is kept as in settling
