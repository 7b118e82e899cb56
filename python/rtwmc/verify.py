# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a compiled network with TensorFlow Lite Micro, bit for bit.

    python -m rtwmc.verify MODEL.tflite [--inputs N | --data FILE.npy] [--mcpu cortex-m4] [--json]

Compiles the model, runs it on this machine and, with `--mcpu`, as code of that core in QEMU, and
compares every element of every output with what TensorFlow Lite Micro computes. Where they
differ, it looks for the first operator of the model that does: it cuts the network there.
The exit status is 0 if all is equal, 1 if something differs, 2 for what cannot be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import commands, cut, differences, qemu, tflm
from .compiler import Compiled, CompileError, compile
from .curve import pinned
from .differences import Difference
from .emulate import emulate
from .installed import NotInstalledError
from .isolated import CrashError, isolated
from .options import add_compile_options, compile_options

__all__ = ["Comparison", "First", "Verification", "main", "verify"]

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

    @property
    def equal(self) -> bool:
        return not any(each.different for each in self.differences)


@dataclass(frozen=True)
class First:
    """The first operator of the model at which a comparison differs."""

    operator: cut.Operator
    computed: str
    difference: Difference | None
    """Of its output in `content`; None if that crashes."""
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
        return all(each.equal for each in self.comparisons if each.must_be_equal)


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
    `NotInstalledError`, `TflmError`, `QemuError`, `CrashError`.
    """
    network = _network(model)
    host_options = options if mcpu == "host" else {k: options[k] for k in _SHARED if k in options}
    host = compile(model, mcpu="host", **host_options)
    device = host if mcpu == "host" else compile(model, mcpu=mcpu, **options)
    inputs = _inputs(network, host, data, count, seed)
    theirs = tflm.run(network.content, inputs, len(network.outputs))
    result = Verification(len(inputs[0]), len(network.operators))
    pruned = _drops(device)
    plain = host
    if pruned and device is host:
        plain = compile(model, mcpu="host", **{k: options[k] for k in _SHARED if k in options})

    def compare(compiled: Compiled, against: str, expected: Sequence[np.ndarray],
                pruned: bool = False, must_be_equal: bool = True) -> list[np.ndarray]:  # fmt: skip
        ours = _run(compiled, inputs, timeout)
        result.comparisons.append(
            Comparison(_place(compiled, pruned), against, _differences(compiled, ours, expected),
                       must_be_equal)
        )  # fmt: skip
        return ours

    compare(plain, TFLM, theirs)
    if pruned:
        result.notes.append(_pruning_note(device))
        twin = host
        if device is not host:
            plan = {"plan": pinned(device.report)}
            twin = compile(model, mcpu="host", **(host_options | plan))
        alike = compare(twin, TFLM, theirs, pruned=True, must_be_equal=False)
        if device is not host:
            compare(device, "this machine, pruned", alike, pruned=True)
    elif device is not host:
        compare(device, TFLM, theirs)
    for each in result.comparisons:
        if each.must_be_equal and not each.equal:
            if each.against == TFLM:
                core = "host" if each.computed == _place(host) else mcpu
                shared = {k: options[k] for k in _SHARED if k in options}
                result.first = _first(network, each, inputs, core, timeout, shared)
            break
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
    found: dict[int, list[Difference] | None] = {len(network.operators) - 1: comparison.differences}

    def differs(last: int) -> bool | None:
        part = network.cut(last)
        given = [inputs[i] for i in part.inputs]
        try:
            compiled = compile(part.content, mcpu=mcpu, **options)
            theirs = tflm.run(part.content, given, len(part.producers))
        except (CompileError, tflm.TflmError, ValueError):
            return None
        try:
            found[last] = _differences(compiled, _run(compiled, given, timeout), theirs)
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


def table(result: Verification) -> str:
    """A line for each output of each comparison, and the verdict."""
    rows = [("computed on", "compared with", "output", "different", "of", "worst")]
    for each in result.comparisons:
        rows += [
            (each.computed, each.against, d.output, f"{d.different:,}", f"{d.elements:,}", f"{d.worst}")
            for d in each.differences
        ]
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    lines = [f"{_plural(result.inputs, 'input')}, {_plural(result.operators, 'operator')}", ""]
    for row in rows:
        cells = [cell.ljust(w) if i < 3 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))]
        lines.append("  " + "  ".join(cells))
    lines.append("")
    for each in result.comparisons:
        if not each.must_be_equal:
            changed = max(d.inputs for d in each.differences)
            worst = max(d.worst for d in each.differences)
            lines.append(
                f"pruning changes the outputs of {changed} of {_plural(result.inputs, 'input')}, by "
                f"{_plural(worst, 'step')} at most: it is not expected to equal"
            )
    lines += [f"note: {note}" for note in result.notes]
    lines.append("equal" if result.equal else "different")
    if result.first:
        lines.append(_describe(result.first, result.operators))
    return "\n".join(lines)


def _plural(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _describe(first: First, operators: int) -> str:
    operator = first.operator
    names = ", ".join(f"'{name}'" for name in operator.tensors)
    text = f"first at operator {operator.index} of {operators}, {operator.kind}, which makes {names}: "
    if first.difference is None:
        text += "the network that ends there crashes"
    else:
        each = first.difference
        text += f"{each.different:,} of {each.elements:,} elements differ, by {each.worst} at most"
    text += f" ({first.computed})"
    if (between := operator.index - first.after - 1) > 0:
        text += f"\nnot compared: what ends at the {_plural(between, 'operator')} before it"
    return text


def as_dict(result: Verification, model: str) -> dict[str, Any]:
    """For JSON."""
    first = result.first
    return {
        "schema": 1,
        "model": model,
        "inputs": result.inputs,
        "operators": result.operators,
        "equal": result.equal,
        "comparisons": [
            {"computed_on": each.computed, "compared_with": each.against, "equal": each.equal,
             "must_be_equal": each.must_be_equal,
             "outputs": [d.as_dict() for d in each.differences]}
            for each in result.comparisons
        ],
        "first": first and {
            "operator": first.operator.index, "kind": first.operator.kind,
            "tensors": list(first.operator.tensors), "computed_on": first.computed,
            "equal_up_to": first.after,
            "difference": first.difference and first.difference.as_dict(),
        },
        "notes": result.notes,
    }  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("verify", __doc__)
    parser.add_argument("model", metavar="MODEL.tflite")
    parser.add_argument("--inputs", type=int, default=10, metavar="N",
                        help="how many inputs to make (default: %(default)s)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of the inputs (default: %(default)s)")
    parser.add_argument("--data", nargs="+", metavar="FILE.npy",
                        help="inputs instead, [n, ...]: a file for each input of the model, "
                        "integers of its type or real numbers")  # fmt: skip
    parser.add_argument("--mcpu", default="host", help="a core whose code to run in QEMU, too")
    parser.add_argument("--timeout", type=float, default=600.0,
                        help="seconds for each run (default: %(default)g)")  # fmt: skip
    parser.add_argument("--cut", type=Path, metavar="FILE.tflite",
                        help="write the network that ends where they first differ")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    add_compile_options(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.verify`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.inputs < 1 or options.seed < 0:
        parser.error("--inputs: at least 1; --seed: at least 0")
    return _guarded(lambda: _command(options))


def _command(options: argparse.Namespace) -> int:
    data = [np.load(file, allow_pickle=False) for file in options.data or ()]
    result = verify(
        options.model, data, count=options.inputs, seed=options.seed, mcpu=options.mcpu,
        timeout=options.timeout, **compile_options(options),
    )  # fmt: skip
    if options.json:
        print(json.dumps(as_dict(result, options.model), indent=2))
    else:
        print(f"{Path(options.model).name}: {table(result)}")
    if options.cut and result.first:
        options.cut.write_bytes(result.first.content)
    return 0 if result.equal else 1


def _guarded(command: Callable[[], int]) -> int:
    try:
        return command()
    except CrashError as error:
        print(f"error: the code for this machine crashed: {error}", file=sys.stderr)
        return 1
    except qemu.Timeout as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except qemu.RunFailure as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (CompileError, NotInstalledError, qemu.QemuError, tflm.TflmError, OSError,
            ValueError) as error:  # fmt: skip
        words = str(error)
        print(words if words.startswith("error: ") else f"error: {words}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
