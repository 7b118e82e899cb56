# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
from pathlib import Path

import numpy as np
import pytest
from rtwmc import calibrate, curve
from rtwmc.compiler import compile

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"
MODEL = MODELS / "sparsenet_a.mlir"


def inputs(count: int) -> np.ndarray:
    return np.random.default_rng(1).integers(-128, 128, (count, 32, 32, 3), np.int8)


def test_lost_energy():
    rows = np.array([[-128, -126, -128, -124], [-127, -128, -128, -128]], np.int8)
    lost, total = calibrate.lost_energy(rows, -128)
    assert total == 4 + 16 + 1
    shares = np.linspace(0, 1, calibrate.POINTS)
    expected = [0, 0, 0, 4, 21]  # 0 to 4 elements of each row: 0; 0; 0; 4; 4 + 16 + 1
    assert [lost[np.flatnonzero(shares * 4 >= n)[0]] for n in range(5)] == expected


def test_kept_maps_are_the_networks():
    """Maps that are kept are those of the network; it computes the same as without."""
    kept = compile(MODEL, mcpu="host", keep_maps=True)
    plain = compile(MODEL, mcpu="host")
    images = inputs(3)
    for image, expected in zip(images, plain.run(images), strict=True):
        output, maps = kept.run_keeping_maps(image)
        assert np.array_equal(output, expected)
        # Without the rows and columns that poolings leave out.
        assert maps["conv1"].shape == (27, 27, 9)
        assert maps["conv1"].min() == -128 and maps["conv1"].max() > -128
    with pytest.raises(ValueError, match="keep_maps"):
        plain.run_keeping_maps(images[0])


def test_calibrate():
    content = calibrate.calibrate(MODEL, inputs(4))
    assert content["schema"] == 1 and content["images"] == 4
    names = [each["name"] for each in content["maps"]]
    assert {"conv1", "conv2", "conv3"} <= set(names)
    for each in content["maps"]:
        lost = each["lost_energy"]
        assert lost == sorted(lost) and lost[0] == 0 and lost[-1] == pytest.approx(1)
        # The least elements have the least energy.
        shares = np.linspace(0, 1, calibrate.POINTS)
        assert np.all(np.array(lost) <= shares + 1e-6)
    pruned = compile(MODEL, ram=2450, max_recompute=0, calibration=content)
    assert pruned.report["ram"] <= 2450 and any(m["unit"] for m in pruned.report["maps"])
    with pytest.raises(ValueError, match="no inputs"):
        calibrate.calibrate(MODEL, inputs(0))


def test_command(tmp_path, capsys):
    np.save(tmp_path / "inputs.npy", inputs(5))
    out = tmp_path / "net.json"
    arguments = [str(MODEL), "--data", str(tmp_path / "inputs.npy"), "--inputs", "2", "--out", str(out)]
    assert calibrate.main(arguments) == 0
    assert "conv1" in capsys.readouterr().out
    assert json.loads(out.read_text())["images"] == 2


@pytest.mark.parametrize("content", [np.zeros((2, 3), np.float32), np.zeros(4, np.int8), None])
def test_command_refuses(content, tmp_path, capsys):
    if content is not None:
        np.save(tmp_path / "inputs.npy", content)
    out = tmp_path / "net.json"
    arguments = [str(MODEL), "--data", str(tmp_path / "inputs.npy"), "--out", str(out)]
    assert calibrate.main(arguments) == 1
    assert capsys.readouterr().err.startswith("error: ") and not out.exists()


def test_budgets_and_pinned_drops():
    rams = curve.budgets(MODEL, "cortex-m4", 3)
    assert rams == sorted(rams, reverse=True) and len(set(rams)) == 3
    assert curve.pinned(compile(MODEL, ram=rams[0]).report) is None
    device = compile(MODEL, ram=rams[1])
    plan = curve.pinned(device.report)
    host = compile(MODEL, mcpu="host", plan=plan)

    def settings(report):
        return [(m["name"], m["unit"], m["drop"], m["batch"]) for m in report["maps"] if m["unit"]]

    assert settings(host.report) == settings(device.report)
