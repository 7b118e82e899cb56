# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a compiled network with TensorFlow Lite Micro, and finds where they part."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import cut, differences, qemu, tflm
from .compiler import Compiled, CompileError, compile
from .curve import pinned
from .differences import Difference
from .emulate import emulate
from .isolated import CrashError, isolated

__all__ = ["TFLM", "Comparison", "First", "Verification", "verify"]

TFLM = "TensorFlow Lite Micro"
# What the code for this machine shares with that of a core, for which the rest is.
_SHARED = ("input", "order", "kernel")
_Inputs = list[np.ndarray]


@dataclass(frozen=True)
class Comparison:
    """All outputs of one way to compute the network beside those of another."""

    computed: str
    against: str
    differences: list[Difference]
    must_be_equal: bool = True
    """False for a pruned network beside one that is not."""
    failure: str = ""
    """What went wrong, where it could not be computed: a crash, or bytes written elsewhere."""

    @property
    def equal(self) -> bool:
        return not self.failure and not any(each.different for each in self.differences)


@dataclass(frozen=True)
class First:
    """The first operator of the model at which a comparison differs."""

    operator: cut.Operator
    computed: str
    difference: Difference | None
    """Of its output in `content`; None if that fails."""
    after: int
    """The last operator up to which networks are equal, -1 for none. Those between it and
    `operator`, if any, could not be compared."""
    content: bytes
    """The network that ends at the operator, a `.tflite`."""


@dataclass
class Verification:
    """What was found; `equal` is the verdict."""

    inputs: int
    operators: int
    comparisons: list[Comparison] = field(default_factory=list)
    first: First | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether all is as it must be."""
        return all(
            each.equal if each.must_be_equal else not each.failure for each in self.comparisons
        )


def _run(compiled: Compiled, inputs: _Inputs, timeout: float) -> list[np.ndarray]:
    """The outputs for inputs in the types of the model, in a process that may crash, or in QEMU."""
    given = [differences.integers(p, x) for p, x in zip(compiled.inputs, inputs, strict=True)]
    if compiled.report["mcpu"] == "host":
        result = isolated(compiled.run, *given, seconds=int(timeout))
    else:
        # Twice, over different garbage in the arena: nothing may depend on it.
        result = emulate(compiled, *given, repeat=2, timeout=timeout)
    return list(result) if isinstance(result, tuple) else [result]


def _differences(
    compiled: Compiled, ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]
) -> list[Difference]:
    both = zip(compiled.outputs, ours, theirs, strict=True)
    return [differences.difference(*each) for each in both]


def _place(compiled: Compiled, pruned: bool = False) -> str:
    mcpu = compiled.report["mcpu"]
    place = "this machine" if mcpu == "host" else f"{mcpu} in QEMU"
    return f"{place}, pruned" if pruned else place


def _drops(compiled: Compiled) -> bool:
    """Whether values other than zero may be dropped."""
    return any(
        each["unit"] and (each["drop"] or (each["tau_q"] or 0) > 1)
        for each in compiled.report["maps"]
    )


def verify(
    model: str | os.PathLike[str],
    data: Sequence[np.ndarray] = (),
    *,
    count: int = 10,
    seed: int = 0,
    mcpu: str = "host",
    timeout: float = 600.0,
    **options: Any,
) -> Verification:
    """Compares `model`, a `.tflite`, compiled with `options` of `rtwmc.compile`, with TFLM.

    data     an array `[n, *shape]` for each input of the model, integers or real numbers;
             without it, `count` inputs are made of `seed`
    mcpu     a core: its code runs in QEMU, and that for this machine as well
    timeout  seconds for each run

    A pruned network is beside TFLM only to say what pruning changes; what is compared then is
    the same network unpruned, and the core's code with that for this machine under the same
    plan. Raises `ValueError` for a file or arrays that do not fit, `CompileError`,
    `NotInstalledError`, `TflmError`, `QemuError`.
    """
    network = _network(model)
    shared = {name: options[name] for name in _SHARED if name in options}
    host_options = options if mcpu == "host" else shared
    host = compile(model, mcpu="host", **host_options)
    device = host if mcpu == "host" else compile(model, mcpu=mcpu, **options)
    inputs = _inputs(network, host, data, count, seed)
    theirs = tflm.run(network.content, inputs, len(network.outputs))
    result = Verification(len(inputs[0]), len(network.operators))
    pruned = _drops(device)
    plain = host
    if pruned and device is host:
        plain = compile(model, mcpu="host", **shared)

    def compare(compiled: Compiled, against: str, expected: Sequence[np.ndarray],
                pruned: bool = False, must_be_equal: bool = True) -> list[np.ndarray]:  # fmt: skip
        place, failure = _place(compiled, pruned), ""
        ours: list[np.ndarray] = []
        try:
            ours = _run(compiled, inputs, timeout)
        except qemu.Timeout:
            raise
        except (CrashError, qemu.RunFailure) as error:
            failure = str(error)
        found = [] if failure else _differences(compiled, ours, expected)
        result.comparisons.append(Comparison(place, against, found, must_be_equal, failure))
        return ours

    compare(plain, TFLM, theirs)
    if pruned:
        result.notes.append(_pruning_note(device))
        twin = host
        if device is not host:
            plan = {"plan": pinned(device.report)}
            twin = compile(model, mcpu="host", **(host_options | plan))
        alike = compare(twin, TFLM, theirs, pruned=True, must_be_equal=False)
        if device is not host and alike:
            compare(device, "this machine, pruned", alike, pruned=True)
    elif device is not host:
        compare(device, TFLM, theirs)
    wrong = next((each for each in result.comparisons if each.must_be_equal and not each.equal), None)
    if wrong and wrong.against == TFLM:
        core = "host" if wrong.computed == _place(host) else mcpu
        result.first = _first(network, wrong, inputs, core, timeout, shared)
    return result


def _network(model: str | os.PathLike[str]) -> cut.Network:
    content = Path(model).read_bytes()
    if content[4:8] != b"TFL3":
        raise ValueError(
            f"'{model}' is not a .tflite file, which is what {TFLM} runs; code of TOSA is compared "
            "with the reference interpreter by 'rtwmc-opt FILE --rtwmc-check -o /dev/null'"
        )
    return cut.Network(content)


def _inputs(
    network: cut.Network, host: Compiled, data: Sequence[np.ndarray], count: int, seed: int
) -> _Inputs:
    """Arrays in the types of the model."""
    ports = host.inputs
    real = [network.is_float(tensor) for tensor in network.inputs]
    if not data:
        return [
            differences.sample(port, is_real, count, seed + i)
            for i, (port, is_real) in enumerate(zip(ports, real, strict=True))
        ]
    if len(data) != len(ports):
        names = ", ".join(port.name for port in ports)
        raise ValueError(f"{len(data)} arrays for {len(ports)} inputs: {names}")
    inputs = [
        differences.from_array(port, is_real, array)
        for port, is_real, array in zip(ports, real, data, strict=True)
    ]
    if len({len(each) for each in inputs}) > 1:
        raise ValueError("the arrays have different numbers of inputs")
    return inputs


def _pruning_note(device: Compiled) -> str:
    found = [note for note in device.report["notes"] if note.startswith("pruned")]
    return found[0] if found else "values are dropped, by the settings of pruning that were given"


def _first(
    network: cut.Network, comparison: Comparison, inputs: _Inputs, mcpu: str, timeout: float,
    options: Mapping[str, Any],
) -> First:  # fmt: skip
    """Cuts the network, by bisection, where it begins to differ from TFLM."""
    found: dict[int, list[Difference] | None] = {
        len(network.operators) - 1: None if comparison.failure else comparison.differences
    }

    def differs(last: int) -> bool | None:
        part = network.cut(last)
        given = [inputs[i] for i in part.inputs]
        try:
            compiled = compile(part.content, mcpu=mcpu, **options)
            theirs = tflm.run(part.content, given, len(part.producers))
            found[last] = _differences(compiled, _run(compiled, given, timeout), theirs)
        except (CompileError, tflm.TflmError, qemu.Timeout, ValueError):
            return None
        except (CrashError, qemu.RunFailure):
            found[last] = None
            return True
        return any(each.different for each in found[last])

    after, last = cut.first(len(network.operators), differs)
    part = network.cut(last)
    if last == len(network.operators) - 1:
        ends = network.ends(last)
        producers = [ends.get(tensor, last) for tensor in network.outputs]
    else:
        producers = part.producers
    operator, wrong = last, None
    if (these := found[last]) is not None:
        pairs = [(p, d) for p, d in zip(producers, these, strict=True) if d.different]
        operator, wrong = min(pairs, key=lambda pair: pair[0])
    return First(network.operators[operator], comparison.computed, wrong, after, part.content)
