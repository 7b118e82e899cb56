# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Against TensorFlow Lite Micro itself: the same bytes, in a fraction of its memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rtwmc

runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")

MODELS = Path(__file__).parents[1] / "models"
OPERATORS = sorted((MODELS / "operators").glob("*.tflite"))
NETWORKS = [*sorted(MODELS.glob("*.tflite")), *sorted((MODELS / "mlperf-tiny").glob("*.tflite"))]
# What lies between two convolutions of these costs no RAM beside that of a fused ReLU.
FREE = [
    "add_const_C", "add_const_scalar", "conv_maxconst_conv", "conv_prelu_conv", "conv_silu_conv",
    "hardswish", "input_sub_mean_conv", "mean_channel_keep",
]  # fmt: skip
RAM_OF_BASE = 1832


def _interpreter(model: Path):
    return runtime.Interpreter.from_file(str(model), arena_size=1 << 22)


def _inputs(shape: tuple[int, ...], count: int) -> np.ndarray:
    inputs = np.random.default_rng(count).integers(-128, 128, (count, *shape)).astype(np.int8)
    inputs[0], inputs[1] = -128, 127
    return inputs


@pytest.mark.parametrize("model", OPERATORS + NETWORKS, ids=lambda path: path.stem)
def test_same_as_tflm(model):
    theirs = _interpreter(model)
    ours = rtwmc.compile(model, mcpu="host")
    for pixels in _inputs(tuple(theirs.get_input_details(0)["shape"]), 10):
        theirs.set_input(pixels, 0)
        theirs.invoke()
        expected = theirs.get_output(0)
        assert np.array_equal(ours.run(pixels).reshape(expected.shape), expected)


def _ram(name: str) -> int:
    return rtwmc.compile(MODELS / "operators" / f"{name}.tflite", mcpu="cortex-m4").report["ram"]


def test_base():
    assert _ram("base_relu") <= RAM_OF_BASE


def test_time_streams_whatever_the_axis():
    """Conv1D written with one row, as Keras does, and with one column."""
    assert _ram("chain_conv1d_h1") == _ram("chain_conv1d_w1") <= 328


@pytest.mark.parametrize("name", FREE)
def test_layers_between_convolutions_are_free(name):
    assert _ram(name) <= RAM_OF_BASE
