# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What headers and reports say of inputs and outputs."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rtwmc
from upstream import tool

pytest.importorskip("tosa_converter_for_tflite")

OPERATORS = Path(__file__).parents[1] / "models" / "operators"
SCALE = float(np.float32(1 / 255))


def test_report():
    network = rtwmc.compile(OPERATORS / "uint8_in_uint8_out.tflite", mcpu="host")
    assert network.report["inputs"] == [
        {"name": "image", "type": "uint8", "shape": [1, 8, 8, 3], "bytes": 192, "scale": SCALE,
         "zero_point": 0}
    ]  # fmt: skip
    assert network.report["outputs"] == [
        {"name": "quantize_5", "type": "uint8", "shape": [1, 8, 8, 4], "bytes": 256,
         "scale": float(np.float32(0.1)), "zero_point": 123}
    ]  # fmt: skip


def test_report_of_floating_point():
    """It is of the integers behind, under the names that the model gives to the reals."""
    network = rtwmc.compile(OPERATORS / "float_in_float_out.tflite", mcpu="host")
    assert network.report["inputs"] == [
        {"name": "image", "type": "int8", "shape": [1, 8, 8, 3], "bytes": 192, "scale": SCALE,
         "zero_point": -128}
    ]  # fmt: skip
    assert network.report["outputs"] == [
        {"name": "scores:0", "type": "int8", "shape": [1, 10], "bytes": 10, "scale": 1 / 256,
         "zero_point": -128}
    ]  # fmt: skip


def test_nobody_knows_the_scale():
    """Of TOSA alone, which has no place for it."""
    network = rtwmc.compile(
        "func.func @main(%0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8> {\n"
        "  %1 = tosa.clamp %0 {max_val = 5 : i8, min_val = 0 : i8}"
        " : (tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>\n"
        "  return %1 : tensor<1x2x2x1xi8>\n}\n",
        mcpu="host",
    )
    assert network.report["inputs"] == [
        {"name": "input", "type": "int8", "shape": [1, 2, 2, 1], "bytes": 4, "scale": None,
         "zero_point": None}
    ]  # fmt: skip
    assert "SCALE" not in network.header
    with pytest.raises(ValueError, match="the scale of 'input' is not known"):
        network.inputs[0].quantize([1.0])


@pytest.mark.parametrize("language", ["c", "c++"])
def test_header_of_several(language, tmp_path):
    network = rtwmc.compile(OPERATORS / "two_in_swapped.tflite", mcpu="host", name="net")
    network.save(tmp_path)
    source = tmp_path / "use.txt"
    source.write_text("""
#include "net.h"
static unsigned char arena[NET_ARENA_BYTES + NET_CLASS_2_BYTES + NET_RAM_2_BYTES];
static const int shape[] = NET_ARENA_2_SHAPE;
int use(const int8_t *images, const int16_t *sounds, int32_t *wide, int8_t *bytes);
int use(const int8_t *images, const int16_t *sounds, int32_t *wide, int8_t *bytes) {
  return net_run(images, sounds, wide, bytes, bytes, bytes, arena) + shape[0] +
         net_quantize_class_2(net_dequantize_a(3));
}
""")
    subprocess.run(
        [tool("clang"), "-x", language, "-Wall", "-Wextra", "-Wconversion", "-Werror",
         "-fsyntax-only", source],
        check=True,
    )  # fmt: skip


def test_arrays_of_several():
    network = rtwmc.compile(OPERATORS / "two_in_two_out.tflite", mcpu="host")
    a, b = (np.zeros((3, *port.shape), port.dtype) for port in network.inputs)
    assert [len(each) for each in network.run(a, b)] == [3, 3, 3]
    with pytest.raises(ValueError, match="1 arrays for 2 inputs"):
        network.run(a)
    with pytest.raises(ValueError, match="the batches are of 3, 2 elements"):
        network.run(a, b[:2])
    with pytest.raises(ValueError, match=r"the batch is int8 .*; expected uint8"):
        network.run(a, a)


def _numbers(port: rtwmc.Port) -> np.ndarray:
    """Reals on both sides of where rounding changes, and what is no number of the type."""
    limits = np.iinfo(port.dtype)
    halves = np.arange(2 * limits.min - 8, 2 * limits.max + 8, dtype=np.float64) / 2
    halves = halves if len(halves) < 5000 else np.random.default_rng(0).choice(halves, 5000)
    near = ((halves - port.zero_point) * np.float64(port.scale)).astype(np.float32)
    odd = np.float32([np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, -0.0, 2**31, -(2**31)])
    up, down = np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))
    return np.concatenate([near, up, down, odd])


@pytest.mark.parametrize("language", ["c", "c++"])
@pytest.mark.parametrize("model", ["float_in_float_out", "uint8_in_uint8_out", "float_by_int16"])
def test_functions_of_the_header(model, language, tmp_path):
    """They compute what Port does, which test_tflm.py compares with TensorFlow Lite Micro."""
    network = rtwmc.compile(OPERATORS / f"{model}.tflite", mcpu="host", name="net")
    taken, given = network.inputs[0], network.outputs[0]
    network.save(tmp_path)
    source, shared = tmp_path / "functions.txt", tmp_path / "functions.so"
    source.write_text(f"""
#include "net.h"
#ifdef __cplusplus
extern "C" {{
#endif
void quantize(const float *from, {taken.dtype}_t *to, int count);
void dequantize(const {given.dtype}_t *from, float *to, int count);
void quantize(const float *from, {taken.dtype}_t *to, int count) {{
  for (int i = 0; i < count; ++i) to[i] = net_quantize(from[i]);
}}
void dequantize(const {given.dtype}_t *from, float *to, int count) {{
  for (int i = 0; i < count; ++i) to[i] = net_dequantize(from[i]);
}}
#ifdef __cplusplus
}}
#endif
""")
    subprocess.run(
        [tool("clang"), "-x", language, "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror",
         "-shared", "-fPIC", source, "-o", shared],
        check=True,
    )  # fmt: skip
    library = ctypes.CDLL(str(shared))

    def call(name: str, values: np.ndarray, dtype: np.dtype) -> np.ndarray:
        result = np.empty(len(values), dtype)
        pointers = [ctypes.c_void_p(each.ctypes.data) for each in (values, result)]
        library[name](*pointers, ctypes.c_int(len(values)))
        return result

    reals = _numbers(taken)
    assert np.array_equal(call("quantize", reals, taken.dtype), taken.quantize(reals))
    limits = np.iinfo(given.dtype)
    integers = np.arange(limits.min, limits.max + 1).astype(given.dtype)
    assert np.array_equal(call("dequantize", integers, np.dtype("f4")), given.dequantize(integers))
