# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of rtwmc.compare: the memory of both, and what is printed and drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rtwmc import compare, figures, tflm

pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"
ROW = compare.Row("net", "cortex-m4", 4000, 3000, 1000, 400, 300, 4.5, 500, 600, 128, 9000, True, 5)


def test_arena_of_tflm() -> None:
    found = tflm.arena((MODELS / "lenet_a.tflite").read_bytes())
    # The input of 3,072 bytes and a map of 28x28x6 are there at once.
    assert found.head >= 3072 + 4704 and found.total == found.head + found.tail


def test_what_tflm_cannot_run() -> None:
    with pytest.raises(tflm.TflmError, match="cannot run the network: "):
        tflm.arena((MODELS / "lenet_a.tflite").read_bytes()[:400])


@pytest.mark.usefixtures("compiler")
def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    arguments = [str(MODELS / "lenet_a.tflite"), "--inputs", "2", "--out", str(out)]
    assert compare.main(arguments) == 0
    text = capsys.readouterr().out
    assert (out / "compare.md").read_text() == text
    row = json.loads((out / "compare.json").read_text())["networks"][0]
    assert row["equal"] and row["input"] == 3072 and row["tried"] == 2
    # Maps slide over rows of the input that are read no more.
    assert row["input"] <= row["arena_with_input"] < row["arena"] + row["input"] < row["tflm_arena"]
    assert row["arena_in_strips"] < row["arena"] and 0 < row["again"] <= 25
    assert row["arena"] < row["arena_by_rows"] < row["arena_with_input"] - 2048
    assert f"| {row['tflm_arena']:,} |" in text and "| equal |" in text
    picture = (out / "compare.svg").read_text()
    assert all(f">{row[name]:,}<" in picture for name in ("tflm_arena", "arena_with_input", "arena_by_rows"))


def test_exit_statuses(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.main(["none.tflite"]) == 2
    assert "error: none.tflite: " in capsys.readouterr().err
    monkeypatch.setattr(compare, "compare", lambda *_: replace(ROW, equal=False))
    assert compare.main(["net.tflite", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["networks"][0]["equal"] is False


def test_table() -> None:
    text = compare.markdown([ROW, replace(ROW, network="other", equal=False)])
    assert text.splitlines()[2] == (
        "| net | 4,000 | 3,000 | 1,000 | 25% | 400 | 300 | +4.5 % | 600 | 500 | 12% | 128 | 9,000 | equal |"
    )
    assert text.splitlines()[3].endswith("| DIFFERENT |")


def test_bars_are_the_same_every_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    files = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for file in files:
        figures.bars(file, ["one", "two"], {"x": [1, 2000], "y": [30, 4]}, "bytes")
    assert files[0].read_bytes() == files[1].read_bytes() and b">2,000<" in files[0].read_bytes()
