# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""MobileNetV1 as a `.tflite` file, of random weights: what it takes of memory depends on none.

    python3 mobilenet.py [--size 96] [--width 0.25] -o mobilenet.tflite
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np

from tflite_maker import RELU6, SAME, Maker

__all__ = ["mobilenet"]

# Channels at width 1, and the stride of the depthwise layer before them.
_BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


def _weights(m: Maker, x: int, shape: list[int], axis: int, taps: int) -> tuple[int, int]:
    """Weights and bias with which sums are about as large as what RELU6 lets through."""
    values = m.random.integers(-127, 128, shape).astype(np.int8)
    base = 3 / (m.scale_of(x) * math.sqrt(taps) * 75 * 73)
    scales = [float(np.float32(base * each)) for each in m.random.uniform(0.6, 1.4, shape[axis])]
    w = m.constant(f"weights_{len(m.tensors)}", values, scales, axis)
    return w, m.bias(x, scales, shape[axis], taps)


def _windows(m: Maker, x: int, shape: list[int], axis: int, stride: int, taps: int) -> int:
    """A convolution, or with `axis` 3 a depthwise one."""
    values = dict(Padding=SAME, StrideH=stride, StrideW=stride, DilationHFactor=1, DilationWFactor=1,
                  FusedActivationFunction=RELU6)  # fmt: skip
    if axis == 3:
        values["DepthMultiplier"] = 1
    code = "DEPTHWISE_CONV_2D" if axis == 3 else "CONV_2D"
    options = "DepthwiseConv2DOptions" if axis == 3 else "Conv2DOptions"
    return m.make(
        code, [x, *_weights(m, x, shape, axis, taps)], options, values,
        shape=[1, *m.moved(x, shape[1:3], [stride] * 2, SAME), shape[axis]],
        scale=float(np.float32(6 / 255)), zero_point=-128,
    )  # fmt: skip


def mobilenet(size: int = 96, width: float = 0.25, classes: int = 10) -> bytes:
    """MobileNetV1 for pictures of `size` x `size` pixels of three colours, int8 inside and out."""
    m = Maker(1)

    def conv(x: int, channels: int, kernel: int, stride: int) -> int:
        depth = m.shape(x)[3]
        shape = [channels, kernel, kernel, depth]
        return _windows(m, x, shape, 0, stride, kernel**2 * depth)

    x = conv(m.input("image", [1, size, size, 3], np.int8, 1 / 255, -128), int(32 * width), 3, 2)
    for channels, stride in _BLOCKS:
        shape = [1, 3, 3, m.shape(x)[3]]
        x = _windows(m, x, shape, 3, stride, 9)
        x = conv(x, int(channels * width), 1, 1)
    axes = m.constant("axes", np.asarray([1, 2], np.int32))
    mean = m.make("MEAN", [x, axes], "ReducerOptions", dict(KeepDims=False), shape=[1, m.shape(x)[3]],
                  scale=m.scale_of(x), zero_point=-128)  # fmt: skip
    depth = m.shape(mean)[1]
    scores = m.make(
        "FULLY_CONNECTED", [mean, *_weights(m, mean, [classes, depth], 0, depth)], "FullyConnectedOptions",
        shape=[1, classes], scale=0.1, zero_point=0,
    )  # fmt: skip
    return m.content([m.softmax(scores)])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write MobileNetV1 of random weights as .tflite.")
    parser.add_argument("--size", type=int, default=96, help="of the picture (default: %(default)s)")
    parser.add_argument("--width", type=float, default=0.25, help="(default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.write_bytes(mobilenet(options.size, options.width))


if __name__ == "__main__":
    main()
