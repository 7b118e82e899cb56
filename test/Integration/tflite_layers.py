# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random operators of `.tflite` files: shapes, strides, padding, activations, scales, zero points.

`LAYERS` has a function for each operator: it puts one behind a map of int8, `[1, H, W, C]`, and
returns its output. `OTHERS` are those with inputs of another kind; they make their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tflite_blocks import BLOCKS
from tflite_maker import NONE, RELU, RELU6, RELU_N1_TO_1, SAME, VALID, Maker
from tflite_moves import MOVES

__all__ = ["LAYERS", "OTHERS", "Maker"]


def conv2d(m: Maker, x: int) -> int:
    sizes, strides, padding = m.windows(x)
    dilations = (1, 1)
    if m.choose.random() < 0.2:
        strides = [1, 1]
        dilations = tuple(m.choose.randint(1, 2) for _ in range(2))
        if padding == VALID:
            sizes = [max(1, min(k, (n - 1) // d + 1)) for k, n, d in
                     zip(sizes, m.shape(x)[1:3], dilations, strict=True)]  # fmt: skip
    channels, depth = m.choose.randint(1, 18), m.shape(x)[3]
    w, scales = m.weights([channels, *sizes, depth], m.choose.choice([0, 0, None]))
    taps = math.prod(sizes) * depth
    b = m.bias(x, scales, channels, taps)
    return m.make(
        "CONV_2D", [x, w, b], "Conv2DOptions",
        dict(Padding=padding, StrideH=strides[0], StrideW=strides[1], DilationHFactor=dilations[0],
             DilationWFactor=dilations[1], FusedActivationFunction=m.activation()),
        shape=[1, *m.moved(x, sizes, strides, padding, dilations), channels],
        **m.sums(x, scales, taps),
    )  # fmt: skip


def depthwise(m: Maker, x: int) -> int:
    sizes, strides, padding = m.windows(x)
    strides = [strides[0]] * 2
    times = m.choose.choice([1, 1, 1, 2, 3])
    channels = m.shape(x)[3] * times
    w, scales = m.weights([1, *sizes, channels], m.choose.choice([3, 3, None]))
    b = m.bias(x, scales, channels, math.prod(sizes))
    return m.make(
        "DEPTHWISE_CONV_2D", [x, w, b], "DepthwiseConv2DOptions",
        dict(Padding=padding, StrideH=strides[0], StrideW=strides[1], DepthMultiplier=times,
             DilationHFactor=1, DilationWFactor=1, FusedActivationFunction=m.activation()),
        shape=[1, *m.moved(x, sizes, strides, padding), channels],
        **m.sums(x, scales, math.prod(sizes)),
    )  # fmt: skip


def conv2d_of_batch(m: Maker, x: int) -> int:
    """A dilated convolution as Keras builds it: of every b-th row and column, each a picture."""
    sizes = [m.choose.randint(1, 3) for _ in "hw"]
    blocks = [m.choose.choice([1, 2, 3]) if n > 1 else 1 for n in m.shape(x)[1:3]]
    before, behind, batch = [], [], [math.prod(blocks)]
    for n, k, b in zip(m.shape(x)[1:3], sizes, blocks, strict=True):
        before.append(m.choose.randint(0, (k - 1) * b))
        least = max(0, k * b - n - before[-1])
        behind.append(least + -(n + before[-1] + least) % b)
        batch.append((n + before[-1] + behind[-1]) // b)
    values = [blocks, [list(pair) for pair in zip(before, behind, strict=True)]]
    apart = [m.constant(name, np.asarray(each, np.int32))
             for name, each in zip(("block", "paddings"), values, strict=True)]  # fmt: skip
    # TensorFlow Lite Micro pads with 0, whatever the zero point.
    x = m.quantize(x, np.int8, m.scale(), 0)
    x = m.make("SPACE_TO_BATCH_ND", [x, *apart], shape=[*batch, m.shape(x)[3]])
    channels, depth = m.choose.randint(1, 9), m.shape(x)[3]
    w, scales = m.weights([channels, *sizes, depth], m.choose.choice([0, None]))
    taps = math.prod(sizes) * depth
    y = m.make(
        "CONV_2D", [x, w, m.bias(x, scales, channels, taps)], "Conv2DOptions",
        dict(Padding=VALID, StrideH=1, StrideW=1, DilationHFactor=1, DilationWFactor=1,
             FusedActivationFunction=m.activation()),
        shape=[batch[0], *m.moved(x, sizes, [1, 1], VALID), channels], **m.sums(x, scales, taps),
    )  # fmt: skip
    made = [n * b for n, b in zip(m.shape(y)[1:3], blocks, strict=True)]
    crops = [[m.choose.choice([0, 0, 1]) if n > 2 else 0 for _ in "be"] for n in made]
    together = [m.constant(name, np.asarray(each, np.int32))
                for name, each in (("block", blocks), ("crops", crops))]  # fmt: skip
    sizes = [n - sum(c) for n, c in zip(made, crops, strict=True)]
    return m.make("BATCH_TO_SPACE_ND", [y, *together], shape=[1, *sizes, channels])


def transpose_conv(m: Maker, x: int, gaps: bool = False) -> int:
    """With `gaps`, strides may be larger than the window: parts of the output see no input."""
    sizes, strides, padding = m.windows(x, 3)
    if not gaps:
        strides = [min(s, k) for s, k in zip(strides, sizes, strict=True)]
    channels, depth = m.choose.randint(1, 9), m.shape(x)[3]
    w, scales = m.weights([channels, *sizes, depth], m.choose.choice([0, None]))
    places = [
        n * s if padding == SAME else n * s + max(k - s, 0)
        for n, s, k in zip(m.shape(x)[1:3], strides, sizes, strict=True)
    ]
    shape = [1, *places, channels]
    inputs = [m.constant("shape", np.asarray(shape, np.int32)), w, x]
    if m.choose.random() < 0.7:
        inputs.append(m.bias(x, scales, channels, math.prod(sizes) * depth))
    y = m.make(
        "TRANSPOSE_CONV", inputs, "TransposeConvOptions",
        dict(Padding=padding, StrideH=strides[0], StrideW=strides[1]),
        shape=shape, dtype=np.int8, **m.sums(x, scales, math.prod(sizes) * depth),
    )  # fmt: skip
    return y


def fully_connected(m: Maker, x: int) -> int:
    keep = m.choose.random() < 0.3
    shape = m.shape(x)
    depth = shape[-1] if keep else math.prod(shape)
    channels = m.choose.randint(1, 20)
    w, scales = m.weights([channels, depth], m.choose.choice([0, None]))
    bias = m.bias(x, scales, channels, depth) if m.choose.random() < 0.8 else -1
    return m.make(
        "FULLY_CONNECTED", [x, w, bias], "FullyConnectedOptions",
        dict(KeepNumDims=keep, FusedActivationFunction=m.activation()),
        shape=[*shape[:-1], channels] if keep else [1, channels], **m.sums(x, scales, depth),
    )  # fmt: skip


def _pool(code: str, activation: bool = False) -> Callable[[Maker, int], int]:
    def pool(m: Maker, x: int) -> int:
        fused = m.choose.choice([RELU, RELU6, RELU_N1_TO_1]) if activation else NONE
        sizes, strides, padding = m.windows(x)
        return m.make(
            code, [x], "Pool2DOptions",
            dict(Padding=padding, StrideH=strides[0], StrideW=strides[1], FilterHeight=sizes[0],
                 FilterWidth=sizes[1], FusedActivationFunction=fused),
            shape=[1, *m.moved(x, sizes, strides, padding), m.shape(x)[3]],
        )  # fmt: skip

    return pool


def _second(m: Maker, x: int, same_scale: bool) -> int:
    """Another operand of a binary operator: an input, the same, or a constant that is broadcast."""
    shape = m.shape(x)
    like = {"scale": m.scale_of(x), "zero_point": m.zero_of(x)} if same_scale else {
        "scale": m.scale_of(x) * 2 ** m.choose.uniform(-2, 2), "zero_point": m.zero(m.tensors[x].dtype)
    }  # fmt: skip
    kind = m.choose.choice(["input", "input", "same", "constant"])
    if kind == "same":
        return x
    if kind == "input":
        return m.input(f"input_{len(m.inputs)}", shape, m.tensors[x].dtype, **like)
    sizes = m.choose.choice([shape, shape[-1:], [1], [1] * (len(shape) - 1) + shape[-1:],
                             [*shape[:-1], 1], []])  # fmt: skip
    limits = np.iinfo(m.tensors[x].dtype)
    values = np.asarray(m.random.integers(limits.min, limits.max + 1, sizes))
    return m.constant(f"constant_{len(m.tensors)}", values.astype(m.tensors[x].dtype),
                      [like["scale"]], 0, like["zero_point"])  # fmt: skip


def _binary(code: str, options: str) -> Callable[[Maker, int], int]:
    def binary(m: Maker, x: int) -> int:
        y = _second(m, x, same_scale=False)
        dtype = m.tensors[x].dtype
        scale = max(m.scale_of(x), m.scale_of(y)) * m.choose.choice([0.55, 1.05, 2.1])
        if code == "MUL":
            scale = m.scale_of(x) * m.scale_of(y) * 2 ** m.choose.uniform(3, 8)
            scale *= 256 if dtype is np.int16 else 1
        inputs = [x, y] if m.choose.random() < 0.6 else [y, x]
        return m.make(code, inputs, options, dict(FusedActivationFunction=m.activation()),
                      shape=m.shape(x), scale=scale, zero_point=m.zero(dtype))  # fmt: skip

    return binary


def _extreme(code: str) -> Callable[[Maker, int], int]:
    def extreme(m: Maker, x: int) -> int:
        y = _second(m, x, same_scale=True)
        return m.make(code, [x, y], "MaximumMinimumOptions", shape=m.shape(x))

    return extreme


def _alone(code: str) -> Callable[[Maker, int], int]:
    """An activation that may change scale and zero point."""

    def alone(m: Maker, x: int) -> int:
        if code == "RELU6" or m.choose.random() < 0.3:
            return m.make(code, [x])  # RELU6: TensorFlow Lite Micro does not rescale
        return m.make(code, [x], scale=m.scale_of(x) * m.choose.choice([0.5, 1, 1.3]),
                      zero_point=m.zero())  # fmt: skip

    return alone


def _table(code: str, scale: float, zero_point: int) -> Callable[[Maker, int], int]:
    def table(m: Maker, x: int) -> int:
        # Of steps beyond all reason, TensorFlow Lite Micro takes zero to be positive; of the others
        # what is all but half a step is rounded by it in fixed point.
        if m.scale_of(x) > 8 or m.scale_of(x) in (1 / 128, 1 / 256):
            x = m.quantize(x, np.int8, m.scale(), m.zero())
        return m.make(code, [x], scale=scale, zero_point=zero_point)

    return table


def _table_16x8(code: str) -> Callable[[Maker], int]:
    """Also of inputs in powers of two, which have factors of their own."""

    def table(m: Maker) -> int:
        scale = m.choose.choice([2.0**-12, 2.0**-11, 2.0**-13, 2 ** m.choose.uniform(-16, -9)])
        x = m.input("input_0", [1, 8, 8, 5], np.int16, float(np.float32(scale)), 0)
        return m.make(code, [x], scale=2.0**-15)

    return table


def l2_normalization(m: Maker, x: int) -> int:
    return m.make("L2_NORMALIZATION", [x], "L2NormOptions", scale=1 / 128, zero_point=0)


def leaky_relu(m: Maker, x: int) -> int:
    return m.make("LEAKY_RELU", [x], "LeakyReluOptions",
                  dict(Alpha=m.choose.choice([0.01, 0.1, 0.3, 1.5])),
                  scale=m.scale_of(x) * m.choose.choice([0.5, 1, 1.3]), zero_point=m.zero())  # fmt: skip


def prelu(m: Maker, x: int) -> int:
    shape = [1, 1, m.shape(x)[-1]]
    values = m.random.integers(-128, 128, shape).astype(np.int8)
    alpha = m.constant("alpha", values, [0.004], 0, m.zero())
    return m.make("PRELU", [x, alpha], scale=m.scale_of(x) * m.choose.choice([0.7, 1, 1.3]),
                  zero_point=m.zero())  # fmt: skip


def elu(m: Maker, x: int) -> int:
    return m.make("ELU", [x], scale=m.scale_of(x), zero_point=m.zero())


def softmax(m: Maker, x: int) -> int:
    return m.make("SOFTMAX", [x], "SoftmaxOptions", dict(Beta=m.choose.choice([1.0, 1.0, 0.5])),
                  scale=1 / 256, zero_point=-128)  # fmt: skip


def _reduce(code: str) -> Callable[[Maker, int], int]:
    def reduce(m: Maker, x: int) -> int:
        axes = m.choose.choice([[1, 2], [1, 2], [1], [2], [3], [-1], [1, 2, 3]])
        keep = m.choose.random() < 0.5
        places = [axis % 4 for axis in axes]
        shape = [1 if i in places else n for i, n in enumerate(m.shape(x)) if keep or i not in places]
        changes = {} if code.startswith("REDUCE") else {
            "scale": m.scale_of(x) * m.choose.choice([0.5, 1, 1]), "zero_point": m.zero()
        }  # fmt: skip
        if code == "SUM":
            changes["scale"] *= math.sqrt(math.prod(m.shape(x)[axis] for axis in places))
        which = m.constant("axes", np.asarray(axes, np.int32))
        return m.make(code, [x, which], "ReducerOptions", dict(KeepDims=keep), shape=shape, **changes)

    return reduce


# What TensorFlow Lite Micro does.
_QUANTIZED = {
    np.int8: [np.int8, np.uint8, np.int16, np.int32], np.uint8: [np.int8],
    np.int16: [np.int8, np.int16, np.int32], np.int32: [np.int8, np.int16],
}  # fmt: skip


def requantize(m: Maker, x: int) -> int:
    source = m.tensors[x].dtype
    dtype = m.choose.choice(_QUANTIZED[source])
    bits = 8 * (np.dtype(source).itemsize - np.dtype(dtype).itemsize)
    # Nothing leaves 32 bits, where it would be undefined what comes.
    scale = m.scale_of(x) * 2 ** (bits + m.choose.uniform(1.1 if dtype is np.int32 else -1, 3))
    return m.make("QUANTIZE", [x], dtype=dtype, scale=scale, zero_point=m.zero(dtype))


def _index_of(code: str) -> Callable[[Maker, int], int]:
    def index_of(m: Maker, x: int) -> int:
        axis = m.choose.choice([3, 3, 1, 2])
        y = m.tensor("index", [n for i, n in enumerate(m.shape(x)) if i != axis], np.int32)
        which = m.constant("axis", np.asarray(axis, np.int32))
        options = f"{code.title().replace('_', '')}Options"
        return m.add_operator(code, [x, which], y, options, OutputType=2)

    return index_of


def batch_matmul(m: Maker, x: int) -> int:
    _, height, width, channels = m.shape(x)
    columns, turned = m.choose.randint(1, 9), m.choose.random() < 0.5
    shape = [1, height, columns, channels] if turned else [1, height, channels, columns]
    y = m.input(f"input_{len(m.inputs)}", shape, np.int8, m.scale(), m.zero())
    return m.make("BATCH_MATMUL", [x, y], "BatchMatMulOptions", dict(AdjX=False, AdjY=turned),
                  shape=[1, height, width, columns], **m.sums(x, [m.scale_of(y)], channels))  # fmt: skip


def _plain(code: str, options: str = "") -> Callable[[Maker, int], int]:
    return lambda m, x: m.make(code, [x], options, scale=m.scale_of(x), zero_point=m.zero())


LAYERS: dict[str, Callable[[Maker, int], int]] = {
    "CONV_2D": conv2d, "DEPTHWISE_CONV_2D": depthwise, "TRANSPOSE_CONV": transpose_conv,
    "FULLY_CONNECTED": fully_connected, "BATCH_MATMUL": batch_matmul,
    "MAX_POOL_2D": _pool("MAX_POOL_2D"), "AVERAGE_POOL_2D": _pool("AVERAGE_POOL_2D"),
    "ADD": _binary("ADD", "AddOptions"), "SUB": _binary("SUB", "SubOptions"),
    "MUL": _binary("MUL", "MulOptions"), "MAXIMUM": _extreme("MAXIMUM"), "MINIMUM": _extreme("MINIMUM"),
    "RELU": _alone("RELU"), "RELU6": _alone("RELU6"), "LEAKY_RELU": leaky_relu, "PRELU": prelu,
    "ELU": elu, "HARD_SWISH": _alone("HARD_SWISH"), "LOGISTIC": _table("LOGISTIC", 1 / 256, -128),
    "TANH": _table("TANH", 1 / 128, 0), "SOFTMAX": softmax, "L2_NORMALIZATION": l2_normalization,
    "ABS": _plain("ABS", "AbsOptions"),
    "MEAN": _reduce("MEAN"), "SUM": _reduce("SUM"), "REDUCE_MAX": _reduce("REDUCE_MAX"),
    "REDUCE_MIN": _reduce("REDUCE_MIN"), **MOVES, "QUANTIZE": requantize,
    "ARG_MAX": _index_of("ARG_MAX"), "ARG_MIN": _index_of("ARG_MIN"),
}  # fmt: skip


def _single(layer: Callable[[Maker, int], int]) -> Callable[[Maker], int]:
    return lambda m: layer(m, m.map())


def _wide(layer: Callable[[Maker, int], int]) -> Callable[[Maker], int]:
    """The operator on int16, its weights of int8."""
    return lambda m: layer(m, m.map(np.int16))


def _from(dtype: type) -> Callable[[Maker], int]:
    return lambda m: requantize(m, m.map(dtype))


def _rank_2(layer: Callable[[Maker, int], int]) -> Callable[[Maker], int]:
    return lambda m: layer(m, m.image([1, m.choose.randint(1, 60)]))


# Operators of real numbers, and the type of their options.
_REAL = {"NEG": "NegOptions", "ELU": "", "ABS": "AbsOptions", "SQUARE": "SquareOptions", "EXP": "ExpOptions",
         "SIN": "", "FLOOR": "", "RELU6": "", "TANH": ""}  # fmt: skip


def _real(m: Maker) -> int:
    """An operator that stays in floating point between quantized ones: a table."""
    code = m.choose.choice(list(_REAL))
    x = m.convolution(m.map(), m.choose.randint(1, 8))
    y = m.make(code, [m.dequantize(x)], _REAL[code])
    most = {"EXP": 3, "SQUARE": 40}.get(code, 1)
    return m.quantize(y, np.int8, m.scale() * most, m.zero())


def _half_a_step(m: Maker) -> int:
    x = m.input("input_0", [1, 16, 16, 1], np.int8, 1 / 128, 0)
    return m.make("LOGISTIC", [x], scale=1 / 256, zero_point=-128)


OTHERS: dict[str, Callable[[Maker], int]] = {
    **BLOCKS,
    **{f"{code}_16x8": _wide(LAYERS[code]) for code in
       ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "SUB", "MUL", "MAX_POOL_2D",
        "AVERAGE_POOL_2D", "CONCATENATION", "PAD", "SLICE")},
    **{f"{code}_activation": _single(_pool(code, activation=True)) for code in
       ("MAX_POOL_2D", "AVERAGE_POOL_2D")},
    "LOGISTIC_half_a_step": _half_a_step,
    "LOGISTIC_16x8": _table_16x8("LOGISTIC"), "TANH_16x8": _table_16x8("TANH"),
    "REAL": _real,
    "CONV_2D_batch": _single(conv2d_of_batch),
    "TRANSPOSE_CONV_gaps": lambda m: transpose_conv(m, m.map(), gaps=True),
    **{f"QUANTIZE_{dtype.__name__}": _from(dtype) for dtype in (np.uint8, np.int16, np.int32)},
    **{f"{code}_rank_2": _rank_2(LAYERS[code]) for code in
       ("FULLY_CONNECTED", "ADD", "MUL", "SOFTMAX", "LOGISTIC", "MAXIMUM")},
}  # fmt: skip
