# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Against TensorFlow Lite Micro itself: the same bytes, in a fraction of its memory."""

from __future__ import annotations

from pathlib import Path

import pytest
import rtwmc
from rtwmc import verify

pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
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
# What lies between costs a row or two, and no map; RAM in bytes.
STREAMED = {
    "channel_shuffle": 2227, "conv_pad_maxpool_conv": 2608, "fc_residual_rank2": 216,
    "keras_conv1d_bias_add_h1": 208, "mul_two": 3368, "resize_nn_2x": 2739, "softmax_map": 640,
}  # fmt: skip
SEVERAL = ["two_in_two_out", "two_in_swapped"]
# What is kept from run to run: the inputs are one sequence.
STATE = ["delay_line"]
# What networks take and give that are about that (make_boundaries.py).
BOUNDARIES = [
    "uint8_in_uint8_out", "uint8_other_scale", "uint8_flat_softmax", "uint8_to_float",
    "float_in_float_out", "float_scale_one", "float_reshaped", "float_by_int16",
    "int16_in_int32_out", "int32_in_int16_out",
]  # fmt: skip


@pytest.mark.parametrize("model", OPERATORS + NETWORKS, ids=lambda path: path.stem)
def test_same_as_tflm(model):
    result = verify.verify(model)
    assert result.equal, verify.table(result)


@pytest.mark.parametrize("model", BOUNDARIES + SEVERAL + STATE)
def test_same_as_tflm_on_a_core(model):
    """Inputs and outputs of every type and number, by the prototype of the header."""
    result = verify.verify(MODELS / "operators" / f"{model}.tflite", mcpu="cortex-m4", count=20)
    assert len(result.comparisons) == 2 and result.equal, verify.table(result)


def _fit(name: str, budget: int) -> None:
    """Fails where nothing may be dropped and the budget is too small."""
    path = MODELS / "operators" / f"{name}.tflite"
    rtwmc.compile(path, mcpu="cortex-m4", ram=budget, lossless=True)


def test_base():
    _fit("base_relu", RAM_OF_BASE)


@pytest.mark.parametrize("name", ["chain_conv1d_h1", "chain_conv1d_w1"])
def test_time_streams_whatever_the_axis(name):
    """Conv1D written with one row, as Keras does, and with one column."""
    _fit(name, 328)


@pytest.mark.parametrize("name", STREAMED)
def test_layers_between_convolutions_stream(name):
    """Within the budget, which is painted: nothing beside it is touched."""
    result = verify.verify(
        MODELS / "operators" / f"{name}.tflite", mcpu="cortex-m4", count=6, ram=STREAMED[name],
        lossless=True,
    )  # fmt: skip
    assert result.equal, verify.table(result)


@pytest.mark.parametrize("name", FREE)
def test_layers_between_convolutions_are_free(name):
    _fit(name, RAM_OF_BASE)
