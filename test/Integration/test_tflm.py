# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Against TensorFlow Lite Micro itself: the same bytes, in a fraction of its memory."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import rtwmc
from rtwmc import qemu
from rtwmc.firmware import toolchain

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
SEVERAL = ["two_in_two_out", "two_in_swapped"]
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
    """Compares `run(*inputs)`, from integers to integers, with TensorFlow Lite Micro."""
    theirs = _interpreter(model)
    ours = rtwmc.compile(model, mcpu="host")
    inputs, reals = [], []
    for index, port in enumerate(ours.inputs):
        details = theirs.get_input_details(index)
        given = _inputs(port, 10)
        real = given
        if details["dtype"] is np.float32:
            real = _real(port, given)
            # Far outside, but not so far that it is undefined in C.
            real[0], real[1] = -1e9 * port.scale, 1e9 * port.scale
            given = port.quantize(real)
        else:
            assert details["dtype"] is port.dtype.type
        inputs.append(given)
        reals.append(real.reshape(10, *details["shape"]))
    outputs = run(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    for number in range(10):
        for index, real in enumerate(reals):
            theirs.set_input(real[number], index)
        theirs.invoke()
        for index, port in enumerate(ours.outputs):
            expected, output = theirs.get_output(index), outputs[index][number]
            if expected.dtype == np.float32:
                output = port.dequantize(output)
            assert output.dtype == expected.dtype
            assert np.array_equal(output.reshape(expected.shape), expected)


@pytest.mark.parametrize("model", OPERATORS + NETWORKS, ids=lambda path: path.stem)
def test_same_as_tflm(model):
    _compare(model, rtwmc.compile(model, mcpu="host").run)


@pytest.mark.parametrize("model", BOUNDARIES)
def test_same_as_tflm_on_a_core(model, tmp_path):
    """Inputs and outputs of every type, by the macros and the prototype of the header."""
    path = MODELS / "operators" / f"{model}.tflite"
    network = rtwmc.compile(path, mcpu="cortex-m4")
    made, given = network.save(tmp_path), network.outputs[0]

    def run(inputs):
        result = qemu.run(made[0], made[1], "cortex-m4", inputs.tobytes(), repeat=2)
        return np.frombuffer(result.outputs, given.dtype).reshape(len(inputs), *given.shape)

    _compare(path, run)


ADAPTER = """
#include "{name}.h"
int one_run(const int8_t *input, int8_t *output, void *arena) {{
  return {name}_run({arguments}, arena);
}}
"""
# What the adapter adds to the stack: its frame, with arguments for which there is no register.
FRAME = 64


@pytest.mark.parametrize("model", SEVERAL)
def test_several_inputs_and_outputs_on_a_core(model, tmp_path):
    """The harness runs functions with one of each: all inputs are one, behind each other."""
    path = MODELS / "operators" / f"{model}.tflite"
    network = rtwmc.compile(path, mcpu="cortex-m4")
    made = network.save(tmp_path)
    ports = re.search(rf"{model}_run\((.*), void", network.header)[1].split(", ")
    # Where each begins, and all of them end. All but the last are of whole words, and so aligned.
    places = {"input": [0], "output": [0]}
    arguments = []
    for port, text in zip([*network.inputs, *network.outputs], ports, strict=True):
        name = "input" if text.startswith("const") else "output"
        begin = places[name][-1]
        assert begin % 4 == 0
        arguments.append(f"({text[: text.index('*') + 1]})({name} + {begin})")
        places[name].append(begin + port.bytes)
    source, adapter, both = (tmp_path / name for name in ("one.c", "adapter.o", "both.o"))
    source.write_text(ADAPTER.format(name=model, arguments=", ".join(arguments)))
    toolchain.compile_source(source, adapter, "cortex-m4", "-O1", "-Wno-cast-align", f"-I{tmp_path}")
    toolchain.call([toolchain.find_tool("ld.lld"), "-r", adapter, made[0], "-o", both])
    sizes = {
        "ARENA_BYTES": network.report["arena"], "ARENA_ALIGN": network.report["arena_align"],
        "STACK_BYTES": network.report["stack"] + FRAME, "RAM_BYTES": network.report["ram"] + FRAME,
        "INPUT_BYTES": places["input"][-1], "OUTPUT_BYTES": places["output"][-1],
        "INPUT_ALIGN": 4, "OUTPUT_ALIGN": 4,
    }  # fmt: skip
    header = tmp_path / "one.h"
    header.write_text("int one_run(const int8_t *input, int8_t *output, void *arena);\n" + "".join(
        f"#define ONE_{name} {value}\n" for name, value in sizes.items()
    ))  # fmt: skip

    def run(*inputs):
        records = np.zeros((len(inputs[0]), sizes["INPUT_BYTES"]), np.uint8)
        for begin, batch in zip(places["input"], inputs, strict=False):
            flat = batch.reshape(len(batch), -1).view(np.uint8)
            records[:, begin : begin + flat.shape[1]] = flat
        result = qemu.run(both, header, "cortex-m4", records.tobytes(), repeat=2)
        written = np.frombuffer(result.outputs, np.uint8).reshape(len(records), -1)
        return tuple(
            written[:, begin : begin + port.bytes].copy().view(port.dtype).reshape(-1, *port.shape)
            for begin, port in zip(places["output"], network.outputs, strict=False)
        )

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
