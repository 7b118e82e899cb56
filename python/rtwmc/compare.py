# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sets the memory of compiled networks beside what TensorFlow Lite Micro takes.

    python -m rtwmc.compare model.tflite --mcpu cortex-m4
    python -m rtwmc.compare lenet.tflite resnet.tflite --out results

For each model: the arena of TensorFlow Lite Micro, by its recording allocator; ours, with the
input in it, with the input elsewhere, as it is and in strips, and with one that is asked for row
by row, which loses nothing; stack and flash; and whether both compute the same on random inputs,
bit for bit. `--out` writes table, JSON and a picture.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import commands, figures, tflm
from .compiler import CompileError, InputPlace, compile, smallest_budget
from .installed import NotInstalledError
from .verify import verify

__all__ = ["Row", "compare", "main", "markdown"]


@dataclass(frozen=True)
class Row:
    """One network; sizes in bytes."""

    network: str
    mcpu: str
    tflm_arena: int
    """All of it, on this machine: structures with pointers of 64 bits are larger than on a core."""
    tflm_tensors: int
    """The part that tensors share, the same on every machine; the input among them."""
    arena_with_input: int
    """Ours with the input in it."""
    arena: int
    """Ours with the input in the caller's memory."""
    arena_in_strips: int
    """The same where as many multiply-accumulates may be computed again as by default."""
    again: float
    """Those that are, percent."""
    arena_by_rows: int
    """Ours with the input asked for row by row: there is no other memory for it."""
    input: int
    """Bytes of all inputs."""
    stack: int
    """The deepest of the four, which TensorFlow Lite Micro does not know of its own."""
    flash: int
    """Code and constants, with the input in the caller's memory."""
    equal: bool
    """Whether both gave the same bits on all inputs that were tried."""
    tried: int


def compare(model: Path, mcpu: str = "cortex-m4", count: int = 10) -> Row:
    """Measures one model, compiled for `mcpu` within the least RAM that drops nothing.

    Nothing is computed again but in strips.

    `count` inputs are run on this machine. Raises `CompileError`, `NotInstalledError`, `TflmError`,
    `ValueError`, `OSError`.
    """
    equal = verify(model, count=count).equal
    theirs = tflm.arena(model.read_bytes())

    def least(place: InputPlace, recompute: int | None = 0) -> Mapping[str, Any]:
        options: dict[str, Any] = dict(mcpu=mcpu, input=place, lossless=True, max_recompute=recompute)
        return compile(model, ram=smallest_budget(model, **options), **options).report

    inside, outside, by_rows = least("arena"), least("external"), least("rows")
    strips = least("external", None)
    again = strips["recomputed_macs"]
    return Row(
        network=model.stem, mcpu=mcpu, tflm_arena=theirs.total, tflm_tensors=theirs.head,
        arena_with_input=inside["arena"], arena=outside["arena"], arena_by_rows=by_rows["arena"],
        arena_in_strips=strips["arena"], again=round(100 * again / max(strips["macs"] - again, 1), 1),
        input=sum(each["bytes"] for each in outside["inputs"]),
        stack=max(each["stack"] for each in (inside, outside, strips, by_rows)), flash=outside["flash"], equal=equal,
        tried=count,
    )  # fmt: skip


def markdown(rows: Sequence[Row]) -> str:
    """A table, a line for each network."""
    head = ["network", "TFLM arena", "tensors of it", "ours with input", "of TFLM's", "ours",
            "in strips", "work", "input", "by rows", "of TFLM's", "stack", "flash", "bits"]  # fmt: skip
    lines = [
        [row.network, f"{row.tflm_arena:,}", f"{row.tflm_tensors:,}", f"{row.arena_with_input:,}",
         f"{row.arena_with_input / row.tflm_arena:.0%}", f"{row.arena:,}",
         f"{row.arena_in_strips:,}", f"+{row.again:.1f} %", f"{row.input:,}",
         f"{row.arena_by_rows:,}", f"{row.arena_by_rows / row.tflm_arena:.0%}", f"{row.stack:,}", f"{row.flash:,}", "equal" if row.equal else "DIFFERENT"]
        for row in rows
    ]  # fmt: skip
    return figures.markdown([head, *lines])


def plot(rows: Sequence[Row], path: Path) -> None:
    """Draws the arenas as SVG, a group of bars for each network."""
    series = {
        "TensorFlow Lite Micro": [row.tflm_arena for row in rows],
        "RTWMC, input in the arena": [row.arena_with_input for row in rows],
        "RTWMC, input by rows": [row.arena_by_rows for row in rows],
        "RTWMC, input outside": [row.arena for row in rows],
        "RTWMC, input outside, in strips": [row.arena_in_strips for row in rows],
    }
    figures.bars(path, [row.network for row in rows], series, "arena, bytes")


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("compare", __doc__)
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL.tflite")
    parser.add_argument("--mcpu", default="cortex-m4", help="the core (default: %(default)s)")
    parser.add_argument("--inputs", type=int, default=10, metavar="N",
                        help="inputs to compare bits on (default: %(default)s)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="write compare.md, compare.json and compare.svg there, too")  # fmt: skip
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.compare`; returns 0, 1 if bits differ, 2 for what fails."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.inputs < 1:
        parser.error("--inputs: at least 1")
    rows = []
    for model in options.models:
        try:
            rows.append(compare(model, options.mcpu, options.inputs))
        except (CompileError, NotInstalledError, tflm.TflmError, ValueError, OSError) as error:
            print(f"error: {model}: {str(error).removeprefix('error: ')}", file=sys.stderr)
            return 2
    content: dict[str, Any] = {"schema": 1, "networks": [asdict(row) for row in rows]}
    text = json.dumps(content, indent=1) + "\n"
    if options.out:
        try:
            options.out.mkdir(parents=True, exist_ok=True)
            (options.out / "compare.json").write_text(text)
            (options.out / "compare.md").write_text(markdown(rows))
            plot(rows, options.out / "compare.svg")
        except OSError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        except ModuleNotFoundError as error:
            print(f"error: {error}: pip install 'rtwmc[evaluate]'", file=sys.stderr)
            return 2
    print(text if options.json else markdown(rows), end="")
    return 0 if all(row.equal for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
