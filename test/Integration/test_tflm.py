# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Against TensorFlow Lite Micro itself: the same bytes, in a fraction of its memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rtwmc
from rtwmc import qemu

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
# What networks take and give that are about that (make_boundaries.py).
BOUNDARIES = [
    "uint8_in_uint8_out", "uint8_other_scale", "uint8_flat_softmax", "uint8_to_float",
    "float_in_float_out", "float_scale_one", "float_reshaped", "float_by_int16",
    "int16_in_int32_out", "int32_in_int16_out",
]  # fmt: skip


def _interpreter(model: Path):
    return runtime.Interpreter.from_file(str(model), arena_size=1 << 22)


def _inputs(port: rtwmc.Port, count: int) -> np.ndarray:
    """Inputs of any integers, the first two of the least and of the largest."""
    limits = np.iinfo(port.dtype)
    inputs = np.random.default_rng(count).integers(
        limits.min, limits.max, (count, *port.shape), endpoint=True, dtype=port.dtype
    )
    inputs[0], inputs[1] = limits.min, limits.max
    return inputs


def _real(port: rtwmc.Port, integers: np.ndarray) -> np.ndarray:
    """Real numbers that become these integers, not all of them exactly."""
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, integers.shape)
    return (port.dequantize(integers) + port.scale * noise).astype(np.float32)


def _compare(model: Path, run) -> None:
    """Compares `run(inputs)`, from integers to integers, with TensorFlow Lite Micro."""
    theirs = _interpreter(model)
    ours = rtwmc.compile(model, mcpu="host")
    taken, given = ours.inputs[0], ours.outputs[0]
    details = theirs.get_input_details(0)
    inputs = _inputs(taken, 10)
    if details["dtype"] is np.float32:
        reals = _real(taken, inputs)
        # Far outside, but not so far that it is undefined in C.
        reals[0], reals[1] = -1e9 * taken.scale, 1e9 * taken.scale
        inputs = taken.quantize(reals)
    else:
        reals = inputs
        assert details["dtype"] is taken.dtype.type
    for real, output in zip(reals, run(ours, inputs), strict=True):
        theirs.set_input(real.reshape(details["shape"]), 0)
        theirs.invoke()
        expected = theirs.get_output(0)
        if expected.dtype == np.float32:
            output = given.dequantize(output)
        assert output.dtype == expected.dtype
        assert np.array_equal(output.reshape(expected.shape), expected)


@pytest.mark.parametrize("model", OPERATORS + NETWORKS, ids=lambda path: path.stem)
def test_same_as_tflm(model):
    _compare(model, lambda network, inputs: network.run(inputs))


@pytest.mark.parametrize("model", BOUNDARIES)
def test_same_as_tflm_on_a_core(model, tmp_path):
    """Inputs and outputs of every type, by the macros and the prototype of the header."""
    path = MODELS / "operators" / f"{model}.tflite"
    made = rtwmc.compile(path, mcpu="cortex-m4").save(tmp_path)

    def run(network, inputs):
        given = network.outputs[0]
        result = qemu.run(made[0], made[1], "cortex-m4", inputs.tobytes(), repeat=2)
        return np.frombuffer(result.outputs, given.dtype).reshape(len(inputs), *given.shape)

    _compare(path, run)


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
