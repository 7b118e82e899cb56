# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of `rtwmc plan`: what is stored how, and the curve over budgets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rtwmc
from rtwmc import cli, plan

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"
MODEL = MODELS / "sonicnet_a.mlir"


def test_budgets() -> None:
    found = plan.Limits(smallest=100, lossless=400, fastest=1000)
    assert plan.budgets(found, 6) == [100, 200, 300, 400, 700, 1000]
    assert plan.budgets(plan.Limits(400, 400, 400), 6) == [400]
    assert plan.budgets(plan.Limits(400, 400, 1000), 3) == [400, 700, 1000]
    assert plan.budgets(found, 2) == [100, 400, 1000]


def test_kept() -> None:
    whole = {"shape": [1, 4, 5, 5], "drop": 30, "unit": "map"}
    rows = {"shape": [1, 4, 5, 5], "drop": 10, "unit": "row"}
    free = {"shape": [1, 100], "drop": 0, "unit": None}
    assert plan.kept({"maps": [whole, rows, free]}) == pytest.approx(1 - 70 / 300)


@pytest.fixture(scope="module")
def curve(compiler: None) -> dict[str, object]:
    return plan.curve(MODEL, 4, max_recompute=0)


def test_curve_is_what_compiles(curve: dict) -> None:
    limits, points = curve["limits"], curve["points"]
    assert limits["smallest"] < limits["lossless"] < limits["fastest"]
    with pytest.raises(rtwmc.BudgetError) as refused:
        rtwmc.compile(MODEL, ram=limits["smallest"] - 1, max_recompute=0)
    assert refused.value.smallest == limits["smallest"] == points[0]["budget"]
    assert points[-1]["budget"] == limits["fastest"]
    for each in points:
        assert each["arena"] + each["state"] + each["stack"] == each["ram"] <= each["budget"]
        assert (each["kept"] == 1) == (each["budget"] >= limits["lossless"])
    keeps = [each["kept"] for each in points]
    work = [each["instructions"] for each in points if each["kept"] == 1]
    assert keeps == sorted(keeps) and work == sorted(work, reverse=True) and work[0] > work[-1]
    report = rtwmc.compile(MODEL, ram=points[0]["budget"], max_recompute=0).report
    assert points[0]["instructions"] == report["instructions"]
    assert [each["drop"] for each in points[0]["maps"]] == [each["drop"] for each in report["maps"]]


def test_curve_as_table_and_plot(curve: dict, tmp_path: Path) -> None:
    lines = plan.markdown(curve).splitlines()
    assert len(lines) == 2 + len(curve["points"])
    assert "conv1 100.0 %" in lines[2] and lines[-1].endswith("| 100.0 % | nothing |")
    pytest.importorskip("matplotlib")
    plan.plot(curve, tmp_path / "plan.svg")
    text = (tmp_path / "plan.svg").read_text()
    assert "lossless" in text and "kept of all elements" in text


def test_command(compiler: None, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(MODELS / "lenet_a.mlir")
    assert cli.main(["plan", model, "--ram=1KiB", "--max-recompute=0", "--mcpu=cortex-m0"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("lenet_a for cortex-m0: RAM ") and " of 1,024 bytes" in text
    assert "conv1        1x14x14x6        ring " in text and "the smallest that drops nothing" in text
    assert cli.main(["plan", model, "--curve", "--points=2", "--json", "--max-recompute=0"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["network"] == "lenet_a" and content["points"][0]["maps"][0]["drop"] > 0
    assert cli.main(["plan", model, "--ram=100"]) == 1
    assert "the smallest budget that fits" in capsys.readouterr().err
    for wrong in (["--curve", "--ram=4096"], ["--out=x"], ["--curve", "--points=1"]):
        with pytest.raises(SystemExit):
            cli.main(["plan", model, *wrong])
