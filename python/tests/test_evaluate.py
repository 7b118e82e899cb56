# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The evaluation, on noise: what it compiles, measures, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rtwmc import curve, evaluate
from rtwmc.networks import NETWORKS

pytest.importorskip("tflite")
pytest.importorskip("matplotlib")

COUNT = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CIFAR-10 folder of noise."""
    made = tmp_path_factory.mktemp("cifar")
    records = np.random.default_rng(0).integers(0, 256, (COUNT, 3073)).astype(np.uint8)
    records[:, 0] %= 10
    for stem in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        records.tofile(made / f"{stem}.bin")
    return made


def test_thresholds_in_steps() -> None:
    assert evaluate.tau_steps(0.0, 0.1) == 0
    assert evaluate.tau_steps(0.3, 0.1) == 3  # 0.3 / 0.1 is a little less than 3
    assert evaluate.tau_steps(0.7, 0.1) == 7  # and 0.7 / 0.1 a little less than 7
    assert evaluate.tau_steps(0.31, 0.1) == 4
    assert evaluate.tau_steps(1e-9, 0.1) == 1
    assert evaluate.tau_steps(1e9, 0.1) == 256


def test_scales_of_convolutions() -> None:
    for net in NETWORKS.values():
        scales = evaluate.conv_scales((evaluate.MODELS / f"{net.name}.tflite").read_bytes())
        assert len(scales) == len(net.convs)
        assert all(0 < scale < 1 for scale in scales)


def test_the_published_latencies_and_overheads_fit_the_specification() -> None:
    for name, published in evaluate.PUBLISHED.items():
        net = NETWORKS[name]
        sizes = [h * w * c for h, w, c in net.maps()]
        drop, n = net.drop[0], sizes[0]
        batches = -(-n // net.batch)
        assert published.overhead == net.batch + 2 * -(-drop // batches)


@pytest.mark.usefixtures("compiler")
def test_paper_setting_is_the_papers() -> None:
    net = NETWORKS["sparsenet_a"]
    subject = evaluate.find_subject(net, evaluate.MODELS)
    assert subject is not None
    report = subject.paper("nhwc").report
    pruned = [m for m in report["maps"] if m["drop"]]
    assert tuple(m["drop"] for m in pruned) == net.drop[:2]
    scales = evaluate.conv_scales((evaluate.MODELS / "sparsenet_a.tflite").read_bytes())
    steps = [evaluate.tau_steps(net.tau, scale) for scale in scales[:2]]
    assert [m["tau_q"] for m in pruned] == steps
    assert {m["batch"] for m in pruned} == {net.batch}
    assert {m["policy"] for m in pruned} == {"paper"}
    assert not any(m["drop"] for m in subject.unpruned().report["maps"])


@pytest.mark.usefixtures("compiler")
def test_table(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["table", "--data", str(folder), "--out", str(tmp_path), "--networks", "lenet_a"]
    assert evaluate.main([*arguments, "--cores", "cortex-m3", "--samples", "1", "--quiet"]) == 0
    printed = capsys.readouterr().out
    assert (tmp_path / "table.md").read_text() == printed
    result = json.loads((tmp_path / "table.json").read_text())
    assert result["images"] == COUNT
    row = result["networks"]["lenet_a"]
    images = evaluate.Images.load(str(folder))
    subject = evaluate.find_subject(NETWORKS["lenet_a"], evaluate.MODELS)
    assert subject is not None
    logits = subject.exact().run(images.pixels)
    right = 100 * np.mean(logits.argmax(1) == images.labels)
    assert row["original"] == pytest.approx(right, abs=1e-3)
    assert row["exact_mode"] == row["original"] and row["exact_mode_drop"] == 0
    assert row["published"]["pruned"] == 60.06
    counts = row["instructions"]["cortex-m3"]
    assert counts["exact_mode"] < counts["paper_mode"]
    assert counts["unpruned_layer_by_layer"] < counts["paper_mode"]


@pytest.mark.usefixtures("compiler")
def test_table_of_weights_trained_for_an_order(folder: Path, tmp_path: Path) -> None:
    arguments = ["table", "--data", str(folder), "--out", str(tmp_path), "--networks", "sparsenet_a"]
    assert evaluate.main([*arguments, "--cores", "", "--quiet"]) == 0
    row = json.loads((tmp_path / "table.json").read_text())["networks"]["sparsenet_a"]
    keys = {"original"} | {f"{order}, {policy}" for order in evaluate.ORDERS for policy in evaluate.POLICIES}
    assert set(row["paper_mode_aware"]) == keys
    assert set(row["paper_mode_aware_nchw"]) == {key for key in keys if "nhwc" not in key}
    text = (tmp_path / "table.md").read_text()
    assert "| paper mode, pruning-aware training in nchw order, nchw, paper |" in text
    assert "nchw order, nhwc" not in text


@pytest.mark.usefixtures("compiler")
def test_curve_of_two_networks(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = [str(evaluate.MODELS / f"{name}.mlir") for name in ("lenet_a", "sparsenet_a")]
    arguments = [*models, "--data", str(folder), "--training", "2", "--images", "3", "--out", str(tmp_path)]
    budgets = ["676,400", "2456"]
    assert curve.main([*arguments, *(each for ram in budgets for each in ("--ram", ram))]) == 0
    result = json.loads((tmp_path / "ram.json").read_text())
    assert [network["ram"] for network in result["networks"].values()] == [[676, 400], [2456]]
    assert (tmp_path / "ram.md").read_text() == capsys.readouterr().out
    assert curve.main([*arguments, *["--ram", "676"] * 3]) == 1
    assert "--ram is given 3 times, for 2 networks" in capsys.readouterr().err


@pytest.mark.usefixtures("compiler")
@pytest.mark.parametrize("command,values", [("tau", "0,0.3,100"), ("batch", "10,4000")])
def test_sweep(folder: Path, tmp_path: Path, command: str, values: str) -> None:
    arguments = [command, "--data", str(folder), "--out", str(tmp_path), "--networks", "lenet_a"]
    assert evaluate.main([*arguments, "--values", values, "--images", "20", "--quiet"]) == 0
    result = json.loads((tmp_path / f"{command}.json").read_text())
    row = result["networks"]["lenet_a"]
    assert result["images"] == 20 and set(row["curves"]) >= {"nhwc", "nchw"}
    for points in row["curves"].values():
        assert len(points) == len(values.split(","))
        # A buffer of half a map: the closed form has no answer.
        assert (points[-1] is None) == (command == "batch")
    assert (tmp_path / f"{command}.svg").read_text().count("<svg") == 1
    assert "LeNet-A, nhwc" in (tmp_path / f"{command}.md").read_text()


@pytest.mark.usefixtures("compiler")
def test_a_threshold_above_everything_leaves_one_answer(folder: Path) -> None:
    images = evaluate.Images.load(str(folder), 10)
    subject = evaluate.find_subject(NETWORKS["lenet_a"], evaluate.MODELS)
    assert subject is not None
    logits = subject.paper("nhwc", tau=1e6).run(images.pixels)
    assert len(np.unique(logits, axis=0)) == 1


def test_bad_input(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main(["tau", "--data", str(tmp_path / "none")]) == 1
    assert "no such folder" in capsys.readouterr().err
    for arguments in (
        ["table", "--data", str(folder), "--networks", "resnet"],
        ["table", "--data", str(folder), "--images", "0"],
        ["table", "--data", str(folder), "--cores", "z80"],
        ["tau", "--data", str(folder), "--values", "0,-1"],
        ["batch", "--data", str(folder), "--values", "1.5"],
    ):
        with pytest.raises(SystemExit) as stopped:
            evaluate.main(arguments)
        assert stopped.value.code == 2
    assert evaluate.main(["table", "--data", str(folder), "--models", str(tmp_path)]) == 1
    assert "error: no network at" in capsys.readouterr().err
