"""What every file of evidence says about itself."""

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "evidence"


def stamp(command: str, about: str) -> dict[str, Any]:
    """The command that makes the file again, what it is about, when, from which commit and on what."""
    asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return {
        "command": command,
        "about": about,
        "date": datetime.now(tz=UTC).date().isoformat(),
        "commit": asked.stdout.strip(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}",
    }
