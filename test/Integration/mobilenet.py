# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""MobileNets as `.tflite` files, of random weights: what they take of memory depends on none.

    python3 mobilenet.py [--size 96] [--width 0.25] [--colours 3] -o mobilenet.tflite
    python3 mobilenet.py --second --size 128 --width 0.35 -o mobilenet_v2.tflite

With one colour and two classes, the first is the person detection of MLPerf Tiny's and TensorFlow Lite Micro's examples.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np

from tflite_maker import NONE, RELU6, SAME, Maker

__all__ = ["mobilenet", "mobilenet_v2"]

# Channels at width 1, and the stride of the depthwise layer before them.
_BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]

# MobileNetV2: how many times the channels are expanded, channels at width 1, blocks, stride of the first.
_BOTTLENECKS = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
]  # fmt: skip


def _weights(m: Maker, x: int, shape: list[int], axis: int, taps: int) -> tuple[int, int]:
    """Weights and bias with which sums are about as large as what RELU6 lets through."""
    values = m.random.integers(-127, 128, shape).astype(np.int8)
    base = 3 / (m.scale_of(x) * math.sqrt(taps) * 75 * 73)
    scales = [float(np.float32(base * each)) for each in m.random.uniform(0.6, 1.4, shape[axis])]
    w = m.constant(f"weights_{len(m.tensors)}", values, scales, axis)
    return w, m.bias(x, scales, shape[axis], taps)


def _windows(m: Maker, x: int, shape: list[int], axis: int, stride: int, taps: int, clamp: int = RELU6) -> int:
    """A convolution, or with `axis` 3 a depthwise one."""
    values = dict(Padding=SAME, StrideH=stride, StrideW=stride, DilationHFactor=1, DilationWFactor=1,
                  FusedActivationFunction=clamp)  # fmt: skip
    if axis == 3:
        values["DepthMultiplier"] = 1
    code = "DEPTHWISE_CONV_2D" if axis == 3 else "CONV_2D"
    options = "DepthwiseConv2DOptions" if axis == 3 else "Conv2DOptions"
    return m.make(
        code, [x, *_weights(m, x, shape, axis, taps)], options, values,
        shape=[1, *m.moved(x, shape[1:3], [stride] * 2, SAME), shape[axis]],
        scale=float(np.float32(6 / 255)), zero_point=-128,
    )  # fmt: skip


def _convolution(m: Maker, x: int, channels: int, kernel: int = 1, stride: int = 1, clamp: int = RELU6) -> int:
    depth = m.shape(x)[3]
    return _windows(m, x, [channels, kernel, kernel, depth], 0, stride, kernel**2 * depth, clamp)


def _depthwise(m: Maker, x: int, stride: int) -> int:
    return _windows(m, x, [1, 3, 3, m.shape(x)[3]], 3, stride, 9)


def _scores(m: Maker, x: int, classes: int) -> bytes:
    axes = m.constant("axes", np.asarray([1, 2], np.int32))
    mean = m.make("MEAN", [x, axes], "ReducerOptions", dict(KeepDims=False), shape=[1, m.shape(x)[3]],
                  scale=m.scale_of(x), zero_point=-128)  # fmt: skip
    depth = m.shape(mean)[1]
    scores = m.make(
        "FULLY_CONNECTED", [mean, *_weights(m, mean, [classes, depth], 0, depth)], "FullyConnectedOptions",
        shape=[1, classes], scale=0.1, zero_point=0,
    )  # fmt: skip
    return m.content([m.softmax(scores)])


def mobilenet(size: int = 96, width: float = 0.25, classes: int = 10, colours: int = 3) -> bytes:
    """MobileNetV1 for pictures of `size` x `size` pixels, int8 inside and out."""
    m = Maker(1)
    x = _convolution(m, m.input("image", [1, size, size, colours], np.int8, 1 / 255, -128), int(32 * width), 3, 2)
    for channels, stride in _BLOCKS:
        x = _convolution(m, _depthwise(m, x, stride), int(channels * width))
    return _scores(m, x, classes)


def _divisible(channels: float) -> int:
    """The multiple of 8 that MobileNetV2 takes: at most a tenth less."""
    near = max(8, int(channels + 4) // 8 * 8)
    return near + 8 * (near < 0.9 * channels)


def mobilenet_v2(size: int = 128, width: float = 0.35, classes: int = 10, colours: int = 3) -> bytes:
    """MobileNetV2, likewise."""
    m = Maker(1)
    image = m.input("image", [1, size, size, colours], np.int8, 1 / 255, -128)
    x = _convolution(m, image, _divisible(32 * width), 3, 2)
    for times, channels, count, first in _BOTTLENECKS:
        for stride in [first] + [1] * (count - 1):
            depth = m.shape(x)[3]
            wide = _convolution(m, x, times * depth) if times > 1 else x
            y = _convolution(m, _depthwise(m, wide, stride), _divisible(channels * width), clamp=NONE)
            if stride == 1 and m.shape(y) == m.shape(x):
                values = dict(FusedActivationFunction=NONE)
                y = m.make("ADD", [x, y], "AddOptions", values, scale=float(np.float32(8 / 255)))
            x = y
    return _scores(m, _convolution(m, x, max(1280, _divisible(1280 * width))), classes)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write a MobileNet of random weights as .tflite.")
    parser.add_argument("--second", action="store_true", help="MobileNetV2 instead of MobileNetV1")
    parser.add_argument("--size", type=int, default=96, help="of the picture (default: %(default)s)")
    parser.add_argument("--width", type=float, default=0.25, help="(default: %(default)s)")
    parser.add_argument("--colours", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--classes", type=int, default=10, help="(default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    make = mobilenet_v2 if options.second else mobilenet
    options.output.write_bytes(make(options.size, options.width, options.classes, options.colours))


if __name__ == "__main__":
    main()
