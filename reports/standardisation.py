"""The mix of strata that a panel was standardised to, as JSON and as lines for a terminal."""

from collections.abc import Iterator
from typing import Any

from core.language.text import N_, Text
from experiments.standardising import Standardisation


def standardisation_json(found: Standardisation | None) -> dict[str, Any]:
    """The key `standardisation`; none where no strata were named."""
    if found is None:
        return {}
    return {
        "standardisation": {
            "shares": found.shares,
            "unseen": list(found.unseen),
            "cells_without_value": found.without_value,
            "cells": found.cells,
        }
    }


def standardisation_text(found: Standardisation | None, language: str) -> Iterator[str]:
    """The mix, what it leaves out, and where a stratum was absent."""
    if found is None:
        return
    parts = (
        Text("{name} {share:%0}", {"name": name, "share": share}) for name, share in found.shares.items()
    )
    yield Text(MIX, {"mix": ", ".join(part.render(language) for part in parts)}).render(language)
    if found.unseen:
        yield Text(UNSEEN, {"names": ", ".join(found.unseen)}).render(language)
    if found.without_value:
        yield Text(ABSENT, {"without": found.without_value, "cells": found.cells}).render(language)


MIX = N_("Every unit and period as with the cases of before the first start: {mix}.")
UNSEEN = N_("! Left out, because there were none before the first start: {names}.")
ABSENT = N_(
    "! {without} of {cells} cells have no value, because a stratum had no cases there. Put small strata "
    "together, or take longer periods."
)
