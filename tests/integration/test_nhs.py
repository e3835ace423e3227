"""A real file of real waiting times: 274 organisations of the NHS, 36 months, through the shipped mapping."""

import json
from pathlib import Path

import pandas as pd
import pytest

from workflows.cli import main

PRETENDED_START = "2017-10"
SUMS_TOLERANCE = 1e-12
"""Shares are sums of whole numbers divided once: nothing but rounding of the last digit may differ."""


@pytest.fixture(scope="module")
def attendances(shared: Path) -> pd.DataFrame:
    rows = pd.read_csv(shared / "data" / "nhs_ae_attendances.csv", keep_default_na=False)
    return rows.assign(month=rows["period"].str[:7])


@pytest.fixture(scope="module")
def workspace(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("nhs")
    words = ["ingest", str(shared / "data" / "nhs_ae_attendances.csv"), "--mapping", "nhs_ae_attendances"]
    assert main([*words, "--workspace", str(place)]) == 0
    return place


def test_the_share_within_four_hours_is_sum_over_sum(
    workspace: Path, attendances: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["measure", "--kpi", "ae_within_4h", "--every", "month", "--json", "--workspace", str(workspace)]
    assert main(words) == 0
    rows = {(row["unit"], row["period"]): row for row in json.loads(capsys.readouterr().out)["rows"]}
    sums = attendances.groupby(["org_code", "month"])[["attendances", "breaches"]].sum()
    shown = 0
    for key, (total, breaches) in zip(sums.index, sums.to_numpy(), strict=True):
        row = rows[key]
        if 0 < total < 10:
            assert row["status"] == "suppressed"
            assert "value" not in row
        elif total >= 10:
            assert row["value"] == pytest.approx((total - breaches) / total, abs=SUMS_TOLERANCE)
            assert (row["numerator"], row["denominator"]) == (total - breaches, total)
            shown += 1
    assert shown > 8000


def test_a_pretended_start_finds_no_effect(
    workspace: Path, attendances: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing began in October 2017 at these three; organisations with every month of type 1, by code."""
    majors = attendances[attendances["type"].astype(str) == "1"].groupby("org_code")["month"].nunique()
    chosen = sorted(majors[majors == 36].index)[:12]
    panel = tmp_path / "panel.csv"
    words = ["measure", "--kpi", "ae_within_4h", "--every", "month", "--out", str(panel)]
    assert main([*words, "--workspace", str(workspace)]) == 0
    rows = pd.read_csv(panel, keep_default_na=False)
    rows = rows[rows["unit"].isin(chosen)]
    rows["first_treated"] = rows["unit"].map(lambda unit: PRETENDED_START if unit in chosen[:3] else "")
    rows.to_csv(panel, index=False)
    capsys.readouterr()
    columns = [
        "--outcome",
        "outcome",
        "--unit",
        "unit",
        "--time",
        "period",
        "--first-treated",
        "first_treated",
    ]
    assert main(["estimate", str(panel), *columns, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n_units"], found["n_treated_units"], found["inference"]) == (12, 3, "scaled-ewc-t")
    wide = rows.pivot(index="unit", columns="period", values="outcome").astype(float)
    after = wide.columns >= PRETENDED_START
    change = wide.loc[:, after].mean(axis=1) - wide.loc[:, ~after].mean(axis=1)
    by_hand = change[chosen[:3]].mean() - change[chosen[3:]].mean()
    assert found["effect"] == pytest.approx(by_hand, abs=SUMS_TOLERANCE)
    low, high = found["interval"]
    assert low < 0 < high
    assert found["p_value"] > 0.05
