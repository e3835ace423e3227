"""Read an SPSS file in a process of its own: python spss_reader.py PATH OPTIONS, an Arrow stream comes out.

pyreadstat is written in C, and a damaged file can take its process along.
"""

import json
import sys
from typing import Any

import pyarrow as pa
import pyreadstat

NAMES, WORDS, ROWS, ENCODING, LENGTHS = b"names", b"words", b"rows", b"encoding", b"lengths"
_LENGTHS = ("TIME", "DTIME")
"""Formats of variables that are a number of seconds, which may be those of days and be below zero."""


def main(path: str, options: str) -> None:
    """Write the columns, with what the file says of them as the metadata of the schema."""
    asked: dict[str, Any] = json.loads(options)
    columns, about = pyreadstat.read_sav(path, output_format="dict", **asked)
    formats = about.original_variable_types
    lengths = [name for name in columns if (formats[name] or "").rstrip("0123456789.") in _LENGTHS]
    if lengths and not asked.get("metadataonly"):
        # As times of day they would lose their days.
        plain = asked | {"usecols": lengths, "disable_datetime_conversion": True}
        columns |= pyreadstat.read_sav(path, output_format="dict", **plain)[0]
    words = {name: list(labels.items()) for name, labels in about.variable_value_labels.items()}
    table = pa.table({name: pa.array(cells) for name, cells in columns.items()}).replace_schema_metadata(
        {
            NAMES: json.dumps(about.column_names),
            WORDS: json.dumps(words),
            LENGTHS: json.dumps(lengths),
            ROWS: str(about.number_rows or 0),
            ENCODING: about.file_encoding or "utf-8",
        }
    )
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)


if __name__ == "__main__":
    main(*sys.argv[1:])
