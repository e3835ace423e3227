"""Read an SPSS file in a process of its own: python spss_reader.py PATH OPTIONS, an Arrow stream comes out.

pyreadstat is written in C, and a damaged file can take its process along.
"""

import json
import sys

import pyarrow as pa
import pyreadstat

NAMES, WORDS, ROWS, ENCODING = b"names", b"words", b"rows", b"encoding"


def main(path: str, options: str) -> None:
    """Write the columns, with what the file says of them as the metadata of the schema."""
    columns, about = pyreadstat.read_sav(path, output_format="dict", **json.loads(options))
    words = {name: list(labels.items()) for name, labels in about.variable_value_labels.items()}
    table = pa.table({name: pa.array(cells) for name, cells in columns.items()}).replace_schema_metadata(
        {
            NAMES: json.dumps(about.column_names),
            WORDS: json.dumps(words),
            ROWS: str(about.number_rows or 0),
            ENCODING: about.file_encoding or "utf-8",
        }
    )
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)


if __name__ == "__main__":
    main(*sys.argv[1:])
