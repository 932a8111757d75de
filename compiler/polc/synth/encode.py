"""Tables as CSV or Parquet, written piece by piece to an open file."""

from __future__ import annotations

from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_SPECIAL = '[",\r\n]'


class Sink(Protocol):
    """What takes the rows of a table."""

    def write(self, table: pa.Table) -> None:
        """Takes more rows."""

    def close(self) -> None:
        """No more rows come."""


def parquet_sink(stream: BinaryIO, schema: pa.Schema) -> Sink:
    """A Parquet file: a row group for each piece. The same bytes for the same rows and version of pyarrow."""
    sink: Sink = pq.ParquetWriter(stream, schema, compression="zstd")
    return sink


class CsvSink:
    """A CSV file in UTF-8: the same bytes for the same rows, whoever wrote them. Nothing is given as nothing, texts are
    quoted where they must be."""

    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        self._stream = stream
        names = _quoted(pa.array(schema.names))
        self._stream.write((",".join(names.to_pylist()) + "\n").encode())

    def write(self, table: pa.Table) -> None:
        """Takes more rows."""
        columns = [_texts(column.combine_chunks()) for column in table.columns]
        columns[-1] = pc.binary_join_element_wise(columns[-1], "", "\n")
        lines = pc.binary_join_element_wise(*columns, ",")
        _, _, data = lines.buffers()  # the rows one after the other
        if data is not None:
            self._stream.write(data.to_pybytes()[: pc.sum(pc.binary_length(lines)).as_py() or 0])

    def close(self) -> None:
        """No more rows come."""


def _texts(column: pa.Array) -> pa.Array:
    texts = column if pa.types.is_string(column.type) else column.cast(pa.string())
    return pc.fill_null(_quoted(texts) if texts is column else texts, "")


def _quoted(texts: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(texts, _SPECIAL)
    if not pc.any(special).as_py():
        return texts
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(texts, '"', '""'), '"', "")
    return pc.if_else(special, doubled, texts)
