# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models that cannot be compiled: which operator, where in the file, and what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from compiler import refusal

pytest.importorskip("tflite")

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "operators"))
from tflite_file import Model  # noqa: E402


def _refusal(model: Model, output: int, folder: Path) -> str:
    path = folder / "model.tflite"
    model.save(path, [output])
    return refusal(path, folder).message


def _layer(model: Model, x: int, weights: type) -> int:
    """A fully connected layer that gives reals."""
    w = model.constant("w", np.ones((4, 8), weights), [0.1] if weights is np.int8 else [])
    y = model.tensor("scores", [1, 4], np.float32)
    return model.add_operator("FULLY_CONNECTED", [x, w, -1], y, "FullyConnectedOptions")


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (np.float32, "model.tflite': it is not quantized, it computes in floating point, first in "
         "operator 0 (FULLY_CONNECTED, 'scores'): convert the model with optimizations = "
         "[tf.lite.Optimize.DEFAULT], a representative_dataset and"),
        (np.int8, "its weights are int8, but it computes in floating point (dynamic range "
         "quantization), first in operator 0 (FULLY_CONNECTED, 'scores'): convert the model with"),
    ],
)  # fmt: skip
def test_float(weights, words, tmp_path):
    model = Model()
    y = _layer(model, model.input("x", [1, 8], np.float32), weights)
    assert words in _refusal(model, y, tmp_path)


def test_transposed_convolution_with_gaps(tmp_path):
    """The converter puts its windows elsewhere."""
    model = Model()
    x = model.input("x", [1, 5, 4, 3], np.int8, 0.05, -3)
    operands = [
        model.constant("size", np.asarray([1, 15, 12, 4], np.int32)),
        model.constant("weights", np.ones((4, 2, 2, 3), np.int8), [0.003] * 4), x,
    ]  # fmt: skip
    y = model.new(x, "y", shape=[1, 15, 12, 4])
    model.add_operator("TRANSPOSE_CONV", operands, y, "TransposeConvOptions", Padding=0,
                       StrideH=3, StrideW=3)  # fmt: skip
    assert "has a stride that is larger than its window" in _refusal(model, y, tmp_path)


def test_float_among_integers(tmp_path):
    model = Model()
    x = model.convolution(model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0), 4)
    y = model.tensor("scores", [1, 4, 4, 4], np.float32)
    model.add_operator("SOFTMAX", [model.dequantize(x)], y, "SoftmaxOptions", Beta=1.0)
    message = _refusal(model, y, tmp_path)
    assert (
        "operator 2 (SOFTMAX, 'scores') computes in floating point, between others that are "
        "quantized"
    ) in message


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("SQRT", "use rsqrt"), ("LOG_SOFTMAX", "in sixteenths and zero point 127"),
        ("CUMSUM", "a dense layer"), ("LOCAL_RESPONSE_NORMALIZATION", "use batch normalization"),
        ("SVDF", "with int8 inputs and outputs"),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", "unroll=True"), ("CUSTOM", "use operators of TensorFlow"),
    ],
)  # fmt: skip
def test_operator(code, advice, tmp_path):
    model = Model()
    x = model.convolution(model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0), 4)
    y = model.add_operator(code, [x], model.new(x, "norm"))
    message = _refusal(model, y, tmp_path)
    assert f"model.tflite': operator 1 ({code}, 'norm_4') is not supported: " in message
    assert advice in message


def _slice_backwards(model: Model, x: int, step: int, **masks) -> int:
    inputs = [x, *(model.constant(name, np.asarray(values, np.int32), []) for name, values in (
        ("begin", [0, 3]), ("end", [1, 0]), ("step", [1, step])))]  # fmt: skip
    return model.add_operator("STRIDED_SLICE", inputs, model.new(x, "part"), "StridedSliceOptions", **masks)


def test_slice_backwards_with_an_ellipsis(tmp_path):
    model = Model()
    y = _slice_backwards(model, model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0), -1, EllipsisMask=1)
    assert (
        "operator 0 (STRIDED_SLICE, 'part_4'): STRIDED_SLICE is not supported with these types, "
        "scales or options"
    ) in _refusal(model, y, tmp_path)


def test_slice_backwards_of_computed_places(tmp_path):
    """The converter would take another number of elements."""
    model = Model()
    x = model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0)
    y = _slice_backwards(model, x, -1)
    model.operators[-1].inputs[1] = model.input("begin", [2], np.int32)
    message = _refusal(model, y, tmp_path)
    assert "operator 0 (STRIDED_SLICE, 'part_4') has a stride below 0" in message
    assert "use REVERSE_V2 and a slice" in message


def test_normalization_of_16_bits(tmp_path):
    """TensorFlow Lite Micro has none."""
    model = Model()
    x = model.input("x", [1, 4, 4, 3], np.int16, 0.001, 0)
    y = model.add_operator("L2_NORMALIZATION", [x], model.new(x, "norm"), "L2NormOptions")
    message = _refusal(model, y, tmp_path)
    assert "operator 0 (L2_NORMALIZATION, 'norm_1') is not supported" in message
    assert "quantize it to int8, or end the model before it" in message


@pytest.mark.parametrize(("code", "number"), [("ADD", 4), ("MAX_POOL_2D", 5), ("CONCATENATION", 1)])
def test_fused_activation(code, number, tmp_path):
    """What nobody fuses, and what TensorFlow Lite Micro refuses as well."""
    model = Model()
    x = model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0)
    options = {"MAX_POOL_2D": "Pool2DOptions"}.get(code, f"{code.capitalize()}Options")
    y = model.new(x, "y")
    model.add_operator(code, [x, x], y, options, FusedActivationFunction=number)
    message = _refusal(model, y, tmp_path)
    assert f"operator 0 ({code}, 'y_1') has a fused " in message
    assert "let an operator of its own follow" in message


def test_division(tmp_path):
    model = Model()
    x = model.convolution(model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0), 4)
    y = model.add_operator("DIV", [x, x], model.new(x, "ratio"), "DivOptions")
    assert "(DIV, 'ratio_4') is not supported: multiply by a constant" in _refusal(model, y, tmp_path)


def test_float_with_shapes(tmp_path):
    """Integers of a shape do not make a model a quantized one."""
    model = Model()
    x = model.input("x", [1, 8], np.float32)
    model.add_operator("SHAPE", [x], model.tensor("shape", [2], np.int32), "ShapeOptions", OutType=2)
    assert "it is not quantized" in _refusal(model, _layer(model, x, np.float32), tmp_path)


def test_what_the_converter_says(tmp_path):
    """In front of it, the operator that it speaks of."""
    model = Model()
    x = model.convolution(model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0), 4)
    y = model.add_operator("SOFTMAX", [x], model.new(x, "scores"))
    message = _refusal(model, y, tmp_path)
    assert (
        "model.tflite': operator 1 (SOFTMAX, 'scores_4') does not get through tosa-converter-for-tflite: "
        "'tfl.softmax' op requires attribute 'beta'"
    ) in message


def test_what_the_converter_leaves(tmp_path):
    model = Model()
    x = model.convolution(model.input("x", [1, 4, 4, 3], np.int8, 0.1, 0), 4)
    segments = model.constant("segments", np.asarray([0], np.int32), [])
    y = model.add_operator("SEGMENT_SUM", [x, segments], model.new(x, "sums"), "SegmentSumOptions")
    message = _refusal(model, y, tmp_path)
    assert "operator 1 (SEGMENT_SUM, 'sums_5'): not supported: the converter has no TOSA for it" in message


def test_cast_of_quantized_numbers(tmp_path):
    model = Model()
    x = model.input("x", [1, 4], np.int8, 0.1, 3)
    y = model.add_operator("CAST", [x], model.tensor("y", [1, 4], np.int32), "CastOptions")
    message = _refusal(model, y, tmp_path)
    assert "operator 0 (CAST, 'y') casts quantized numbers" in message


def test_not_a_model(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(b"hello world")
    assert "model.tflite': not a .tflite file" in refusal(path, tmp_path).message


def test_shape_that_is_not_known(tmp_path):
    """One that is computed of the batch alone is."""
    model = Model()
    x = model.input("x", [1, 1, 4, 3], np.int8, 0.05, -3)
    model.tensors[x].signature = [-1, -1, 4, 3]
    shape = model.add_operator("SHAPE", [x], model.tensor("shape", [4], np.int32), "ShapeOptions",
                               OutType=2)  # fmt: skip
    message = _refusal(model, shape, tmp_path)
    assert "operator 0 (SHAPE, 'shape') computes a shape that is not known" in message
    assert "batch_size=1" in message


def test_two_numbers_in_floating_point(tmp_path):
    """A function of one is a table, of two it is not."""
    model = Model()
    x = model.convolution(model.input("x", [1, 4, 4, 2], np.int8, 0.05, -3), 2)
    real = model.new(x, "real", dtype=np.float32, scale=0.0)
    model.add_operator("DEQUANTIZE", [x], real)
    total = model.add_operator("ADD", [real, real], model.tensor("sum", [1, 4, 4, 2], np.float32),
                               "AddOptions")  # fmt: skip
    y = model.add_operator("QUANTIZE", [total], model.new(x, "y"))
    assert "operator 2 (ADD, 'sum') computes in floating point, between" in _refusal(model, y, tmp_path)
