# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of rtwmc.tune; they need the built compiler and Optuna."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import rtwmc
from rtwmc.compiler import Compiled

optuna = pytest.importorskip("optuna")

from rtwmc import tune as tuning  # noqa: E402
from rtwmc.curve import curve  # noqa: E402
from rtwmc.evaluate import Images  # noqa: E402
from rtwmc.tune import tune  # noqa: E402

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"
LENET = MODELS / "lenet_a.mlir"
SPARSENET = MODELS / "sparsenet_a.mlir"
SONICNET = MODELS / "sonicnet_a.mlir"
# The paper's setting for LeNet-A, in which two maps are pruned.
PAPER: dict[str, Any] = {"mode": "paper", "ram": 4096, "orders": ["nhwc"], "progress": False}


@pytest.fixture(autouse=True, scope="module")
def quiet(compiler: None) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)


def pictures(count: int) -> np.ndarray:
    """Smooth pictures, int8 `[count, 32, 32, 3]`."""
    coarse = np.random.default_rng(count).uniform(-128, 128, (count, 4, 4, 3))
    return coarse.repeat(8, 1).repeat(8, 2).astype(np.int8)


def answers(model: Path, images: np.ndarray) -> np.ndarray:
    """What the network says of the images when nothing is dropped."""
    return rtwmc.compile(model, mcpu="host").run(images).reshape(len(images), -1).argmax(-1)


@pytest.fixture(scope="module")
def lenet() -> tuple[np.ndarray, np.ndarray]:
    images = pictures(40)
    return images, answers(LENET, images)


def percent(compiled: Compiled, images: np.ndarray, labels: np.ndarray) -> float:
    return 100 * float(np.mean(compiled.run(images).reshape(len(images), -1).argmax(-1) == labels))


def drops(report: Any) -> list[tuple[Any, ...]]:
    return [(m["name"], m["drop"], m["tau_q"], m["batch"]) for m in report["maps"] if m["drop"]]


def test_the_result_is_a_plan_with_the_accuracy_promised(
    lenet: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    start = {"schema": 1, "order": "nchw", "batch": 10, "maps": [{"name": "conv2", "tau_q": 3}]}
    search = {**PAPER, "orders": ["nhwc", "nchw"], "mcpu": "cortex-m0"}
    found = tune(LENET, *lenet, **search, trials=5, start=[start])
    assert found.unpruned == 100.0
    assert found.default is not None and found.starts[0] is not None
    assert (found.default.plan["batch"], found.default.plan["order"]) == (32, "nhwc")
    assert (found.starts[0].plan["batch"], found.starts[0].plan["order"]) == (10, "nchw")
    assert [(m["name"], m["tau_q"]) for m in found.starts[0].plan["maps"]] == [
        ("conv1", 1), ("conv2", 3),
    ]  # fmt: skip
    assert found.accuracy >= max(found.default.accuracy, found.starts[0].accuracy)
    assert len(found.study.trials) == 5
    found.save(tmp_path / "plan.json")
    device = rtwmc.compile(
        LENET, mcpu="cortex-m0", mode="paper", ram=4096, plan=tmp_path / "plan.json"
    )
    host = rtwmc.compile(LENET, mcpu="host", mode="paper", ram=4096, plan=found.plan)
    assert drops(device.report) == drops(host.report) and len(drops(host.report)) == 2
    assert device.report["ram"] == found.best.ram
    # The drops are the ones that the compiler chooses for these settings.
    free = {key: value for key, value in found.plan.items() if key != "maps"}
    unpinned = rtwmc.compile(LENET, mcpu="cortex-m0", mode="paper", ram=4096, plan=free)
    assert [d[:2] for d in drops(unpinned.report)] == [d[:2] for d in drops(device.report)]
    assert percent(host, *lenet) == found.accuracy
    assert tuning.accuracy(LENET, found.plan, *lenet, mode="paper") == found.accuracy


def test_the_same_seed_gives_the_same_search(lenet: tuple[np.ndarray, np.ndarray]) -> None:
    def search(seed: int) -> list[tuple[Any, Any]]:
        found = tune(LENET, *lenet, **PAPER, trials=2, seed=seed)
        return [(trial.params, trial.value) for trial in found.study.trials]

    first = search(7)
    assert search(7) == first and search(8) != first


def test_candidates_beyond_the_budget_are_pruned_trials() -> None:
    images = pictures(6)
    labels = answers(SONICNET, images)
    with pytest.raises(rtwmc.BudgetError) as caught:
        rtwmc.compile(SONICNET, ram=100, max_recompute=0)
    # The smallest budget for the default settings; a larger buffer does not fit.
    ram = caught.value.smallest
    # In strips nothing would have to be dropped within any budget.
    search: dict[str, Any] = {"max_recompute": 0, "orders": ["nhwc"], "progress": False}
    found = tune(
        SONICNET, images, labels, ram=ram, trials=3, start=[{"schema": 1, "batch": 512}], **search
    )
    assert found.starts == (None,)
    # The first trials are the defaults, without and with a calibration.
    assert [trial.params["calibrated"] for trial in found.study.trials[:2]] == [False, True]
    assert [trial.params["grows"] for trial in found.study.trials] == [True, True, False]
    assert all(each["batch"] for each in found.plan["maps"]) and "batch" not in found.plan
    refused = found.study.trials[2]
    assert refused.state == optuna.trial.TrialState.PRUNED and refused.value is None
    assert "smallest budget that fits" in refused.user_attrs["refused"]
    assert refused.constraints["budget"] == refused.user_attrs["smallest"] / ram - 1 > 0
    assert found.study.trials[0].constraints["budget"] == 0
    assert found.best.ram <= ram

    with pytest.raises(rtwmc.BudgetError, match="none of 2 trials") as caught:
        tune(SONICNET, images, labels, ram=100, trials=2, **search)
    assert 100 < caught.value.smallest <= ram


def test_strips_that_are_pruned_stay_these_strips() -> None:
    """Maps have the names that they have in strips."""
    maps = [{"name": "conv1_s0", "drop": 5, "unit": "row", "batch": 8}, {"name": "conv2", "drop": 0}]
    report = {"ram": 400, "strips": ["conv1:conv2:2"], "maps": maps}
    task = SimpleNamespace(
        orders=["nhwc"], policy="proportional", calibration=None, mode="exact", max_tau_q=4,
        on_device=lambda *_: report, accuracy=lambda _: 1.0,
    )  # fmt: skip
    study = optuna.create_study(direction="maximize")
    study.optimize(tuning._Objective(task), n_trials=1)
    plan = study.best_trial.user_attrs["plan"]
    assert plan["strips"] == ["conv1:conv2:2"]
    assert [each["name"] for each in plan["maps"]] == ["conv1_s0"]


def test_work_done_again_comes_before_drops(lenet: tuple[np.ndarray, np.ndarray]) -> None:
    """What fits in strips drops nothing, as far as they may compute again."""
    search: dict[str, Any] = {"ram": 600, "trials": 2, "orders": ["nhwc"], "progress": False}
    strips = tune(LENET, *lenet, **search)
    assert strips.plan["strips"] == ["conv1:conv2:2"] and "maps" not in strips.plan
    # The plan has the strips, whatever may be computed again where it is used.
    report = rtwmc.compile(LENET, ram=600, plan=strips.plan, max_recompute=0).report
    assert report["ram"] == strips.best.ram and report["recomputed_macs"] > 0
    pruned = tune(LENET, *lenet, **search, max_recompute=0)
    assert pruned.plan["maps"] and "strips" not in pruned.plan
    assert pruned.study.study_name != strips.study.study_name


def test_curves_tune_for_the_same_work(lenet: tuple[np.ndarray, np.ndarray]) -> None:
    pixels, labels = lenet
    images = Images((pixels.astype(np.int16) + 128).astype(np.uint8), labels)
    rams = [540]
    pruned = curve(LENET, rams, images, images, "cortex-m4", trials=1, max_recompute=0)["curves"]
    strips = curve(LENET, rams, images, images, "cortex-m4", trials=1)["curves"]
    assert strips["tuned"] == strips["default"] == [100.0]
    # The first trial has the default settings.
    assert pruned["tuned"] == pruned["default"] != strips["tuned"]


def test_flash_is_a_budget_too(lenet: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(rtwmc.BudgetError, match="of flash") as caught:
        tune(LENET, *lenet, **PAPER, trials=1, flash=1000)
    assert caught.value.smallest > 10000


def test_nothing_to_prune_is_nothing_to_tune(lenet: tuple[np.ndarray, np.ndarray]) -> None:
    found = tune(LENET, *lenet, ram=4096, trials=50, orders=["nhwc"], progress=False)
    assert len(found.study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))) == 1
    assert found.accuracy == found.unpruned == 100.0 and "maps" not in found.plan


def test_machines_share_a_study(lenet: tuple[np.ndarray, np.ndarray], tmp_path: Path) -> None:
    storage = f"sqlite:///{tmp_path}/study.db"
    first = tune(LENET, *lenet, **PAPER, trials=2, seed=1, storage=storage)
    second = tune(LENET, *lenet, **PAPER, trials=2, seed=2, storage=storage)
    assert first.study.study_name == second.study.study_name
    assert len(second.study.trials) == 4
    # The default settings were tried once, by the first.
    assert second.default == first.default
    assert [t.params["batch"] for t in second.study.trials].count(32) == 1
    assert second.accuracy >= first.accuracy
    with pytest.raises(ValueError, match="another network"):
        tune(
            LENET, *lenet, **{**PAPER, "ram": 4000}, trials=1, storage=storage,
            study_name=first.study.study_name,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"trials": 0}, "trials is 0"),
        ({"orders": []}, "orders are none"),
        ({"orders": ["chwn"]}, "orders are chwn"),
        ({"max_tau_q": 257}, "max_tau_q is 257"),
        ({"max_recompute": -1}, "max_recompute is -1; expected 0 to 1000"),
        ({"start": [{"policy": "paper"}]}, "policy is not 'proportional'"),
        ({"orders": ["nchw"], "start": [{"order": "nhwc"}]}, "order 'nhwc' is not among"),
        ({"start": [{"batch": 1000}]}, "batch is 1000; the search is from 2 to 512"),
        ({"start": [{"maps": [{"name": "conv1", "tau_q": 99}]}]}, "tau_q.conv1 is 99"),
        ({"start": [{"maps": [{"name": "conv1", "tau_q": 0}]}]}, "search is from 1 to 32"),
    ],
)
def test_arguments_that_cannot_be(
    lenet: tuple[np.ndarray, np.ndarray], options: dict[str, Any], message: str
) -> None:
    start = [{"schema": 1, **plan} for plan in options.get("start", ())]
    with pytest.raises(ValueError, match=message):
        tune(LENET, *lenet, **{**PAPER, **options, "start": start})


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"schema": 1, "maps": [{"name": "conv7"}]}, "the network has no such map"),
        ({"batch": 8}, "missing value at plan.schema"),
        ({"schema": 1, "batch": "8"}, "expected integer at plan.batch"),
    ],
)
def test_a_start_that_is_no_plan(
    lenet: tuple[np.ndarray, np.ndarray], start: dict[str, Any], message: str
) -> None:
    with pytest.raises(rtwmc.CompileError, match=message):
        tune(LENET, *lenet, **PAPER, start=[start])


def test_arrays_that_cannot_be(lenet: tuple[np.ndarray, np.ndarray]) -> None:
    images, labels = lenet
    for bad in ((images, labels[1:]), (images[:0], labels[:0])):
        with pytest.raises(ValueError, match="expected a label each"):
            tune(LENET, *bad, **PAPER)
    with pytest.raises(ValueError, match="expected int8"):
        tune(LENET, images.astype(np.uint8), labels, **PAPER)
    with pytest.raises(ValueError, match="pins no drops"):
        tuning.accuracy(LENET, {"schema": 1, "maps": [{"name": "conv1", "tau_q": 1}]}, *lenet)


def write_cifar(folder: Path, labels: np.ndarray) -> None:
    """A CIFAR-10 folder that has training images only."""
    images = (pictures(len(labels)).astype(np.int16) + 128).astype(np.uint8)
    records = np.concatenate([labels[:, None], images.transpose(0, 3, 1, 2).reshape(-1, 3072)], 1)
    for i, part in enumerate(np.array_split(records.astype(np.uint8), 5)):
        part.tofile(folder / f"data_batch_{i + 1}.bin")


def test_the_command_writes_a_plan_and_reads_no_test_image(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_cifar(tmp_path, answers(LENET, pictures(20)))
    start, out = tmp_path / "start.json", tmp_path / "plan.json"
    start.write_text('{"schema": 1, "batch": 10}')
    arguments = [
        str(LENET), "--data", str(tmp_path), "--out", str(out), "--ram", "4KiB", "--mode", "paper",
        "--images", "12", "--held-out", "8", "--trials", "2", "--orders", "nhwc", "--start",
        str(start), "--quiet",
    ]  # fmt: skip
    assert tuning.main(arguments) == 0
    plan = json.loads(out.read_text())
    assert plan["schema"] == 1 and [m["name"] for m in plan["maps"]] == ["conv1", "conv2"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("12 calibration images") and "8 held-out images:" in lines
    assert [line.split()[0] for line in lines[2:6]] == ["unpruned", "default", str(start), "tuned"]
    assert "  unpruned   100.00 %" in lines


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--images", "21"], "there are 20 training images"),
        (["--images", "0"], "--images is at least 1"),
        (["--data", "nowhere"], "no such folder"),
        (["--start", "nothing.json"], "nothing.json"),
        (["--ram", "1"], "smallest budget that fits"),
        (["--out", "no/such/folder/plan.json"], "no folder for 'no/such/folder/plan.json'"),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: list[str], message: str
) -> None:
    write_cifar(tmp_path, np.zeros(20, np.int64))
    arguments = [
        str(LENET), "--data", str(tmp_path), "--out", str(tmp_path / "plan.json"), "--ram", "4KiB",
        "--mode", "paper", "--images", "2", "--trials", "1", "--orders", "nhwc", "--quiet",
    ]  # fmt: skip
    assert tuning.main([*arguments, *change]) == 1
    assert message in capsys.readouterr().err
