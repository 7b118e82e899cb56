# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks that keep something from run to run: twenty runs in a row, beside TensorFlow Lite Micro."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import rtwmc
from rtwmc import tflm
from rtwmc.emulate import emulate

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "operators"))
from tflite_file import Model  # noqa: E402

pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")

RUNS = 20
SCALE, ZERO = 0.05, -3


def _frames(initial: int | None) -> bytes:
    """A convolution over the last three frames of a stream, as streaming networks have it."""
    model = Model()
    x = model.input("x", [1, 1, 4, 8], np.int8, SCALE, ZERO)
    if initial is not None:
        once = Model()
        values = np.full((1, 2, 4, 8), initial, np.int8)
        once.assign(once.variable("frames"), once.constant("first", values, [SCALE], 0, ZERO))
        model.call_once(once)
    handle = model.variable("frames")
    old = model.read(handle, "old", [1, 2, 4, 8], np.int8, SCALE, ZERO)
    frames = model.make(
        "CONCATENATION", [old, x], "ConcatenationOptions", {"Axis": 1}, shape=[1, 3, 4, 8]
    )
    begin = model.constant("begin", np.array([0, 1, 0, 0], np.int32))
    size = model.constant("size", np.array([1, 2, 4, 8], np.int32))
    model.assign(handle, model.make("SLICE", [frames, begin, size], shape=[1, 2, 4, 8]))
    return model.content([model.convolution(frames, 6)])


def _delay_line() -> bytes:
    """Two variables, each of which becomes what the one before was."""
    model = Model()
    x = model.input("x", [1, 3, 3, 4], np.int8, SCALE, ZERO)
    like = {"shape": [1, 3, 3, 4], "dtype": np.int8, "scale": SCALE, "zero_point": ZERO}
    before, last = model.variable("before"), model.variable("last")
    b, a = model.read(before, "b", **like), model.read(last, "a", **like)
    y = model.add(model.add(x, a, 0.08, 5), b, 0.1, 0)
    model.assign(last, x)
    model.assign(before, a)
    return model.content([y])


def _accumulator() -> bytes:
    """What is read again in the same run is what was written."""
    model = Model()
    x = model.input("x", [1, 2, 2, 4], np.int8, SCALE, ZERO)
    handle = model.variable("sum")
    old = model.read(handle, "old", [1, 2, 2, 4], np.int8, 0.2, 9)
    model.assign(handle, model.add(x, old, 0.2, 9))
    new = model.read(handle, "new", [1, 2, 2, 4], np.int8, 0.2, 9)
    return model.content([model.fully_connected(new, 5)])


def _svdf(rank: int, dtype: type, zero_point: int = -128) -> bytes:
    """Two of them, as keyword spotting has them."""
    model = Model()
    x = model.input("x", [1, 24], np.int8, SCALE, ZERO)
    y = model.svdf(x, 12, rank, 6, dtype, zero_point=zero_point)
    y = model.svdf(y, 4, 1, 3, zero_point=9)
    return model.content([model.fully_connected(y, 5, scale=0.01)])


def _lstm(steps: int, time_major: bool = False, **options) -> bytes:
    """A layer of Keras that is not unrolled, of which the last step counts."""
    model = Model()
    x = model.input("x", [steps, 1, 6] if time_major else [1, steps, 6], np.int8, SCALE, ZERO)
    y = model.lstm(x, 8, time_major=time_major, **options)
    return model.content([model.fully_connected(y, 5, scale=0.01)])


NETWORKS = {
    "frames": lambda: _frames(None),
    "frames-from-11": lambda: _frames(11),
    "delay-line": _delay_line,
    "accumulator": _accumulator,
    "svdf": lambda: _svdf(1, np.int16),
    "svdf-of-rank-2": lambda: _svdf(2, np.int16, 5),
    "svdf-of-bytes": lambda: _svdf(2, np.int8),
    "lstm": lambda: _lstm(5),
    "lstm-of-one-step": lambda: _lstm(1, power=-9),
    "lstm-of-a-fine-cell": lambda: _lstm(2, power=-15),
    "lstm-that-clips": lambda: _lstm(3, True, clip=0.7),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_twenty_runs_are_those_of_tflm(name: str) -> None:
    content = NETWORKS[name]()
    compiled = rtwmc.compile(content, mcpu="host")
    inputs = np.random.default_rng(0).integers(
        -128, 128, (RUNS, *compiled.input_shape), dtype=np.int8
    )
    expected = tflm.run(content, [inputs], 1)[0].reshape(RUNS, *compiled.output_shape)
    assert len({each.tobytes() for each in expected}) > 1
    # Each call begins anew, whatever the one before left.
    for _ in range(2):
        assert np.array_equal(compiled.run(inputs), expected)


@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m4"])
def test_the_same_on_the_core(mcpu: str) -> None:
    for make in NETWORKS.values():
        host = rtwmc.compile(make(), mcpu="host")
        inputs = np.random.default_rng(1).integers(-128, 128, (RUNS, *host.input_shape), np.int8)
        core = rtwmc.compile(make(), mcpu=mcpu)
        assert np.array_equal(emulate(core, inputs), host.run(inputs))


def test_state_is_counted_and_declared() -> None:
    compiled = rtwmc.compile(NETWORKS["frames"](), mcpu="cortex-m4", name="net")
    report = compiled.report
    assert (report["state"], report["state_align"]) == (64, 1)
    assert report["ram"] == report["arena"] + report["state"] + report["stack"]
    assert "#define NET_STATE_BYTES 64" in compiled.header
    assert "int net_reset(void *state);" in compiled.header
    assert "void *arena, void *state);" in compiled.header
    again = rtwmc.compile(NETWORKS["frames"](), mcpu="cortex-m4", ram=report["ram"])
    assert again.report["ram"] == report["ram"]
    with pytest.raises(rtwmc.BudgetError, match="of arena, 64 of state and .* of stack") as caught:
        rtwmc.compile(NETWORKS["frames"](), mcpu="cortex-m4", ram=report["ram"] // 2)
    smallest = caught.value.smallest
    assert rtwmc.compile(NETWORKS["frames"](), mcpu="cortex-m4", ram=smallest).report["ram"] <= smallest


def test_variables_that_exchange_their_values_are_refused() -> None:
    tensor = "tensor<1x4xi8>"
    text = f"""
module {{
  tosa.variable @a = dense<1> : {tensor}
  tosa.variable @b = dense<2> : {tensor}
  func.func @main(%x: {tensor}) -> {tensor} {{
    %a = tosa.variable_read @a : {tensor}
    %b = tosa.variable_read @b : {tensor}
    %0 = tosa.maximum %x, %a : ({tensor}, {tensor}) -> {tensor}
    tosa.variable_write @a, %b : {tensor}
    tosa.variable_write @b, %a : {tensor}
    return %0 : {tensor}
  }}
}}"""
    with pytest.raises(rtwmc.CompileError, match="variables exchange their values, 'a' among them"):
        rtwmc.compile(text)
