# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Blocks of several operators, as converters write what people build of them: see tflite_layers.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tflite_maker import NONE, RELU, SAME, Maker

__all__ = ["BLOCKS"]


def _dense(m: Maker, x: int, channels: int) -> int:
    """Of the last dimension, whatever is before it."""
    depth = m.shape(x)[-1]
    w, scales = m.weights([channels, depth], None)
    return m.make(
        "FULLY_CONNECTED", [x, w, m.bias(x, scales, channels, depth)], "FullyConnectedOptions",
        dict(KeepNumDims=True), shape=[*m.shape(x)[:-1], channels], **m.sums(x, scales, depth),
    )  # fmt: skip


def _transpose(m: Maker, x: int, order: list[int]) -> int:
    return m.make("TRANSPOSE", [x, m.constant("order", np.asarray(order, np.int32))],
                  shape=[m.shape(x)[i] for i in order])  # fmt: skip


def _product(m: Maker, a: int, b: int, turned: bool) -> int:
    shape = [*m.shape(a)[:-1], m.shape(b)[-2 if turned else -1]]
    return m.make("BATCH_MATMUL", [a, b], "BatchMatMulOptions", dict(AdjX=False, AdjY=turned),
                  shape=shape, **m.sums(a, [m.scale_of(b)], m.shape(a)[-1]))  # fmt: skip


def attention(m: Maker) -> int:
    """Keras's MultiHeadAttention of a sequence with itself: heads are a batch of products."""
    heads, size = m.choose.choice([1, 2, 4]), m.choose.randint(1, 6)
    length, channels = m.choose.randint(2, 20), heads * size
    x = m.image([1, length, m.choose.randint(1, 12)])
    turned = m.choose.random() < 0.5
    q, k, v = (m.reshape(_dense(m, x, channels), [1, length, heads, size]) for _ in "qkv")
    k = _transpose(m, k, [0, 2, 1, 3] if turned else [0, 2, 3, 1])
    q, v = (_transpose(m, each, [0, 2, 1, 3]) for each in (q, v))
    scores = m.softmax(_product(m, q, k, turned))
    y = _transpose(m, _product(m, scores, v, False), [0, 2, 1, 3])
    return _dense(m, m.reshape(y, [1, length, channels]), m.choose.randint(1, 9))


def mixer(m: Maker) -> int:
    """Dense layers over time and over channels in turn."""
    x = m.image([1, m.choose.randint(2, 20), m.choose.randint(2, 20)])
    y = _transpose(m, _dense(m, x, m.choose.randint(1, 12)), [0, 2, 1])
    return _transpose(m, _dense(m, y, m.choose.randint(1, 12)), [0, 2, 1])


def _grouped(m: Maker, x: int, channels: int, groups: int) -> int:
    """A convolution whose filters have the channels of one group."""
    depth = m.shape(x)[3] // groups
    size = m.choose.choice([1, 3])
    w, scales = m.weights([channels, size, size, depth], m.choose.choice([0, None]))
    taps = size * size * depth
    return m.make(
        "CONV_2D", [x, w, m.bias(x, scales, channels, taps)], "Conv2DOptions",
        dict(Padding=SAME, StrideH=1, StrideW=1, DilationHFactor=1, DilationWFactor=1,
             FusedActivationFunction=m.choose.choice([NONE, RELU])),
        shape=[*m.shape(x)[:3], channels], **m.sums(x, scales, taps),
    )  # fmt: skip


def groups(m: Maker) -> int:
    """As in ShuffleNet: convolutions of groups, and a shuffle of channels between them."""
    count, size = m.choose.randint(2, 4), m.choose.randint(1, 4)
    _, height, width, _ = m.shape(x := m.map())
    x = m.convolution(x, count * size, m.scale_of(x) * 2, m.zero())
    x = _grouped(m, x, count * size, count)
    x = m.reshape(x, [1, height, width, count, size])
    x = m.reshape(_transpose(m, x, [0, 1, 2, 4, 3]), [1, height, width, count * size])
    return _grouped(m, x, count * m.choose.randint(1, 4), count)


def excite(m: Maker) -> int:
    """Squeeze and excite, of the mean, of the largest, or of both, by factors for each channel."""
    x = m.convolution(m.map(), m.choose.randint(1, 12))
    channels = m.shape(x)[3]
    kept = m.choose.random() < 0.5
    inner = m.choose.randint(1, 6)

    def squeezed(code: str) -> int:
        axes = m.constant("axes", np.asarray([1, 2], np.int32))
        y = m.make(code, [x, axes], "ReducerOptions", dict(KeepDims=kept),
                   shape=[1, 1, 1, channels] if kept else [1, channels])  # fmt: skip
        return _dense(m, m.make("RELU", [_dense(m, y, inner)]), channels)

    codes = m.choose.choice([["MEAN"], ["REDUCE_MAX"], ["MEAN", "REDUCE_MAX"]])
    y = squeezed(codes[0])
    for code in codes[1:]:
        y = m.add(y, squeezed(code), m.scale_of(y) * 2, m.zero())
    if m.scale_of(y) > 1:  # Of such steps TensorFlow Lite Micro has other factors.
        y = m.quantize(y, np.int8, 0.05, m.zero())
    y = m.make("LOGISTIC", [y], scale=1 / 256, zero_point=-128)
    factors = y if kept else m.reshape(y, [1, 1, 1, channels])
    operands = m.choose.choice([[x, factors], [factors, x]])
    return m.make("MUL", operands, "MulOptions", shape=m.shape(x), scale=m.scale_of(x) / 2,
                  zero_point=m.zero_of(x))  # fmt: skip


BLOCKS: dict[str, Callable[[Maker], int]] = {
    "attention": attention, "mixer": mixer, "groups": groups, "excite": excite,
}  # fmt: skip
