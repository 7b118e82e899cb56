# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes small `.tflite` files: tensors and operators, one by one.

    model = Model()
    x = model.input("x", [1, 8, 8, 3], np.int8, 0.05, -3)
    y = model.convolution(x, 4)
    model.save("conv.tflite", outputs=[y])

Weights are random, the same in every run. Needs the packages `tflite` and `flatbuffers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import flatbuffers
import numpy as np
import tflite
from tflite import BuiltinOperator, BuiltinOptions, TensorType

__all__ = ["Model"]

_TYPES = {
    np.float32: TensorType.FLOAT32, np.int8: TensorType.INT8, np.uint8: TensorType.UINT8,
    np.int16: TensorType.INT16, np.int32: TensorType.INT32, np.int64: TensorType.INT64,
    np.bool_: TensorType.BOOL, object: TensorType.RESOURCE,
}  # fmt: skip


@dataclass
class _Tensor:
    name: str
    shape: list[int]
    dtype: type
    scales: list[float] = field(default_factory=list)
    zero_points: list[int] = field(default_factory=list)
    axis: int = 0
    data: bytes = b""
    dynamic: bool = False
    """Whether the first dimension is any number, of which the shape has one."""
    signature: list[int] = field(default_factory=list)
    """The shape with -1 for other dimensions of which the shape has one."""
    variable: bool = False
    """Whether an operator keeps it from run to run."""


@dataclass
class _Operator:
    code: int
    inputs: list[int]
    outputs: list[int]
    options: str = ""
    values: dict[str, int | float | str | list[int]] = field(default_factory=dict)


class Model:
    def __init__(self, seed: int = 0):
        self.random = np.random.default_rng(seed)
        self.tensors: list[_Tensor] = []
        self.operators: list[_Operator] = []
        self.inputs: list[int] = []
        self.others: list[Model] = []

    def tensor(self, name: str, shape: list[int], dtype: type, scale: float = 0.0,
               zero_point: int = 0) -> int:  # fmt: skip
        """A tensor; without a scale it is not quantized."""
        quantized = ([scale], [zero_point]) if scale else ([], [])
        self.tensors.append(_Tensor(name, shape, dtype, *quantized))
        return len(self.tensors) - 1

    def input(self, *arguments, **options) -> int:
        self.inputs.append(self.tensor(*arguments, **options))
        return self.inputs[-1]

    def constant(self, name: str, values: np.ndarray, scales: list[float] | None = None,
                 axis: int = 0, zero_point: int = 0) -> int:  # fmt: skip
        """A tensor of known values, with a scale for all or for each index of an axis."""
        scales = scales or []
        self.tensors.append(_Tensor(name, list(values.shape), values.dtype.type, scales,
                                    [zero_point] * len(scales), axis, values.tobytes()))  # fmt: skip
        return len(self.tensors) - 1

    def new(self, like: int, stem: str, **changes) -> int:
        """A tensor like another but for `changes`: shape, dtype, scale, zero_point."""
        tensor = self.tensors[like]
        values = {"shape": list(tensor.shape), "dtype": tensor.dtype}
        if tensor.scales:
            values.update(scale=tensor.scales[0], zero_point=tensor.zero_points[0])
        return self.tensor(f"{stem}_{len(self.tensors)}", **(values | changes))

    def add_operator(self, code: str, inputs: list[int], output: int | list[int],
                     options: str = "", **values) -> int | list[int]:  # fmt: skip
        """Adds operator `code` with its options, numbers and lists of them; returns `output`.

        An input of -1 is left out.
        """
        outputs = output if isinstance(output, list) else [output]
        self.operators.append(
            _Operator(getattr(BuiltinOperator, code), inputs, outputs, options, values)
        )
        return output

    def make(self, code: str, inputs: list[int], options: str = "", values: dict | None = None,
             **changes) -> int:  # fmt: skip
        """Adds operator `code`, and a tensor for its output.

        It is like the first input but for `changes`: shape, dtype, scale, zero_point.
        """
        y = self.new(inputs[0], code.lower(), **changes)
        return self.add_operator(code, inputs, y, options, **(values or {}))

    def convolution(self, x: int, channels: int, scale: float = 0.1, zero_point: int = -5,
                    kernel: int = 3, name: str = "") -> int:  # fmt: skip
        """A convolution of int8 to int8, padded to the size of its input."""
        depth = self.tensors[x].shape[3]
        scales = list(self.random.uniform(0.002, 0.004, channels))
        weights = self.random.integers(-63, 64, (channels, kernel, kernel, depth)).astype(np.int8)
        w = self.constant("weights", weights, scales)
        bias = self.random.integers(-300, 300, channels).astype(np.int32)
        b = self.constant("bias", bias, [s * self.tensors[x].scales[0] for s in scales])
        shape = [*self.tensors[x].shape[:3], channels]
        y = self.new(x, "conv", shape=shape, scale=scale, zero_point=zero_point)
        if name:
            self.tensors[y].name = name
        return self.add_operator("CONV_2D", [x, w, b], y, "Conv2DOptions", Padding=0, StrideH=1,
                                 StrideW=1, DilationHFactor=1, DilationWFactor=1)  # fmt: skip

    def fully_connected(self, x: int, channels: int, scale: float = 0.2,
                        zero_point: int = 7) -> int:  # fmt: skip
        depth = int(np.prod(self.tensors[x].shape))
        weights = self.random.integers(-63, 64, (channels, depth)).astype(np.int8)
        w = self.constant("weights", weights, [0.003])
        bias = self.random.integers(-300, 300, channels).astype(np.int32)
        b = self.constant("bias", bias, [0.003 * self.tensors[x].scales[0]])
        y = self.new(x, "fc", shape=[1, channels], scale=scale, zero_point=zero_point)
        return self.add_operator("FULLY_CONNECTED", [x, w, b], y, "FullyConnectedOptions")

    def max_pool(self, x: int) -> int:
        shape = [1, *(size // 2 for size in self.tensors[x].shape[1:3]), self.tensors[x].shape[3]]
        y = self.new(x, "pool", shape=shape)
        return self.add_operator("MAX_POOL_2D", [x], y, "Pool2DOptions", Padding=1, StrideH=2,
                                 StrideW=2, FilterHeight=2, FilterWidth=2)  # fmt: skip

    def reshape(self, x: int, shape: list[int]) -> int:
        y = self.new(x, "reshape", shape=shape)
        target = self.constant("shape", np.asarray(shape, np.int32), [])
        return self.add_operator("RESHAPE", [x, target], y, "ReshapeOptions")

    def add(self, a: int, b: int, scale: float, zero_point: int) -> int:
        y = self.new(a, "add", scale=scale, zero_point=zero_point)
        return self.add_operator("ADD", [a, b], y, "AddOptions")

    def softmax(self, x: int) -> int:
        y = self.new(x, "softmax", scale=1 / 256, zero_point=-128)
        return self.add_operator("SOFTMAX", [x], y, "SoftmaxOptions", Beta=1.0)

    def quantize(self, x: int, dtype: type, scale: float, zero_point: int, name: str = "") -> int:
        y = self.new(x, "quantize", dtype=dtype, scale=scale, zero_point=zero_point)
        self.tensors[y].name = name or self.tensors[y].name
        return self.add_operator("QUANTIZE", [x], y)

    def dequantize(self, x: int, name: str = "") -> int:
        y = self.tensor(name or f"dequantize_{len(self.tensors)}", self.tensors[x].shape,
                        np.float32)  # fmt: skip
        return self.add_operator("DEQUANTIZE", [x], y)

    def variable(self, name: str) -> int:
        """A handle of what is kept from run to run."""
        handle = self.tensor(f"{name}_handle", [1], object)
        return self.add_operator("VAR_HANDLE", [], handle, "VarHandleOptions", SharedName=name)

    def read(self, handle: int, *arguments, **options) -> int:
        """The value of a variable: a tensor of these properties."""
        return self.add_operator("READ_VARIABLE", [handle], self.tensor(*arguments, **options))

    def assign(self, handle: int, value: int) -> None:
        self.add_operator("ASSIGN_VARIABLE", [handle, value], [])

    def svdf(self, x: int, units: int, rank: int, memory: int, dtype: type = np.int16, scale: float = 0.05,
             zero_point: int = -128) -> int:  # fmt: skip
        """Products of `x` with filters, and a filter over the last `memory` runs for each."""
        features, filters = self.tensors[x].shape[1], units * rank
        size = 3000 if dtype is np.int16 else 100
        weights = self.random.integers(-63, 64, (filters, features)).astype(np.int8)
        time = self.random.integers(-size, size, (filters, memory)).astype(dtype)
        kept = 0.002 if dtype is np.int16 else 0.3
        step = 0.5 / size
        state = self.tensor(f"state_{len(self.tensors)}", [1, filters * memory], dtype, kept)
        self.tensors[state].variable = True
        bias = self.random.integers(-2000, 2000, units).astype(np.int32)
        operands = [
            x, self.constant("features", weights, [0.02]), self.constant("time", time, [step]),
            self.constant("bias", bias, [float(np.float32(kept) * np.float32(step))]), state,
        ]  # fmt: skip
        return self.make("SVDF", operands, "SVDFOptions", {"Rank": rank, "FusedActivationFunction": 1},
                         shape=[1, units], scale=scale, zero_point=zero_point)  # fmt: skip

    def lstm(self, x: int, cells: int, power: int = -11, clip: float = 0.0,
             time_major: bool = False) -> int:  # fmt: skip
        """Steps over a sequence `[1, time, features]`, the states of which are kept from run to run.

        The cell's scale is 2^`power`.
        """
        features = self.tensors[x].shape[2]

        def weights(name: str, columns: int) -> list[int]:
            return [
                self.constant(f"{name}_{gate}", self.random.integers(-127, 128, (cells, columns)).astype(np.int8),
                              [float(np.float32(self.random.uniform(0.5, 1.5) / 127 / columns**0.5))])
                for gate in "ifco"
            ]  # fmt: skip

        bias = [
            self.constant(f"bias_{gate}", self.random.integers(-3000, 3000, cells).astype(np.int32),
                          [self.tensors[x].scales[0] * 0.005])
            for gate in "ifco"
        ]  # fmt: skip
        operands = [x, *weights("input", features), *weights("recurrent", cells), -1, -1, -1, *bias, -1, -1]
        for name, dtype, scale, zero_point in (
            ("hidden", np.int8, 1 / 128, int(self.random.integers(-20, 20))), ("cell", np.int16, 2.0**power, 0)
        ):  # fmt: skip
            operands.append(self.tensor(f"{name}_{len(self.tensors)}", [1, cells], dtype, scale, zero_point))
            self.tensors[operands[-1]].variable = True
        hidden = self.tensors[operands[18]]
        return self.make(
            "UNIDIRECTIONAL_SEQUENCE_LSTM", [*operands, -1, -1, -1, -1], "UnidirectionalSequenceLSTMOptions",
            {"FusedActivationFunction": 4, "CellClip": clip, "TimeMajor": time_major},
            shape=[*self.tensors[x].shape[:2], cells], scale=hidden.scales[0], zero_point=hidden.zero_points[0],
        )  # fmt: skip

    def call_once(self, graph: Model) -> None:
        """Runs `graph`, which has neither inputs nor outputs, before the first run."""
        self.others.append(graph)
        self.add_operator("CALL_ONCE", [], [], "CallOnceOptions",
                          InitSubgraphIndex=len(self.others))  # fmt: skip

    def content(self, outputs: list[int]) -> bytes:
        """The file."""
        return _Writer(self, outputs).bytes()

    def save(self, path: Path | str, outputs: list[int]) -> None:
        Path(path).write_bytes(self.content(outputs))


class _Writer:
    """The flatbuffer of a model."""

    def __init__(self, model: Model, outputs: list[int]):
        self.graphs = [(model, outputs), *((other, []) for other in model.others)]
        self.b = flatbuffers.Builder(1024)
        self.codes = sorted(
            {operator.code for graph, _ in self.graphs for operator in graph.operators}
        )
        # The first buffer is for tensors without data.
        self.used = 0

    def bytes(self) -> bytes:
        b = self.b
        data = [t.data for graph, _ in self.graphs for t in graph.tensors if t.data]
        buffers = [self._buffer(each) for each in (b"", *data)]
        codes = [
            self._table("OperatorCode", BuiltinCode=code, Version=1,
                        DeprecatedBuiltinCode=min(code, 127))
            for code in self.codes
        ]  # fmt: skip
        graphs = [self._graph(*each) for each in self.graphs]
        model = self._table(
            "Model", Version=3, OperatorCodes=self._offsets(codes), Subgraphs=self._offsets(graphs),
            Description=b.CreateString("rtwmc"), Buffers=self._offsets(buffers),
        )  # fmt: skip
        b.Finish(model, file_identifier=b"TFL3")
        return bytes(b.Output())

    def _table(self, name: str, **values) -> int:
        """A table; vectors and strings are offsets."""
        getattr(tflite, f"{name}Start")(self.b)
        for key, value in values.items():
            getattr(tflite, f"{name}Add{key}")(self.b, value)
        return getattr(tflite, f"{name}End")(self.b)

    def _offsets(self, offsets: list[int]) -> int:
        self.b.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.b.PrependUOffsetTRelative(offset)
        return self.b.EndVector()

    def _vector(self, values, dtype: type) -> int:
        return self.b.CreateNumpyVector(np.asarray(values, dtype))

    def _buffer(self, data: bytes) -> int:
        if not data:
            return self._table("Buffer")
        self.b.StartVector(1, len(data), 16)
        self.b.head -= len(data)
        self.b.Bytes[self.b.head : self.b.head + len(data)] = data
        return self._table("Buffer", Data=self.b.EndVector())

    def _graph(self, model: Model, outputs: list[int]) -> int:
        tensors = []
        for tensor in model.tensors:
            self.used += bool(tensor.data)
            values = {
                "Name": self.b.CreateString(tensor.name),
                "Shape": self._vector(tensor.shape, np.int32),
            }
            if tensor.variable:
                values["IsVariable"] = True
            if tensor.dynamic or tensor.signature:
                signature = tensor.signature or [-1, *tensor.shape[1:]]
                values["ShapeSignature"] = self._vector(signature, np.int32)
            if tensor.scales:
                scale = self._vector(tensor.scales, np.float32)
                zero_points = (
                    {"ZeroPoint": self._vector(tensor.zero_points, np.int64)}
                    if tensor.zero_points else {}
                )  # fmt: skip
                values["Quantization"] = self._table(
                    "QuantizationParameters", Scale=scale, QuantizedDimension=tensor.axis, **zero_points
                )  # fmt: skip
            tensors.append(self._table("Tensor", Type=_TYPES[tensor.dtype],
                                       Buffer=self.used if tensor.data else 0, **values))  # fmt: skip
        operators = [self._operator(operator) for operator in model.operators]
        return self._table(
            "SubGraph", Tensors=self._offsets(tensors), Operators=self._offsets(operators),
            Inputs=self._vector(model.inputs, np.int32), Outputs=self._vector(outputs, np.int32),
            Name=self.b.CreateString("once" if model in self.graphs[0][0].others else "main"),
        )  # fmt: skip

    def _value(self, value: int | float | str | list[int]) -> int | float:
        if isinstance(value, list):
            return self._vector(value, np.int32)
        return self.b.CreateString(value) if isinstance(value, str) else value

    def _operator(self, operator: _Operator) -> int:
        values = {}
        if operator.options:
            options = {key: self._value(value) for key, value in operator.values.items()}
            values["BuiltinOptions"] = self._table(operator.options, **options)
            values["BuiltinOptionsType"] = getattr(BuiltinOptions, operator.options)
        return self._table(
            "Operator", OpcodeIndex=self.codes.index(operator.code),
            Inputs=self._vector(operator.inputs, np.int32),
            Outputs=self._vector(operator.outputs, np.int32), **values,
        )  # fmt: skip
