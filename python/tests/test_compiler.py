# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of rtwmc.compile; they need the built compiler."""

from __future__ import annotations

import importlib.util
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

import rtwmc
from rtwmc import installed

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"

POOL = """
func.func @main(%input: tensor<1x6x4x3xi8>) -> tensor<1x3x2x3xi8> {
  %0 = tosa.max_pool2d %input {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>,
    stride = array<i64: 2, 2>} : (tensor<1x6x4x3xi8>) -> tensor<1x3x2x3xi8>
  return %0 : tensor<1x3x2x3xi8>
}
"""


pytestmark = pytest.mark.usefixtures("compiler")


@pytest.fixture(scope="module")
def pool() -> rtwmc.Compiled:
    return rtwmc.compile(POOL, mcpu="host", name="pool")


def images(count: int) -> np.ndarray:
    return np.random.default_rng(count).integers(-128, 128, (count, 6, 4, 3)).astype(np.int8)


@pytest.mark.parametrize("count", [0, 1, 7])
@pytest.mark.parametrize("threads", [None, 1, 3])
def test_run_computes_the_network(pool: rtwmc.Compiled, count: int, threads: int | None) -> None:
    batch = images(count)
    want = batch.reshape(count, 3, 2, 2, 2, 3).max((2, 4))
    assert np.array_equal(pool.run(batch, threads=threads), want)


def test_run_takes_arrays_of_any_layout(pool: rtwmc.Compiled) -> None:
    batch = images(8)
    assert np.array_equal(pool.run(batch[::2]), pool.run(batch)[::2])
    assert np.array_equal(pool.run(np.asfortranarray(batch)), pool.run(batch))


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((2, 6, 4, 3), np.uint8),
        np.zeros((2, 6, 4), np.int8),
        np.zeros((6, 4, 3), np.int8),
        np.zeros((), np.int8),
    ],
)
def test_run_refuses_other_arrays(pool: rtwmc.Compiled, batch: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected int8"):
        pool.run(batch)


def test_run_refuses_no_threads(pool: rtwmc.Compiled) -> None:
    with pytest.raises(ValueError, match="threads"):
        pool.run(images(1), threads=0)


def test_a_device_object_does_not_run_here() -> None:
    compiled = rtwmc.compile(POOL, mcpu="cortex-m0")
    assert compiled.name == "network" and compiled.object[:4] == b"\x7fELF"
    with pytest.raises(ValueError, match="cortex-m0"):
        compiled.run(images(1))


def test_shapes_report_and_header(pool: rtwmc.Compiled) -> None:
    assert pool.input_shape == (6, 4, 3) and pool.output_shape == (3, 2, 3)
    assert pool.report["schema"] == 1 and pool.report["ram"] > 0
    assert str(pool.report).startswith("pool for host (exact)")
    assert "int pool_run(" in pool.header
    assert f"{pool.report['ram']:,} bytes of RAM" in repr(pool)


def test_a_compiled_network_can_be_pickled(pool: rtwmc.Compiled) -> None:
    copy = pickle.loads(pickle.dumps(pool))
    assert np.array_equal(copy.run(images(3)), pool.run(images(3)))
    assert str(copy.report) == str(pool.report)


def test_save(pool: rtwmc.Compiled, tmp_path: Path) -> None:
    paths = pool.save(tmp_path / "new")
    assert [p.name for p in paths] == ["pool.o", "pool.h", "pool.json"]
    assert paths[0].read_bytes() == pool.object and paths[1].read_text() == pool.header


def test_every_kind_of_model_gives_the_same_object(tmp_path: Path) -> None:
    path = MODELS / "lenet_a.mlir"
    kinds = [path, str(path), path.read_text(), path.read_bytes()]
    if importlib.util.find_spec("tosa_converter_for_tflite"):
        tflite = path.with_suffix(".tflite")
        kinds += [tflite, tflite.read_bytes()]
    objects = {rtwmc.compile(kind, name="lenet").object for kind in kinds}
    assert len(objects) == 1


def test_options_reach_the_compiler() -> None:
    compiled = rtwmc.compile(
        MODELS / "sparsenet_a.mlir", mcpu="cortex-m3", ram="8KiB", flash=65536, mode="paper",
        input="external", batch=40, alpha=0.5, tau_q=[3, 5, 7, 9], policy="paper", name="sparse",
    )  # fmt: skip
    report = compiled.report
    assert (report["mode"], report["mcpu"], report["name"]) == ("paper", "cortex-m3", "sparse")
    assert report["budget"] == {"ram": 8192, "flash": 65536}
    pruned = [m for m in report["maps"] if m["drop"]]
    assert [m["drop"] for m in pruned] == [5062, 4971]
    assert [m["tau_q"] for m in pruned] == [3, 5]
    assert {(m["batch"], m["policy"]) for m in pruned} == {(40, "paper")}


def test_a_plan_is_a_file_or_a_mapping(tmp_path: Path) -> None:
    plan = {
        "schema": 1, "batch": 20, "policy": "paper",
        "maps": [{"name": "conv2", "tau_q": 4, "drop": 1500}],
    }  # fmt: skip
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    for given in (plan, file, str(file)):
        compiled = rtwmc.compile(MODELS / "sparsenet_a.mlir", mcpu="host", plan=given)
        assert [
            (m["name"], m["drop"], m["tau_q"], m["batch"], m["policy"])
            for m in compiled.report["maps"]
            if m["drop"]
        ] == [("conv2", 1500, 4, 20, "paper")]
    compiled = rtwmc.compile(MODELS / "sparsenet_a.mlir", plan=plan, batch=10, policy="proportional")
    assert [
        (m["tau_q"], m["batch"], m["policy"]) for m in compiled.report["maps"] if m["drop"]
    ] == [(4, 10, "proportional")]
    with pytest.raises(rtwmc.CompileError, match="missing value at plan.schema"):
        rtwmc.compile(POOL, plan={})


def test_the_cat_is_a_cat() -> None:
    cat = np.fromfile(MODELS / "pictures" / "cat.rgb", np.uint8).astype(np.int16) - 128
    compiled = rtwmc.compile(MODELS / "lenet_a.mlir", mcpu="host")
    logits = compiled.run(cat.astype(np.int8).reshape(1, *compiled.input_shape))
    assert logits.shape == (1, 10) and np.argmax(logits) == 3


def test_a_budget_that_cannot_be_kept_names_the_one_that_can() -> None:
    with pytest.raises(rtwmc.BudgetError, match="smallest budget that fits") as caught:
        rtwmc.compile(MODELS / "lenet_a.mlir", ram=100)
    smallest = caught.value.smallest
    assert rtwmc.compile(MODELS / "lenet_a.mlir", ram=smallest).report["ram"] == smallest


def test_nothing_is_dropped_in_silence() -> None:
    model = MODELS / "sparsenet_a.mlir"
    pruned = rtwmc.compile(model, ram=2400, max_recompute=0)
    notes = [note for note in pruned.report["notes"] if note.startswith("pruned to keep within 2,400")]
    assert len(notes) == 1 and notes[0] in pruned.warnings
    with pytest.raises(rtwmc.BudgetError, match="without dropping anything") as caught:
        rtwmc.compile(model, ram=2400, lossless=True, max_recompute=0)
    smallest = caught.value.smallest
    assert f"drops nothing is {smallest:,} bytes" in notes[0]
    lossless = rtwmc.compile(model, ram=smallest, lossless=True)
    assert lossless.warnings == "" and lossless.report["ram"] <= smallest
    assert smallest == rtwmc.smallest_budget(model, lossless=True, max_recompute=0)
    assert not any(each["drop"] for each in lossless.report["maps"])


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing.mlir"):
        rtwmc.compile(tmp_path / "nothing.mlir")
    with pytest.raises(rtwmc.CompileError, match="error: "):
        rtwmc.compile("func.func @main( {")
    with pytest.raises(rtwmc.CompileError, match="unknown core"):
        rtwmc.compile(POOL, mcpu="z80")


def test_a_compiler_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTWMC_BUILD_DIR", str(tmp_path))
    with pytest.raises(installed.NotInstalledError, match="rtwmc-compile"):
        rtwmc.compile(POOL)
