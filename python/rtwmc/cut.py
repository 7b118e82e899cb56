# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cuts the network of a `.tflite` file: the same operators, up to one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import tflm

__all__ = ["Cut", "Network", "Operator", "first"]


@dataclass(frozen=True)
class Operator:
    """An operator of the file: its place there, and what it makes."""

    index: int
    kind: str
    """As TensorFlow Lite names it, `CONV_2D`."""
    tensors: tuple[str, ...]
    """Names of its outputs."""


@dataclass(frozen=True)
class Cut:
    """A network that ends early."""

    content: bytes
    inputs: list[int]
    """Which of the inputs of the whole are its own, in order."""
    producers: list[int]
    """The operator that makes each output."""


class Network:
    """The network of a `.tflite` file: its first function. Others set variables to first values.

    Raises `ValueError` for what is none; `NotInstalledError`.
    """

    def __init__(self, content: bytes):
        self._schema = tflm.schema()
        if content[4:8] != b"TFL3":
            raise ValueError("it is not a .tflite file")
        self.content = content
        model = self._read()
        if not model.subgraphs:
            raise ValueError("the .tflite file has no network")
        graph = model.subgraphs[0]
        self._tensors = graph.tensors
        self.inputs = list(graph.inputs)
        self.outputs = list(graph.outputs)
        self._reads = [_those(each.inputs) for each in graph.operators]
        self._makes = [_those(each.outputs) for each in graph.operators]
        names = {
            value: name for name, value in vars(self._schema.BuiltinOperator).items()
            if name.isupper()
        }  # fmt: skip
        codes = [
            (max(code.builtinCode, code.deprecatedBuiltinCode), code.customCode)
            for code in model.operatorCodes
        ]
        self.operators = [
            Operator(
                i, _text(codes[each.opcodeIndex][1]) or names[codes[each.opcodeIndex][0]],
                tuple(self.name(t) for t in self._makes[i]),
            )
            for i, each in enumerate(graph.operators)
        ]  # fmt: skip

    def _read(self) -> Any:
        try:
            root = self._schema.Model.GetRootAs(self.content, 0)
            return self._schema.ModelT.InitFromObj(root)
        except Exception as error:  # whatever a broken buffer leads to
            raise ValueError(f"the .tflite file cannot be read: {error}") from None

    def name(self, tensor: int) -> str:
        return _text(self._tensors[tensor].name)

    def is_float(self, tensor: int) -> bool:
        return self._tensors[tensor].type == self._schema.TensorType.FLOAT32

    def ends(self, last: int) -> dict[int, int]:
        """What operators 0 to `last` leave to those behind them, or to the caller.

        Tensors, and the operator that makes each. All that comes later follows from these and
        from the inputs.
        """
        made = {t: i for i in range(last + 1) for t in self._makes[i]}
        later = {t for reads in self._reads[last + 1 :] for t in reads} | set(self.outputs)
        resource = self._schema.TensorType.RESOURCE
        return {t: i for t, i in made.items() if t in later and self._tensors[t].type != resource}

    def cut(self, last: int) -> Cut:
        """The network whose outputs are `ends(last)`."""
        ends = self.ends(last)
        needed, kept = set(ends), []
        for i in range(last, -1, -1):
            # What has no output is there for its effect.
            if not self._makes[i] or needed & set(self._makes[i]):
                kept.insert(0, i)
                needed |= set(self._reads[i])
        model = self._read()
        graph = model.subgraphs[0]
        graph.operators = [graph.operators[i] for i in kept]
        inputs = [i for i, tensor in enumerate(self.inputs) if tensor in needed]
        graph.inputs = np.array([self.inputs[i] for i in inputs], np.int32)
        graph.outputs = np.array(list(ends), np.int32)
        used = {graph.tensors[t].buffer for t in needed}
        used |= {tensor.buffer for other in model.subgraphs[1:] for tensor in other.tensors}
        for i, buffer in enumerate(model.buffers):
            buffer.data = buffer.data if i in used else None
        # They speak of the whole: names of its outputs, the memory plan of its tensors.
        model.signatureDefs = model.metadata = model.metadataBuffer = None
        import flatbuffers

        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(model.Pack(builder), b"TFL3")
        return Cut(bytes(builder.Output()), inputs, list(ends.values()))


def _those(tensors: Any) -> list[int]:
    """The tensors of a list in which -1 stands for one that is left out."""
    return [int(t) for t in (tensors if tensors is not None else []) if t >= 0]


def _text(name: Any) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name or ""


def first(count: int, differs: Callable[[int], bool | None]) -> tuple[int, int]:
    """By bisection, the place from which on networks differ.

    `differs(i)` says whether what operators 0 to `i` leave differs, None if nobody knows;
    after all `count` it does. Returns the last `i` for which it does not, or -1, and the next
    one for which it does: unless nobody knows of those between, they are neighbours.
    """
    low, high = -1, count - 1
    unknown: set[int] = set()
    while candidates := [i for i in range(low + 1, high) if i not in unknown]:
        middle = candidates[len(candidates) // 2]
        found = differs(middle)
        if found is None:
            unknown.add(middle)
        elif found:
            high = middle
        else:
            low = middle
    return low, high
