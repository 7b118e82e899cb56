# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models whose batch is dynamic, and that compute shapes behind it, as Keras exports them.

TensorFlow Lite Micro runs few of these: each is compared with its twin, of a batch of 1, whose shapes
are constants.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import rtwmc
from rtwmc import tflm

pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")
pytest.importorskip("tflite")

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "operators"))
from tflite_file import Model  # noqa: E402


class Twin(Model):
    """A model with a dynamic batch, or with a batch of 1 and constants."""

    def __init__(self, dynamic: bool):
        super().__init__()
        self.dynamic = dynamic

    def numbers(self, values: list[int] | int) -> int:
        return self.constant(f"numbers_{len(self.tensors)}", np.asarray(values, np.int32))

    def integers(self, code: str, inputs: list[int], shape: list[int], options: str = "", **values) -> int:
        y = self.tensor(f"{code.lower()}_{len(self.tensors)}", shape, np.int32)
        return self.add_operator(code, inputs, y, options, **values)

    def sizes(self, x: int) -> int:
        return self.integers("SHAPE", [x], [len(self.tensors[x].shape)], "ShapeOptions", OutType=2)

    def batch(self, x: int) -> int:
        """How many inputs there are: a number."""
        operands = [self.sizes(x), *(self.numbers([each]) for each in (0, 1, 1))]
        return self.integers("STRIDED_SLICE", operands, [], "StridedSliceOptions", ShrinkAxisMask=1)

    def packed(self, x: int, sizes: list[int]) -> int:
        """A shape, the batch of `x` and then `sizes`."""
        if not self.dynamic:
            return self.numbers([1, *sizes])
        values = [self.batch(x), *(self.numbers(size) for size in sizes)]
        return self.integers("PACK", values, [len(values)], "PackOptions", Axis=0, ValuesCount=len(values))

    def open(self) -> None:
        """Lets the batch be dynamic."""
        for tensor in self.tensors:
            tensor.dynamic = self.dynamic and not tensor.data and tensor.dtype is not np.int32


def _reshaped(m: Twin) -> int:
    """Flatten."""
    x = m.convolution(m.input("x", [1, 4, 5, 3], np.int8, 0.05, -3), 4)
    flat = m.make("RESHAPE", [x, m.packed(x, [80])], "ReshapeOptions", shape=[1, 80])
    return m.fully_connected(flat, 5)


def _dense_of_vectors(m: Twin) -> int:
    """A Dense layer on vectors in a row, which Keras writes as a product of matrices (Tensordot)."""
    x = m.input("x", [1, 6, 8], np.int8, 0.05, -3)
    rows, shape = m.numbers([6, 8]), m.numbers([1, 6, 5])
    if m.dynamic:
        free = m.integers("GATHER", [m.sizes(x), m.numbers([0, 1])], [2], "GatherOptions", Axis=0)
        count = m.integers("REDUCE_PROD", [free, m.numbers([0])], [], "ReducerOptions", KeepDims=False)
        rows = m.integers("PACK", [count, m.numbers(8)], [2], "PackOptions", Axis=0, ValuesCount=2)
        shape = m.integers("CONCATENATION", [free, m.numbers([5])], [3], "ConcatenationOptions", Axis=0)
    flat = m.make("RESHAPE", [x, rows], "ReshapeOptions", shape=[6, 8])
    weights = m.constant("w", m.random.integers(-63, 64, (5, 8)).astype(np.int8), [0.003])
    bias = m.constant("b", np.asarray([300, -5, 0, 77, 9], np.int32), [0.003 * 0.05])
    y = m.make("FULLY_CONNECTED", [flat, weights, bias], "FullyConnectedOptions", shape=[6, 5])
    if m.dynamic:
        # What the converter writes where more than the batch is open.
        m.tensors[flat].shape[0] = m.tensors[y].shape[0] = 1
    return m.make("RESHAPE", [y, shape], "ReshapeOptions", shape=[1, 6, 5])


def _first_state(m: Twin) -> int:
    """An unrolled recurrent layer begins with zeros, as many as there are inputs."""
    x = m.input("x", [1, 8], np.int8, 0.05, -3)
    state = m.constant("state", np.full((1, 6), 4, np.int8), [0.02], 0, 4)
    if m.dynamic:
        zero = m.constant("zero", np.full((), 4, np.int8), [0.02], 0, 4)
        state = m.make("FILL", [m.packed(x, [6]), zero], "FillOptions", shape=[1, 6], dtype=np.int8,
                       scale=0.02, zero_point=4)  # fmt: skip
    return m.add(m.fully_connected(state, 5), m.fully_connected(x, 5), 0.3, 2)


def _upsampled(m: Twin) -> int:
    """UpSampling2D, of a convolution whose height is not known either."""
    x = m.convolution(m.input("x", [1, 4, 5, 3], np.int8, 0.05, -3), 2)
    if m.dynamic:
        x = m.make("EXPAND_DIMS", [x, m.numbers(2)], "ExpandDimsOptions", shape=[1, 4, 1, 5, 2])
        x = m.make("TILE", [x, m.numbers([1, 1, 2, 1, 1])], "TileOptions", shape=[1, 4, 2, 5, 2])
        x = m.make("RESHAPE", [x, m.packed(x, [8, 5, 2])], "ReshapeOptions", shape=[1, 8, 5, 2])
    else:
        x = m.make("RESIZE_NEAREST_NEIGHBOR", [x, m.numbers([8, 5])], "ResizeNearestNeighborOptions",
                   {"HalfPixelCenters": True}, shape=[1, 8, 5, 2])  # fmt: skip
    y = m.convolution(x, 3)
    return m.make("RESHAPE", [y, m.packed(y, [120])], "ReshapeOptions", shape=[1, 120])


NETWORKS = {
    "reshaped": _reshaped, "dense-of-vectors": _dense_of_vectors, "first-state": _first_state,
    "upsampled": _upsampled,
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_as_its_twin_of_a_batch_of_1(name: str) -> None:
    twins = [Twin(True), Twin(False)]
    contents = []
    for twin in twins:
        output = NETWORKS[name](twin)
        twin.open()
        contents.append(twin.content([output]))
    ours = rtwmc.compile(contents[0], mcpu="host")
    inputs = np.random.default_rng(0).integers(-128, 128, (8, *ours.input_shape), dtype=np.int8)
    expected = tflm.run(contents[1], [inputs], 1)[0]
    assert len({each.tobytes() for each in expected}) > 1
    assert np.array_equal(ours.run(inputs).reshape(expected.shape), expected)
