# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts the instructions of one inference, network by network and core by core.

    python3 -m rtwmc.benchmark
    python3 -m rtwmc.benchmark model.tflite --cores cortex-m0,cortex-m4 --layers
    python3 -m rtwmc.benchmark model.tflite --ram 4KiB --kernel smlad:2x2 --json counts.json
    python3 -m rtwmc.benchmark --page docs/performance.md --json docs/results/performance.json

Each model is compiled and run once in QEMU, which executes the very code of the
object file; a plugin counts what it executes between the call of PREFIX_run and its
return. Counts are exact and repeatable. They are instructions, not cycles: QEMU has
no clock. Cycles are an estimate, from the timing tables of the cores over what was
executed, with memory without wait states (`rtwmc.cycles`); where a core issues two
instructions at once it is a range. Without MODEL: every network under test/models,
with what CMSIS-NN takes for them (docs/performance.md). A .tflite file needs
tosa-converter-for-tflite on the PATH.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import commands, installed, performance, qemu
from .compiler import CompileError
from .disassembly import DisassemblyError
from .firmware import toolchain
from .measurement import Measurement, measure, read_json
from .networks import NETWORKS

CORES = ("cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")
BOARDS = {each.name: (f"{each.ram // 1024}KiB", f"{each.flash // 1024}KiB") for each in NETWORKS.values()}
"""RAM and flash of the boards that the paper has for its networks, whose cores are the next."""
BOARD_CORES = ("cortex-m0", "cortex-m3", "cortex-m4")
_ROOT = Path(__file__).resolve().parents[2]


def default_models() -> list[Path]:
    """The networks that come with the project, variants of the same one left out."""
    models = _ROOT / "test" / "models"
    own = [p for p in models.glob("*.mlir") if not p.stem.endswith(("_pruned", "_static"))]
    return sorted(own) + sorted(models.glob("mlperf-tiny/*.mlir"))


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("benchmark", __doc__)
    parser.add_argument("models", nargs="*", type=Path, metavar="MODEL",
                        help=".mlir or .tflite (default: all under test/models)")  # fmt: skip
    parser.add_argument("--cores", default=",".join(CORES),
                        help="separated by commas (default: %(default)s)")  # fmt: skip
    parser.add_argument("--ram", help="RAM budget (default: the smallest that drops nothing)")
    parser.add_argument("--flash", help="flash budget (default: none)")
    parser.add_argument("--kernel", help="kernels to force, as rtwmc-compile takes them")
    parser.add_argument("--layers", action="store_true", help="also tables by layer")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--page", type=Path, metavar="FILE",
                        help="write the page about them, the paper's boards among them")  # fmt: skip
    parser.add_argument("--from", dest="figures", type=Path, metavar="FILE",
                        help="take the figures from what --json wrote instead of measuring")  # fmt: skip
    parser.add_argument("--timeout", type=float, default=600.0,
                        help="seconds for one run (default: %(default)s)")  # fmt: skip
    return parser


def _measure_all(options: argparse.Namespace) -> tuple[list[Measurement], bool]:
    """What was measured, and whether all of it could be."""
    given = dict(ram=options.ram, flash=options.flash, kernel=options.kernel)
    cores = [each.strip() for each in options.cores.split(",")]
    models = options.models or default_models()
    runs: list[tuple[Path, str, dict[str, Any]]] = [(model, mcpu, given) for model in models for mcpu in cores]
    if options.page:
        runs += [
            (model, mcpu, dict(ram=BOARDS[model.stem][0], flash=BOARDS[model.stem][1], lossless=True))
            for model in models if model.stem in BOARDS for mcpu in BOARD_CORES if mcpu in cores
        ]  # fmt: skip
    measurements, complete = [], True
    for model, mcpu, more in runs:
        try:
            measurements.append(measure(model, mcpu, options.timeout, **more))
        except (CompileError, DisassemblyError, qemu.QemuError, ValueError, OSError) as error:
            print(f"error: {model.stem} for {mcpu}: {error}", file=sys.stderr)
            complete = False
    return measurements, complete


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        if options.figures:
            measurements, complete = read_json(options.figures.read_text()), True
        else:
            installed.tool("rtwmc-compile")
            toolchain.find_qemu()
            measurements, complete = _measure_all(options)
    except (installed.NotInstalledError, qemu.QemuError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ValueError, KeyError, TypeError):
        print(f"error: {options.figures}: not what --json writes", file=sys.stderr)
        return 1
    if measurements:
        print(performance.summary(measurements))
    if options.layers:
        for measurement in measurements:
            print(f"\n{performance.layer_table(measurement)}")
    try:
        if options.json:
            options.json.write_text(json.dumps([asdict(m) for m in measurements], indent=1) + "\n")
        if options.page and complete:
            options.page.write_text(performance.page(measurements))
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
