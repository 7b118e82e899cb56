# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the networks of this folder that are about their inputs and outputs.

    python3 make_boundaries.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from tflite_file import Model

IMAGE = ("image", [1, 8, 8, 3])


def uint8_in_uint8_out(m: Model) -> list[int]:
    x = m.quantize(m.input(*IMAGE, np.uint8, 1 / 255, 0), np.int8, 1 / 255, -128)
    return [m.quantize(m.convolution(x, 4), np.uint8, 0.1, 123)]


def uint8_other_scale(m: Model) -> list[int]:
    x = m.quantize(m.input(*IMAGE, np.uint8, 1 / 255, 0), np.int8, 1 / 127, -120)
    return [m.quantize(m.max_pool(m.convolution(x, 4)), np.uint8, 0.07, 101)]


def uint8_flat_softmax(m: Model) -> list[int]:
    x = m.quantize(m.input("features", [1, 40], np.uint8, 0.02, 130), np.int8, 0.02, 2)
    return [m.quantize(m.softmax(m.fully_connected(x, 10)), np.uint8, 1 / 256, 0)]


def uint8_to_float(m: Model) -> list[int]:
    """As ST's model zoo has them."""
    x = m.quantize(m.input(*IMAGE, np.uint8, 1 / 255, 0), np.int8, 1 / 255, -128)
    return [m.dequantize(m.fully_connected(m.convolution(x, 4), 10))]


def float_in_float_out(m: Model) -> list[int]:
    x = m.quantize(m.input(*IMAGE, np.float32), np.int8, 1 / 255, -128)
    return [m.dequantize(m.softmax(m.fully_connected(m.convolution(x, 4), 10)), "scores:0")]


def float_scale_one(m: Model) -> list[int]:
    x = m.quantize(m.input(*IMAGE, np.float32), np.int8, 1.0, 0)
    return [m.dequantize(m.convolution(x, 4, scale=1.0, zero_point=0))]


def float_reshaped(m: Model) -> list[int]:
    x = m.reshape(m.input("samples", [1, 192], np.float32), [1, 8, 8, 3])
    y = m.dequantize(m.convolution(m.quantize(x, np.int8, 0.03, 7), 4))
    return [m.reshape(y, [1, 256])]


def float_by_int16(m: Model) -> list[int]:
    x = m.quantize(m.input(*IMAGE, np.float32), np.int16, 1 / 32768, 0)
    y = m.convolution(m.quantize(x, np.int8, 1 / 128, 0), 4)
    return [m.dequantize(m.quantize(y, np.int16, 0.001, 0))]


def int16_in_int32_out(m: Model) -> list[int]:
    x = m.quantize(m.input(*IMAGE, np.int16, 1 / 32768, 0), np.int8, 1 / 128, 0)
    return [m.quantize(m.convolution(x, 4), np.int32, 0.001, 0)]


def int32_in_int16_out(m: Model) -> list[int]:
    x = m.quantize(m.input(*IMAGE, np.int32, 1 / 32768, 0), np.int8, 1 / 128, 0)
    return [m.quantize(m.convolution(x, 4), np.int16, 0.001, 0)]


def two_in_two_out(m: Model) -> list[int]:
    """Outputs are read by later layers, and by loops of upstream's; types and scales differ."""
    a = m.input("a", [1, 8, 8, 3], np.int8, 0.05, -3)
    b = m.quantize(m.input("b", [1, 8, 8, 3], np.uint8, 0.04, 120), np.int8, 0.04, -8)
    maps = m.convolution(m.add(a, b, 0.1, 5), 4, name="maps")
    scores = m.fully_connected(maps, 12)
    return [maps, scores, m.dequantize(m.softmax(scores), "scores:0")]


def two_in_swapped(m: Model) -> list[int]:
    """Names that C and the macros have taken; outputs in another order than they are made."""
    x = m.quantize(m.input("class", [1, 6, 5, 2], np.float32), np.int8, 0.02, 3)
    y = m.input("ram", [1, 4, 4, 2], np.int16, 1 / 32768, 0)
    first = m.convolution(x, 4, name="A")
    second = m.convolution(m.quantize(y, np.int8, 1 / 128, 0), 3, name="a")
    return [m.quantize(second, np.int32, 0.001, 0, "arena"), second, m.max_pool(first), first]


MODELS = [
    uint8_in_uint8_out, uint8_other_scale, uint8_flat_softmax, uint8_to_float, float_in_float_out,
    float_scale_one, float_reshaped, float_by_int16, int16_in_int32_out,
    int32_in_int16_out, two_in_two_out, two_in_swapped,
]  # fmt: skip


def main(folder: Path) -> None:
    for make in MODELS:
        model = Model()
        outputs = make(model)
        model.save(folder / f"{make.__name__}.tflite", outputs)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
