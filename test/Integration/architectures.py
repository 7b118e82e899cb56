# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layer shapes of `rtwmc.planner`: random ones, and as TOSA with random weights."""

from __future__ import annotations

import random

import numpy as np
from rtwmc import planner
from rtwmc.planner import Add, AveragePool, Conv, Dense, Depthwise, GlobalAverage, Layer, MaxPool

from generate import _Builder
from network import Network

__all__ = ["DSCNN", "RESNET8", "architecture", "tosa"]

RESNET8: list[Layer] = [
    Conv(16, 3, padding="same"), Conv(16, 3, padding="same"), Conv(16, 3, padding="same"), Add(0, 2),
    Conv(32, 3, 2, "same"), Conv(32, 3, padding="same"), Conv(32, 1, 2, "same", input=3), Add(6, 5),
    Conv(64, 3, 2, "same"), Conv(64, 3, padding="same"), Conv(64, 1, 2, "same", input=7), Add(10, 9),
    GlobalAverage(), Dense(10),
]  # fmt: skip
"""The ResNet-8 of MLPerf Tiny on 32x32x3, without its softmax."""

DSCNN: list[Layer] = [
    Conv(64, (10, 4), 2, "same"),
    *[layer for _ in range(4) for layer in (Depthwise(3, padding="same"), Conv(64))],
    GlobalAverage(), Dense(12),
]  # fmt: skip
"""The DS-CNN of MLPerf Tiny on 49x10x1, without its softmax."""


def architecture(seed: int) -> tuple[list[Layer], tuple[int, int, int]]:
    """A random network of up to a dozen layers, and the shape of its input."""
    r = random.Random(seed)
    shape = (r.randint(6, 20), r.randint(6, 20), r.choice([1, 3, 4]))
    layers: list[Layer] = []
    height, width = shape[:2]
    for _ in range(r.randint(2, 4)):
        kernel = r.choice([1, 2, 3, 3, (3, 1)])
        padding = r.choice(["valid", "same"])
        if min(height, width) < 4:
            kernel, padding = 1, "valid"
        stride = r.choice([1, 1, 1, 2]) if min(height, width) > 6 else 1
        if layers and r.random() < 0.3:
            layers.append(Depthwise(kernel, 1, stride, padding))
        else:
            layers.append(Conv(r.choice([2, 4, 6, 9, 16]), kernel, stride, padding))
        height, width = _size(layers, shape)
        kind = r.randrange(6)
        if kind == 0 and min(height, width) >= 4:
            layers.append(MaxPool(2, r.choice([None, None, 1])))
        elif kind == 1 and min(height, width) >= 4:
            layers.append(AveragePool(2, r.choice([None, 1])))
        elif kind == 2:
            skip, channels = len(layers) - 1, _shapes(layers, shape)[-1][2]
            for _ in range(r.randint(1, 2)):
                layers.append(Conv(channels, r.choice([1, 3]), padding="same"))
            pair = [skip, len(layers) - 1]
            r.shuffle(pair)
            layers.append(Add(*pair))
        height, width = _size(layers, shape)
    if r.random() < 0.5:
        layers.append(GlobalAverage())
    layers.append(Dense(r.choice([2, 10])))
    if r.random() < 0.3:
        layers.append(Dense(5))
    return layers, shape


def _shapes(layers: list[Layer], shape: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    # A layer that only pads the list is read by nobody; what ends it so far is the result.
    return [m.shape for m in planner.plan(layers, shape).maps]


def _size(layers: list[Layer], shape: tuple[int, int, int]) -> tuple[int, int]:
    return _shapes(layers, shape)[-1][:2]


def tosa(layers: list[Layer], shape: tuple[int, int, int], seed: int = 0) -> Network:
    """The layers as TOSA 1.0, with random weights and scales."""
    b = _Builder(seed)
    b.shapes["x"] = (1, *shape)
    b.types["x"] = f"tensor<1x{'x'.join(map(str, shape))}xi8>"
    sizes = _shapes(layers, shape)
    values = [("x", -128)]
    for index, layer in enumerate(layers):
        if isinstance(layer, Add):
            (x, x_zp), (y, y_zp) = values[layer.first + 1], values[layer.second + 1]
            values.append(b.add(x, x_zp, y, y_zp))
            continue
        x, zp = values[index if layer.input is None else layer.input + 1]
        if isinstance(layer, (Conv, Depthwise)):
            values.append(_convolution(b, x, zp, layer, sizes[index]))
        elif isinstance(layer, (MaxPool, AveragePool)):
            values.append(_pool(b, x, zp, layer, sizes[index]))
        elif isinstance(layer, GlobalAverage):
            values.append(b.global_average(x, zp))
        else:
            values.append(b.dense(x, zp, layer.units))
    return b.finish(values[-1][0], (1, *shape))


def _pair(value) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def _window(b: _Builder, x: str, kernel, stride, padding, size) -> tuple[str, list[int]]:
    """Padding as TOSA wants it, where windows must end with the map: what is over is cropped."""
    pads = []
    for axis in (1, 2):
        n, k, s = b.shapes[x][axis], kernel[axis - 1], stride[axis - 1]
        over = n - ((size[axis - 1] - 1) * s + k)
        if padding == "same":
            total = max(-over, 0)
            pads += [total // 2, total - total // 2]
        else:
            pads += [0, 0]
        if over > 0:
            rest = list(b.shapes[x])
            rest[axis] -= over
            x = b.slice(x, [0, 0, 0, 0], rest)
    return x, pads


def _convolution(b: _Builder, x: str, zp: int, layer: Conv | Depthwise, size) -> tuple[str, int]:
    kernel, stride = _pair(layer.kernel), _pair(layer.stride)
    x, pads = _window(b, x, kernel, stride, layer.padding, size)
    channels, out = b.shapes[x][3], size[2]
    depthwise = isinstance(layer, Depthwise)
    weights = b.numbers.integers(-20, 21, (
        (*kernel, channels, layer.multiplier) if depthwise else (out, *kernel, channels)
    ))  # fmt: skip
    operands = [
        x, b.constant(weights, "i8"), b.constant(b.numbers.integers(-999, 999, out), "i32"),
        b.constant([zp], "i8"), b.zero(),
    ]  # fmt: skip
    acc = b.op(
        "depthwise_conv2d" if depthwise else "conv2d", operands,
        "{acc_type = i32, dilation = array<i64: 1, 1>, "
        f"pad = array<i64: {', '.join(map(str, pads))}>, "
        f"stride = array<i64: {stride[0]}, {stride[1]}>}}",
        (1, *size), "i32",
    )  # fmt: skip
    depth = kernel[0] * kernel[1] * (1 if depthwise else channels)
    y = b.rescale(acc, b.numbers.uniform(0.5, 2, out) / (20 * np.sqrt(depth)), 0, -128,
                  bound=depth * 255 * 20 + 999)  # fmt: skip
    return b.clamp(y, -128, 127), -128


def _pool(b: _Builder, x: str, zp: int, layer: MaxPool | AveragePool, size) -> tuple[str, int]:
    kernel = _pair(layer.size)
    stride = kernel if layer.stride is None else _pair(layer.stride)
    x, pads = _window(b, x, kernel, stride, "valid", size)
    attributes = (
        f"kernel = array<i64: {kernel[0]}, {kernel[1]}>, "
        f"pad = array<i64: {', '.join(map(str, pads))}>, "
        f"stride = array<i64: {stride[0]}, {stride[1]}>}}"
    )
    if isinstance(layer, MaxPool):
        return b.op("max_pool2d", [x], "{" + attributes, (1, *size)), zp
    operands = [x, b.constant([zp], "i8"), b.constant([-128], "i8")]
    return b.op("avg_pool2d", operands, "{acc_type = i32, " + attributes, (1, *size)), -128
