"""What the program is made of, whether it is known to be weak, and under which licences it comes.

    python -m tests.faults.supply_chain --python .venv/bin/python --advisories CLONE

Needs the packages cyclonedx-bom, pip-audit and bandit in the environment that runs this. The environment that
is described holds what requirements.lock says and nothing else. A vulnerability service that does not answer
for every package, or does not know a package that is known to be weak, is no vulnerability service: then the
audit has failed, whatever it printed.

CLONE is one of the Python Packaging Advisory Database (pypa/advisory-database), for machines that reach no
vulnerability service; it needs PyYAML beside the packages above. An old one still tells of weaknesses, but
cannot say that there are none today.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.servers import advisories
from tests.simulation.evidence import FOLDER, ROOT, stamp

SBOM = ROOT / "docs" / "security" / "sbom.cdx.json"
OURS = ("app.py", "run.py", "core", "governance", "kpis", "data_connectors", "experiments", "storage",
        "reports", "workflows", "pages", "web")  # fmt: skip
WEAK = "jinja2==2.4.1"
"""Published weaknesses since 2014: who does not know of them knows nothing."""
LONGEST_AGE = 30
"""Days since the newest change to a clone of advisories, within which it can say that nothing is known."""
LOOKED_UP = {"polars-hash": "MIT"}
"""Licences of packages that do not say theirs, as their source has it (ion-elgreco/polars-hash, LICENSE)."""
PERMISSIVE = ("mit", "bsd", "apache", "isc", "psf", "python software foundation", "python-2.0", "zpl", "hpnd",
              "0bsd", "unlicense", "public domain", "cnri", "zlib", "bsl-1.0", "cc0")  # fmt: skip
WEAK_COPYLEFT = ("lgpl", "mpl", "lesser general public", "mozilla")
STRONG_COPYLEFT = ("agpl", "gpl", "general public license")

Found = dict[str, Any]


@dataclass(frozen=True)
class Service:
    """Who is asked: our name of it, pip-audit's name of how, and the address if it is not the usual one."""

    name: str
    kind: str
    url: str = ""


SERVICES = (Service("pypi", "pypi"), Service("osv", "osv"))


def pins(lock: Path) -> dict[str, int]:
    """Pins of a lock that apply here or elsewhere, and how many hashes each has."""
    found: dict[str, int] = {}
    last = ""
    for line in lock.read_text("utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", line):
            last = f"{normal(match[1])}=={match[2]}"
            found[last] = 0
        found[last] = found.get(last, 0) + line.count("--hash=sha256:") if last else 0
    found.pop("", None)
    return found


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def bill_of_materials(python: str) -> Found:
    """CycloneDX of the environment, without addresses of where its parts came from."""
    command = ["-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON", python]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    bill: Found = json.loads(done.stdout)
    for component in bill["components"]:
        for name in ("externalReferences", "properties", "description"):
            component.pop(name, None)
    bill["components"] = [
        one for one in bill["components"] if one["name"] not in ("pip", "setuptools", "wheel")
    ]
    kept = {one["bom-ref"] for one in bill["components"]}
    bill["dependencies"] = [
        {**one, "dependsOn": [ref for ref in one.get("dependsOn", []) if ref in kept]}
        for one in bill.get("dependencies", [])
        if one["ref"] in kept
    ]
    bill["metadata"].pop("component", None)
    for tool in bill["metadata"].get("tools", {}).get("components", []):
        for name in ("externalReferences", "description"):
            tool.pop(name, None)
    said = LOOKED_UP | declared_licences(python)
    for component in bill["components"]:
        if not component.get("licenses") and said.get(component["name"]):
            component["licenses"] = [{"license": {"name": said[component["name"]]}}]
    return bill


def declared_licences(python: str) -> dict[str, str]:
    """What packages say of their licence in free text, by name; some say it nowhere else."""
    code = (
        "import importlib.metadata as m, json; print(json.dumps({d.metadata['Name']: "
        "(d.metadata.get('License') or '').splitlines()[:1] for d in m.distributions()}))"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return {name: lines[0][:60] for name, lines in json.loads(done.stdout).items() if lines}


def audit(requirements: Path, service: Service) -> Found:
    """What one service knows of the packages: audited, skipped, weaknesses; or why it does not answer."""
    command = ["-m", "pip_audit", "--strict", "--disable-pip", "--no-deps", "--progress-spinner", "off",
               "--format", "json", "--vulnerability-service", service.kind, "--timeout", "15",
               "--requirement", str(requirements)]  # fmt: skip
    where = ["--osv-url", service.url] if service.url else []
    done = subprocess.run(
        [sys.executable, *command, *where], capture_output=True, text=True, check=False, env=past_proxies()
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        said = [line for line in done.stderr.splitlines() if line.strip()]
        return {"answered": False, "why": without_addresses(said[-1] if said else "silence")}
    checked = [one for one in packages if "vulns" in one]
    weak = [{"package": one["name"], "id": each["id"]} for one in checked for each in one["vulns"]]
    return {"answered": True, "audited": len(checked), "packages": len(packages), "weaknesses": weak}


def past_proxies() -> dict[str, str]:
    """Our environment, in which this machine itself is reached without the hospital's proxy."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    names = ",".join(filter(None, (given, "127.0.0.1")))
    return os.environ | {"no_proxy": names, "NO_PROXY": names}


def without_addresses(text: str) -> str:
    """A message without hosts and paths, which differ by machine."""
    return re.sub(r"\S*(://|host=|/)\S*|'[\w.-]+\.[a-z]+'", "…", text)[:300]


def audited(names: list[str], service: Service) -> Found:
    """The audit of all packages, judged: green only when every one was audited by a service that can see."""
    with tempfile.TemporaryDirectory() as folder:
        known, all_ = Path(folder) / "known.txt", Path(folder) / "all.txt"
        known.write_text(WEAK + "\n", "utf-8")
        all_.write_text("\n".join(names) + "\n", "utf-8")
        control = audit(known, service)
        if not control.get("weaknesses"):
            return not_audited(names, service.name, control.get("why", f"it knows no weakness of {WEAK}"))
        found = audit(all_, service)
    whole = found.get("audited") == len(names)
    weak = found.get("weaknesses", [])
    missing = found.get("why", "" if whole else "not every package was audited")
    named = ", ".join(f"{one['package']} ({one['id']})" for one in weak)
    return {
        "service": service.name,
        "green": whole and not weak,
        "audited": found.get("audited", 0),
        "total": len(names),
        "weaknesses": len(weak),
        "known": weak,
        "why": reasons(missing, named and f"known to be weak: {named}"),
    }


def reasons(*said: str) -> str:
    """All that is said, without what is not."""
    return "; ".join(filter(None, said))


def not_audited(names: list[str], service: str, why: str) -> Found:
    """What is said of a service that could not be asked."""
    return {"service": service, "green": False, "audited": 0, "total": len(names), "why": why}


def audited_with_clone(names: list[str], clone: Path, today: date) -> Found:
    """The audit against a clone of the advisory database, judged; red where it is too old."""
    name = "advisory database"
    try:
        database = advisories.read(clone)
        newest = database.newest(today)
    except (advisories.Unreadable, ModuleNotFoundError) as error:
        return not_audited(names, name, without_addresses(str(error)))
    with advisories.serving(database) as url:
        found = audited(names, Service(name, "osv", url))
    found["date"] = newest.isoformat()
    if (today - newest).days <= LONGEST_AGE:
        return found
    old = f"the advisories are of {newest}: too old to say that nothing is known today"
    return found | {"green": False, "why": reasons(found["why"], old)}


def all_clear(audits: list[Found]) -> bool:
    """Whether one service saw everything and found nothing, and no other, however old, found a weakness."""
    return any(one["green"] for one in audits) and not any(one.get("weaknesses") for one in audits)


def bandit() -> Found:
    """Findings of bandit in our own code by severity; high ones fail."""
    command = ["-m", "bandit", "-q", "-r", "-f", "json", *OURS]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    count = Counter(one["issue_severity"].lower() for one in report["results"])
    places = [f"{one['filename']}:{one['line_number']} {one['test_id']}" for one in report["results"]
              if one["issue_severity"] == "HIGH"]  # fmt: skip
    return {"high": count["high"], "medium": count["medium"], "low": count["low"], "places": places,
            "lines": report["metrics"]["_totals"]["loc"]}  # fmt: skip


def licence_of(component: Found) -> str:
    """What a component says about its licence, in its own words."""
    found = ((one, one.get("license", {})) for one in component.get("licenses", []))
    said = [one.get("expression") or named.get("id") or named.get("name") for one, named in found]
    short = [one.splitlines()[0][:60] for one in said if one]
    return " / ".join(dict.fromkeys(short))


def kind_of(licence: str) -> str:
    """permissive, weak copyleft, strong copyleft or unknown; a choice counts as its mildest part."""
    words = licence.lower()
    if any(re.search(rf"\b{re.escape(one)}", words) for one in PERMISSIVE):
        return "permissive"
    if any(one in words for one in WEAK_COPYLEFT):
        return "weak copyleft"
    return "strong copyleft" if any(one in words for one in STRONG_COPYLEFT) else "unknown"


def run(python: str, clone: Path | None) -> tuple[Found, Found]:
    """The bill of materials, and the figures about it; clone: of the advisory database."""
    bill = bill_of_materials(python)
    packages = [f"{normal(one['name'])}=={one['version']}" for one in bill["components"]]
    locked = pins(ROOT / "requirements.lock")
    licences = [
        {
            "package": one["name"],
            "version": one["version"],
            "licence": licence_of(one),
            "kind": kind_of(licence_of(one)),
        }
        for one in bill["components"]
    ]
    audits = [audited(packages, service) for service in SERVICES]
    if clone:
        audits.append(audited_with_clone(packages, clone, datetime.now(tz=UTC).date()))
    figures = {
        "components": len(packages),
        "not_in_the_lock": [one for one in packages if one not in locked],
        "locked_without_hash": [one for one, hashes in locked.items() if not hashes],
        "audit_green": all_clear(audits),
        "audits": audits,
        "bandit": bandit(),
        "licence_kinds": dict(Counter(one["kind"] for one in licences)),
        "licences": licences,
    }
    return bill, figures


def faults(figures: Found) -> list[str]:
    """Why this is not good enough to release; empty when it is."""
    found = []
    if not figures["audit_green"]:
        found.append("the packages could not all be audited, or one is known to be weak: see audits")
    if figures["bandit"]["high"]:
        found.append(f"bandit: {figures['bandit']['places']}")
    if figures["not_in_the_lock"] or figures["locked_without_hash"]:
        found.append("the environment holds what the lock does not pin with a hash")
    bad = [one["package"] for one in figures["licences"] if one["kind"] in ("unknown", "strong copyleft")]
    if bad:
        found.append(f"licences to look at: {', '.join(bad)}")
    return found


def main() -> int:
    """Run, print and keep the figures; 1 where something is not good enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="of the environment that is described")
    parser.add_argument("--advisories", type=Path, help="clone of the Python Packaging Advisory Database")
    asked = parser.parse_args()
    bill, figures = run(asked.python, asked.advisories)
    about = "what the program is made of: bill of materials, known weaknesses, own code, licences"
    wrong = faults(figures)
    command = f"python -m tests.faults.supply_chain{' --advisories CLONE' if asked.advisories else ''}"
    content = stamp(command, about) | {
        "good_enough": not wrong,
        "faults": wrong,
    }
    (FOLDER / "supply_chain.json").write_text(json.dumps(content | figures, indent=1) + "\n", "utf-8")
    SBOM.parent.mkdir(exist_ok=True)
    SBOM.write_text(json.dumps(bill, indent=1) + "\n", "utf-8")
    shown = ("components", "audits", "bandit", "licence_kinds")
    print(json.dumps(content | {name: figures[name] for name in shown}, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
