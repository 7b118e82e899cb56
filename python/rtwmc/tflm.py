# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TensorFlow Lite Micro (PyPI: tflite-micro), as what compiled networks are compared with.

It is C++ that stops the process where it meets what it does not expect, so it runs in one of
its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .installed import NotInstalledError
from .isolated import isolated

__all__ = ["Arena", "TflmError", "arena", "run", "schema"]

# Of address space: what a network does not use is never touched.
_ARENA_BYTES = 1 << 28
_SECONDS = 600


class TflmError(Exception):
    """TensorFlow Lite Micro cannot run the network; str() has its words."""


@dataclass(frozen=True)
class Arena:
    """What its recording allocator says of an inference on this machine, in bytes.

    `head` is what tensors share over time, `tail` what stays: structures with pointers of 64
    bits, which take about half as much on a microcontroller.
    """

    total: int
    head: int
    tail: int


def _imported() -> Any:
    try:
        from tflite_micro.python.tflite_micro import runtime
    except ImportError as error:
        raise NotInstalledError(f"{error}; pip install 'rtwmc[verify]'") from None
    return runtime


def schema() -> Any:
    """The classes of the `.tflite` format that come with it. Raises `NotInstalledError`."""
    _imported()
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated

    return schema_py_generated


def run(model: bytes, inputs: Sequence[np.ndarray], outputs: int) -> list[np.ndarray]:
    """Its outputs, each `[n, *shape]`, for inputs of this kind in the model's own types.

    `outputs` is how many there are. Raises `TflmError`, `NotInstalledError`.
    """
    return _guarded(_run, model, inputs, outputs)


def arena(model: bytes) -> Arena:
    """The arena that it takes. Raises `TflmError`, `NotInstalledError`."""
    text = _guarded(_allocations, model)
    found = dict(re.findall(r"Arena allocation (\w+) (\d+) bytes", text))
    try:
        return Arena(int(found["total"]), int(found["head"]), int(found["tail"]))
    except KeyError:
        raise TflmError("its recording allocator says nothing of the arena") from None


def _guarded(function: Any, *arguments: Any) -> Any:
    _imported()
    try:
        return isolated(function, *arguments, seconds=_SECONDS)
    except Exception as error:  # of C++, or of a broken file
        words = "\n".join([str(error), *getattr(error, "__notes__", [])])
        raise TflmError(f"TensorFlow Lite Micro cannot run the network: {words}") from None


def _interpreter(model: bytes) -> Any:
    return _imported().Interpreter.from_bytes(model, arena_size=_ARENA_BYTES)


def _run(model: bytes, inputs: Sequence[np.ndarray], outputs: int) -> list[np.ndarray]:
    interpreter = _interpreter(model)
    shapes = [interpreter.get_input_details(i)["shape"] for i in range(len(inputs))]
    batches = [
        np.reshape(batch, (len(batch), *shape)) for batch, shape in zip(inputs, shapes, strict=True)
    ]
    results: list[list[np.ndarray]] = [[] for _ in range(outputs)]
    for each in zip(*batches, strict=True):
        for index, values in enumerate(each):
            interpreter.set_input(values, index)
        interpreter.invoke()
        for index, result in enumerate(results):
            result.append(np.array(interpreter.get_output(index)))
    return [np.stack(result) for result in results]


def _allocations(model: bytes) -> str:
    """What print_allocations writes to the file descriptor of errors."""
    import os
    import tempfile

    interpreter = _interpreter(model)
    interpreter.invoke()
    with tempfile.TemporaryFile() as errors:
        os.dup2(errors.fileno(), 2)
        interpreter.print_allocations()
        errors.seek(0)
        return errors.read().decode(errors="replace")
