"""`meetlat doctor`: versions, settings, permissions, disk, clock, unsafe settings."""

from pathlib import Path

import click

from workflows.doctor import Finding, examine
from workflows.options import common, print_json

SIGNS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


@click.command("doctor")
@common
def COMMAND(workspace: Path, lang: str, as_json: bool) -> int:  # noqa: N802
    """Say what this installation is made of and what is unsafe about it. Example: meetlat doctor --json"""
    report = examine(workspace)
    if as_json:
        print_json(
            {
                "versions": report.versions,
                "settings": {
                    name: {"value": value, "origin": origin} for name, value, origin in report.settings
                },
                "findings": [_as_json(finding, lang) for finding in report.findings],
            }
        )
    else:
        for name, version in report.versions.items():
            print(f"{name:<14} {version}")
        for name, value, origin in report.settings:
            print(f"{name:<18} {value!s:<24} ({origin})")
        for finding in report.findings:
            sentence = f"{finding.message.render(lang)} {finding.remedy.render(lang)}".rstrip()
            print(SIGNS[finding.level], sentence)
    return 2 if any(finding.level == "error" for finding in report.findings) else 0


def _as_json(finding: Finding, lang: str) -> dict[str, str]:
    return {
        "level": finding.level,
        "message": finding.message.render(lang),
        "remedy": finding.remedy.render(lang),
    }
