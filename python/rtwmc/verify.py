# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a compiled network with TensorFlow Lite Micro, bit for bit.

    python -m rtwmc.verify model.tflite
    python -m rtwmc.verify model.tflite --mcpu cortex-m4 --ram 16KiB --inputs 100
    python -m rtwmc.verify model.tflite --data inputs.npy --json

Compiles the model, runs it on this machine and, with `--mcpu`, as code of that core in QEMU, and
compares every element of every output with what TensorFlow Lite Micro computes. Where they
differ, it looks for the first operator of the model that does: it cuts the network there.
The exit status is 0 if all is equal, 1 if something differs, 2 for what cannot be compared.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import commands, qemu, tflm
from .compiler import CompileError
from .installed import NotInstalledError
from .options import add_compile_options, compile_options
from .verification import First, Verification, verify

__all__ = ["as_dict", "main", "table", "verify"]


def table(result: Verification) -> str:
    """A line for each output of each comparison, and the verdict."""
    rows = [("computed on", "compared with", "output", "different", "of", "worst")]
    for each in result.comparisons:
        if each.failure:
            rows.append((each.computed, each.against, "all", "failed", "", ""))
        rows += [
            (each.computed, each.against, d.output, f"{d.different:,}", f"{d.elements:,}", f"{d.worst}")
            for d in each.differences
        ]
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    lines = [f"{_plural(result.inputs, 'input')}, {_plural(result.operators, 'operator')}", ""]
    for row in rows:
        words = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=False)]
        numbers = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
        lines.append("  " + "  ".join([*words, *numbers]))
    lines.append("")
    for each in result.comparisons:
        if each.failure:
            lines.append(f"{each.computed}: {each.failure}")
        elif not each.must_be_equal:
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
        text += "the network that ends there fails"
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
             "must_be_equal": each.must_be_equal, "failure": each.failure or None,
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
    try:
        return _command(options)
    except (CompileError, NotInstalledError, qemu.QemuError, tflm.TflmError, OSError,
            ValueError) as error:  # fmt: skip
        words = str(error)
        print(f"error: {words.removeprefix('error: ')}", file=sys.stderr)
        return 2


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


if __name__ == "__main__":
    sys.exit(main())
