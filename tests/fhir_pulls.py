"""What one run of a FHIR source delivers, through the preset."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from data_connectors.mapping_file import load as preset
from data_connectors.pulling import Delivered, Pulling
from data_connectors.sources.fhir import FhirOptions, pull


def pulled(
    folder: Path, options: FhirOptions, *tables: str, since: str = "", **origin: Any
) -> list[Delivered]:
    mapping = preset("fhir_r4")
    chosen = [
        table.model_copy(update={"origin": table.origin | origin})
        for table in mapping.table
        if table.name in (tables or ("Encounter",))
    ]
    folder.mkdir(exist_ok=True)
    run = Pulling(
        tables=tuple(chosen),
        since={table.name: since for table in chosen} if since else {},
        folder=folder,
        deadline=time.monotonic() + 60,
        secrets=lambda name: {"FHIR_TOKEN": "geheim", "USER": "u", "WORD": "w"}[name],
    )
    return list(pull(options, run))


def rows(delivered: Delivered) -> list[dict[str, Any]]:
    return pq.read_table(delivered.path).to_pylist()  # type: ignore[no-any-return]


def server(base: str, **more: Any) -> FhirOptions:
    return FhirOptions(url=base, internal=True, **more)


def written(folder: Path, resources: Iterable[dict[str, Any]]) -> Path:
    """A folder with these, as a bulk export leaves them."""
    resources = list(resources)
    folder.mkdir(exist_ok=True)
    for kind in {one["resourceType"] for one in resources}:
        lines = [json.dumps(one) for one in resources if one["resourceType"] == kind]
        (folder / f"{kind}.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    return folder
