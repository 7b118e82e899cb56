# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of rtwmc.fronts: what strips save for the work that they do again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rtwmc
from rtwmc import fronts

MODEL = Path(__file__).resolve().parents[2] / "test" / "models" / "lenet_a.mlir"


def test_command(compiler: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    # Less than its strips need finds nothing.
    assert fronts.main([str(MODEL), "--percents=25,0,5,12", "--out", str(out)]) == 0
    [found] = json.loads((out / "fronts.json").read_text())["networks"]
    points = found["points"]
    assert found["network"] == "lenet_a" and len(points) == 3
    assert (points[0]["again"], points[0]["strips"]) == (0, [])
    rams = [each["ram"] for each in points]
    assert rams == sorted(rams, reverse=True) and points[1]["again"] <= 12 < points[2]["again"] <= 25
    for each, percent in zip(points, (0, 12, 25), strict=True):
        assert each["ram"] == rtwmc.smallest_budget(MODEL, lossless=True, max_recompute=percent)
    text = capsys.readouterr().out
    assert text == (out / "fronts.md").read_text() and f"| {points[2]['ram']:,} |" in text
    assert ">lenet_a<" in (out / "fronts.svg").read_text()


def test_errors(compiler: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert fronts.main(["none.mlir"]) == 1
    assert capsys.readouterr().err.startswith("error: ")
    with pytest.raises(SystemExit):
        fronts.main([str(MODEL), "--percents=x"])
