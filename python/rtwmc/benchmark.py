# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts the instructions of one inference, network by network and core by core.

    python3 -m rtwmc.benchmark model.tflite --cores cortex-m0,cortex-m4 --layers
    python3 -m rtwmc.benchmark model.tflite --ram 4KiB --kernel smlad:2x2 --json counts.json

Each model is compiled and run once in QEMU, which executes the very code of the
object file; a plugin counts what it executes between the call of PREFIX_run and its
return. Counts are exact and repeatable. They are instructions, not cycles: QEMU has
no clock. Without MODEL: every network under test/models. A .tflite file needs
tosa-converter-for-tflite on the PATH.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import commands, installed, qemu
from .compiler import CompileError, compile
from .firmware import toolchain

CORES = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Layer:
    """One layer's share of an inference."""

    name: str
    macs: int
    instructions: int
    kernel: str | None = None
    """How its accumulators are computed, where there is a choice."""
    estimated: int | None = None
    """The compiler's estimate of the instructions."""


@dataclass(frozen=True)
class Measurement:
    """One network on one core; sizes in bytes."""

    model: str
    mcpu: str
    macs: int
    instructions: int
    ram: int
    arena: int
    stack: int
    flash: int
    layers: list[Layer]
    """In order of execution; the last, `rest`, is the schedule and helper functions."""


def default_models() -> list[Path]:
    """The networks that come with the project, variants of the same one left out."""
    models = _ROOT / "test" / "models"
    own = [p for p in models.glob("*.mlir") if not p.stem.endswith(("_pruned", "_static"))]
    return sorted(own) + sorted(models.glob("mlperf-tiny/*.mlir"))


def sample_input(size: int) -> bytes:
    """An int8 input that is the same on every machine."""
    return random.Random(size).randbytes(size)


def by_layer(functions: dict[str, int], layers: Iterable[tuple[str, int]]) -> list[Layer]:
    """Adds up functions by the layer they belong to: `conv1_row` to `conv1`.

    functions  instructions by function
    layers     (name, MACs) in order
    """
    order = list(layers)
    totals = {name: 0 for name, _ in order}
    rest = 0
    for function, instructions in functions.items():
        owners = [n for n in totals if function == n or function.startswith(n + "_")]
        if owners:
            totals[max(owners, key=len)] += instructions
        else:
            rest += instructions
    return [Layer(name, macs, totals[name]) for name, macs in order] + [Layer("rest", 0, rest)]


def measure(model: Path, mcpu: str, timeout: float = 600.0, **options: Any) -> Measurement:
    """Compiles `model` for `mcpu` and counts one inference.

    timeout  seconds for the run in QEMU
    options  more options of `rtwmc.compile`, such as `ram="4KiB"`

    Raises CompileError, QemuError.
    """
    compiled = compile(model, mcpu=mcpu, name="net", **options)
    report = compiled.report
    with tempfile.TemporaryDirectory(prefix="rtwmc-") as directory:
        compiled.save(directory)
        result = qemu.run(
            Path(directory, "net.o"), Path(directory, "net.h"), mcpu,
            sample_input(report["input_bytes"]), count=True, timeout=timeout,
        )  # fmt: skip
    assert result.instructions and result.functions
    known = {layer["name"]: layer for layer in report["layers"]}
    layers = [
        replace(layer, kernel=known[layer.name]["kernel"],
                estimated=known[layer.name]["instructions"])
        if layer.name in known else layer
        for layer in by_layer(
            result.functions[0], [(name, layer["macs"]) for name, layer in known.items()]
        )
    ]  # fmt: skip
    return Measurement(
        model=model.stem, mcpu=mcpu, macs=report["macs"], instructions=result.instructions[0],
        ram=report["ram"], arena=report["arena"], stack=report["stack"], flash=report["flash"],
        layers=layers,
    )  # fmt: skip


def summary(measurements: Iterable[Measurement]) -> str:
    """A line for each network and core."""
    lines = [
        f"{'network':20} {'core':13} {'MACs':>11} {'instructions':>13} {'per MAC':>8} "
        f"{'RAM':>7} {'flash':>8}"
    ]
    for m in measurements:
        per_mac = f"{m.instructions / m.macs:.2f}" if m.macs else "-"
        lines.append(
            f"{m.model:20} {m.mcpu:13} {m.macs:11,} {m.instructions:13,} {per_mac:>8} "
            f"{m.ram:7,} {m.flash:8,}"
        )
    return "\n".join(lines)


def layer_table(m: Measurement) -> str:
    """A line for each layer of one network on one core."""
    lines = [
        f"{m.model} on {m.mcpu}",
        f"  {'layer':16} {'kernel':10} {'MACs':>11} {'instructions':>13} {'share':>7} "
        f"{'per MAC':>8} {'estimated':>11}",
    ]
    for layer in m.layers:
        per_mac = f"{layer.instructions / layer.macs:.2f}" if layer.macs else "-"
        estimated = "-" if layer.estimated is None else f"{layer.estimated:,}"
        lines.append(
            f"  {layer.name:16} {layer.kernel or '-':10} {layer.macs:11,} "
            f"{layer.instructions:13,} {layer.instructions / m.instructions:7.1%} {per_mac:>8} "
            f"{estimated:>11}"
        )
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("benchmark", __doc__)
    parser.add_argument("models", nargs="*", type=Path, metavar="MODEL",
                        help=".mlir or .tflite (default: all under test/models)")  # fmt: skip
    parser.add_argument("--cores", default=",".join(CORES),
                        help="separated by commas (default: %(default)s)")  # fmt: skip
    parser.add_argument("--ram", help="RAM budget (default: the smallest that drops nothing)")
    parser.add_argument("--flash", help="flash budget (default: none)")
    parser.add_argument("--kernel", help="kernels to force, as rtwmc-compile takes them")
    parser.add_argument("--layers", action="store_true", help="also a table by layer")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--timeout", type=float, default=600.0,
                        help="seconds for one run (default: %(default)s)")  # fmt: skip
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    measurements: list[Measurement] = []
    failed = False
    try:
        installed.tool("rtwmc-compile")
        toolchain.find_qemu()
    except (installed.NotInstalledError, qemu.QemuError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for model in options.models or default_models():
        for mcpu in options.cores.split(","):
            try:
                measurements.append(
                    measure(model, mcpu.strip(), options.timeout, ram=options.ram,
                            flash=options.flash, kernel=options.kernel)
                )  # fmt: skip
            except (CompileError, qemu.QemuError, ValueError, OSError) as error:
                print(f"error: {model.stem} for {mcpu}: {error}", file=sys.stderr)
                failed = True
    if measurements:
        print(summary(measurements))
    if options.layers:
        for measurement in measurements:
            print(f"\n{layer_table(measurement)}")
    if options.json:
        options.json.write_text(json.dumps([asdict(m) for m in measurements], indent=2) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
