# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What Arm's converter drops or writes wrongly, by operator: as TensorFlow Lite Micro has it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import rtwmc
from compiler import difference

runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")
pytest.importorskip("tflite")

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "operators"))
from tflite_file import Model  # noqa: E402

ACTIVATIONS = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 2, "RELU6": 3}
POOL = {"StrideH": 2, "StrideW": 2, "FilterHeight": 3, "FilterWidth": 3}


def _range(dtype: np.dtype) -> tuple[int, int]:
    return np.iinfo(dtype).min, np.iinfo(dtype).max + 1


def _compare(model: Model, output: int, folder: Path) -> None:
    path = folder / "model.tflite"
    model.save(path, [output])
    theirs = runtime.Interpreter.from_file(str(path), arena_size=1 << 20)
    ours = rtwmc.compile(path, mcpu="host")
    numbers = np.random.default_rng(0)
    inputs = [
        numbers.integers(*_range(port.dtype), (8, *port.shape)).astype(port.dtype)
        for port in ours.inputs
    ]
    for each in inputs:
        each[0], each[1] = np.iinfo(each.dtype).min, np.iinfo(each.dtype).max
    got = np.asarray(ours.run(*inputs))
    for number, result in enumerate(got):
        for index, each in enumerate(inputs):
            shape = theirs.get_input_details(index)["shape"]
            theirs.set_input(each[number].reshape(shape), index)
        theirs.invoke()
        want = theirs.get_output(0)
        wrong = difference(result.reshape(want.shape), want)
        assert not wrong, f"input {number}: {wrong}"


def _image(model: Model) -> int:
    return model.input("x", [1, 8, 8, 3], np.int8, 0.05, -3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("code", ["MAX_POOL_2D", "AVERAGE_POOL_2D"])
def test_activation_of_a_pooling(code, padding, activation, tmp_path):
    model = Model()
    x = _image(model)
    y = model.new(x, "pool", shape=[1, 4, 4, 3] if padding == 0 else [1, 3, 3, 3])
    options = {"FusedActivationFunction": ACTIVATIONS[activation], "Padding": padding}
    model.add_operator(code, [x], y, "Pool2DOptions", **options, **POOL)
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("code", ["ADD", "SUB", "MUL"])
def test_activation_of_arithmetic(code, activation, tmp_path):
    model = Model()
    x = _image(model)
    other = model.input("other", [1, 8, 8, 3], np.int8, 0.04, 3)
    y = model.new(x, "y", scale=0.1, zero_point=5)
    model.add_operator(code, [x, other], y, f"{code.capitalize()}Options",
                       FusedActivationFunction=ACTIVATIONS[activation])  # fmt: skip
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("kind", ["convolution", "fully_connected"])
def test_activation_of_a_layer(kind, activation, tmp_path):
    model = Model()
    y = getattr(model, kind)(_image(model), 4)
    model.operators[-1].values["FusedActivationFunction"] = ACTIVATIONS[activation]
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("zero_point", [-128, -3, 0, 100])
def test_absolute_values(zero_point, tmp_path):
    model = Model()
    x = model.input("x", [1, 8, 8, 3], np.int8, 0.05, zero_point)
    y = model.add_operator("ABS", [x], model.new(x, "y"), "AbsOptions")
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("scale", [0.031, 0.05, 0.077, 0.2])
@pytest.mark.parametrize("dtype", [np.int8, np.int16])
def test_absolute_values_of_another_scale(dtype, scale, tmp_path):
    model = Model()
    x = model.input("x", [1, 64, 32, 3], dtype, 0.05, 0 if dtype is np.int16 else 17)
    y = model.new(x, "y", scale=scale, zero_point=0 if dtype is np.int16 else -128)
    model.add_operator("ABS", [x], y, "AbsOptions")
    _compare(model, y, tmp_path)


def test_quantization_without_zero_points(tmp_path):
    """They are 0. TensorFlow Lite Micro takes such tensors for not quantized."""
    files = []
    for is_left_out in (False, True):
        model = Model()
        x = model.input("x", [1, 8, 8, 3], np.int8, 0.05, 0)
        y = model.fully_connected(model.convolution(x, 4, zero_point=0), 5, zero_point=0)
        for tensor in model.tensors if is_left_out else []:
            tensor.zero_points = []
        files.append(model.content([y]))
    with_them, without = (rtwmc.compile(each, mcpu="host") for each in files)
    inputs = np.random.default_rng(0).integers(-128, 128, (4, *without.input_shape), np.int8)
    assert np.array_equal(without.run(inputs), with_them.run(inputs))


COMPARISONS = ["EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "NOT_EQUAL"]


@pytest.mark.parametrize("scale", [0.004, 0.05, 0.13, 0.5, 3.0])
@pytest.mark.parametrize("shape", [[1, 2], [1, 10], [64, 37], [1, 4, 6, 21], [1, 1000]], ids=str)
def test_logarithm_of_softmax(shape, scale, tmp_path):
    """Differences of less than a step to more than all that is summed, one channel that counts to many."""
    model = Model()
    x = model.input("x", shape, np.int8, scale, 11)
    y = model.new(x, "y", scale=1 / 16, zero_point=127)
    model.add_operator("LOG_SOFTMAX", [x], y, "LogSoftmaxOptions")
    _compare(model, y, tmp_path)


def _strided_slice(model: Model, x: int, places: list[list[int]], shape: list[int], **masks) -> int:
    inputs = [model.constant(name, np.asarray(values, np.int32), [])
              for name, values in zip(("begin", "end", "step"), places, strict=True)]  # fmt: skip
    return model.add_operator("STRIDED_SLICE", [x, *inputs], model.new(x, "y", shape=shape),
                              "StridedSliceOptions", **masks)  # fmt: skip


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32], ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("seed", range(8))
def test_slice_backwards(seed, dtype, tmp_path):
    """Along some axes, from any place to any, by masks or not, also of an index."""
    model = Model()
    numbers = np.random.default_rng(seed)
    sizes = [1, 9, 7, 5]
    x = model.input("x", sizes, dtype, 0.05, 0)
    everything = [slice(None)]
    begin, end, step, from_begin, to_end, index = [0], [1], [1], 0, 0, 0
    for axis, size in enumerate(sizes[1:], 1):
        stride = int(numbers.choice([-3, -2, -1, -1, 1, 2]))
        low, high = sorted(int(n) for n in numbers.choice(size, 2, replace=False))
        first, last = (high, low) if stride < 0 else (low, high)
        masks = numbers.integers(2), numbers.integers(2)
        if axis == 3 and stride > 0:
            index, stride, masks = 1 << axis, 1, (0, 0)
        begin.append(first - size * int(numbers.integers(2)))
        end.append(last - size * int(numbers.integers(2)))
        step.append(stride)
        from_begin |= int(masks[0]) << axis
        to_end |= int(masks[1]) << axis
        everything.append(first if index >> axis & 1 else
                          slice(None if masks[0] else first, None if masks[1] else last, stride))  # fmt: skip
    shape = list(np.empty(sizes)[tuple(everything)].shape)
    y = _strided_slice(model, x, [begin, end, step], shape, BeginMask=from_begin, EndMask=to_end,
                       ShrinkAxisMask=index)  # fmt: skip
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("places", [
    ([0, -1, 0, 0], [1, -99, 8, 3], [1, -1, 1, 1]), ([0, 99, 0, 0], [1, 1, 8, 3], [1, -2, 1, 1]),
], ids=["before", "behind"])  # fmt: skip
def test_slice_backwards_from_outside(places, tmp_path):
    model = Model()
    height = 8 if places[0][1] < 0 else 3
    y = _strided_slice(model, _image(model), list(places), [1, height, 8, 3])
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("scale", [0.01, 0.05, 0.3])
def test_elu_of_bytes(scale, tmp_path):
    model = Model()
    x = model.input("x", [1, 8, 8, 3], np.int8, scale, 11)
    y = model.add_operator("ELU", [x], model.new(x, "y", scale=0.03, zero_point=-90))
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize("code", COMPARISONS)
def test_comparison_that_selects(code, constant, tmp_path):
    """SELU, thresholds, tf.where: of two scales, also with a number alone."""
    model = Model()
    x = model.input("x", [1, 8, 8, 3], np.int8, 0.05, -3)
    other = (
        model.constant("limit", np.full((), 9, np.int8), [0.04], 0, 4)
        if constant else model.input("other", [1, 8, 8, 3], np.int8, 0.04, 3)
    )  # fmt: skip
    options = "".join(word.capitalize() for word in code.split("_")) + "Options"
    is_so = model.add_operator(code, [x, other], model.tensor("is_so", [1, 8, 8, 3], np.bool_), options)
    negative = model.make("RELU", [x])
    y = model.add_operator("SELECT_V2", [is_so, x, negative], model.new(x, "y"), "SelectV2Options")
    _compare(model, y, tmp_path)


@pytest.mark.parametrize("has_bias", [True, False])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "size"), [(2, 2, 1, (10, 8)), (3, 2, 0, (10, 8)), (3, 1, 0, (5, 4))]
)
def test_transposed_convolution_of_16_bits(kernel, stride, padding, size, has_bias, tmp_path):
    model = Model()
    x = model.input("x", [1, 5, 4, 3], np.int16, 0.0005, 0)
    scales = list(model.random.uniform(0.002, 0.004, 4))
    weights = model.random.integers(-63, 64, (4, kernel, kernel, 3)).astype(np.int8)
    operands = [
        model.constant("size", np.asarray([1, *size, 4], np.int32), []),
        model.constant("weights", weights, scales), x,
    ]  # fmt: skip
    if has_bias:
        operands.append(model.constant("bias", np.asarray([300, -5, 0, 77777], np.int64),
                                       [s * 0.0005 for s in scales]))  # fmt: skip
    y = model.new(x, "y", shape=[1, *size, 4], scale=0.001)
    model.add_operator("TRANSPOSE_CONV", operands, y, "TransposeConvOptions", Padding=padding,
                       StrideH=stride, StrideW=stride)  # fmt: skip
    _compare(model, y, tmp_path)
    # Nothing is held but what lives.
    report = rtwmc.compile(tmp_path / "model.tflite", mcpu="cortex-m4").report
    assert all(each["store"] in ("ring", "external", "in-place") for each in report["maps"]), report["maps"]


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "size"),
    [(2, 2, 1, (10, 8)), (3, 2, 0, (10, 8)), (3, 2, 1, (11, 9)), (3, 1, 0, (5, 4)),
     (4, 2, 0, (10, 8))],
)  # fmt: skip
def test_transposed_convolution(kernel, stride, padding, size, tmp_path):
    """Whether the stride divides the kernel or not."""
    model = Model()
    x = model.input("x", [1, 5, 4, 3], np.int8, 0.05, -3)
    scales = list(model.random.uniform(0.002, 0.004, 4))
    weights = model.random.integers(-63, 64, (4, kernel, kernel, 3)).astype(np.int8)
    operands = [
        model.constant("size", np.asarray([1, *size, 4], np.int32), []),
        model.constant("weights", weights, scales), x,
        model.constant("bias", np.asarray([300, -5, 0, 77], np.int32), [s * 0.05 for s in scales]),
    ]  # fmt: skip
    y = model.new(x, "y", shape=[1, *size, 4])
    model.add_operator("TRANSPOSE_CONV", operands, y, "TransposeConvOptions", Padding=padding,
                       StrideH=stride, StrideW=stride)  # fmt: skip
    _compare(model, y, tmp_path)


SIZES = [
    ((4, 4), (8, 8)), ((3, 5), (7, 10)), ((8, 8), (4, 4)), ((5, 5), (15, 15)), ((7, 7), (13, 9)),
    ((1, 4), (1, 8)),
]  # fmt: skip
FLAGS = {"plain": {}, "corners": {"AlignCorners": 1}, "half": {"HalfPixelCenters": 1}}


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sum(sizes, ()))))
@pytest.mark.parametrize("kind", ["Bilinear", "NearestNeighbor"])
def test_resize(kind, sizes, flags, tmp_path):
    """Whatever is taken as the centre of a pixel, and halves of either sign."""
    (height, width), target = sizes
    model = Model()
    x = model.input("x", [1, height, width, 2], np.int8, 0.05, -3)
    size = model.constant("size", np.asarray(target, np.int32), [])
    y = model.new(x, "y", shape=[1, *target, 2])
    code = {"Bilinear": "RESIZE_BILINEAR", "NearestNeighbor": "RESIZE_NEAREST_NEIGHBOR"}[kind]
    model.add_operator(code, [x, size], y, f"Resize{kind}Options", **FLAGS[flags])
    _compare(model, y, tmp_path)
