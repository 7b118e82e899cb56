# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How much less RAM networks take that compute some of their work again, in strips.

    python -m rtwmc.fronts model.tflite --mcpu cortex-m4
    python -m rtwmc.fronts a.tflite b.mlir --out results

For each model: the least RAM that drops nothing, without strips and with those that compute at
most so many percent of the multiply-accumulates again. `--out` writes table, JSON and a picture.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import commands, figures
from .compiler import CompileError, Model, compile, smallest_budget
from .installed import NotInstalledError

__all__ = ["Front", "Point", "front", "main", "markdown", "plot"]

PERCENTS = (0, 2, 5, 10, 15, 25, 40, 60, 100)


@dataclass(frozen=True)
class Point:
    """The least RAM, bytes of arena, variables and stack, for so much work."""

    again: float
    """Multiply-accumulates that are computed again, percent of those without strips."""
    ram: int
    arena: int
    instructions: int
    """As the report estimates them."""
    strips: list[str]
    """The segments in strips, as `--strips` takes them."""


@dataclass(frozen=True)
class Front:
    """A network's points, from the least work to the least RAM."""

    network: str
    mcpu: str
    points: list[Point]


def front(model: Model, mcpu: str = "cortex-m4", percents: Sequence[int] = PERCENTS) -> list[Point]:
    """The points of `model` that `percents`, the most that may be computed again, find.

    Raises `CompileError`.
    """
    points: list[Point] = []
    for percent in sorted(percents):
        options: dict[str, Any] = {"mcpu": mcpu, "lossless": True, "max_recompute": percent}
        ram = smallest_budget(model, **options)
        if points and ram >= points[-1].ram:
            continue
        report = compile(model, ram=ram, **options).report
        again = report["recomputed_macs"]
        points.append(Point(
            round(100 * again / max(report["macs"] - again, 1), 1), report["ram"], report["arena"],
            report["instructions"], list(report["strips"]),
        ))  # fmt: skip
    return points


def markdown(fronts: Sequence[Front]) -> str:
    """A table, a line for each point."""
    rows = [["network", "again", "RAM", "of it", "arena", "instructions"]]
    for each in fronts:
        for i, point in enumerate(each.points):
            share = f"{point.ram / each.points[0].ram:.0%}"
            rows.append([
                "" if i else each.network, f"{point.again:.1f} %", f"{point.ram:,}", share,
                f"{point.arena:,}", f"{point.instructions:,}",
            ])  # fmt: skip
    return figures.markdown(rows)


def plot(fronts: Sequence[Front], path: Path) -> None:
    """Draws the fronts as SVG, a line for each network."""
    figures.steps(
        path, "multiply-accumulates computed again, %", "RAM, % of that without strips",
        {each.network: ([point.again for point in each.points],
                        [100 * point.ram / each.points[0].ram for point in each.points])
         for each in fronts},
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("fronts", __doc__)
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL", help=".tflite or .mlir")
    parser.add_argument("--mcpu", default="cortex-m4", help="the core (default: %(default)s)")
    parser.add_argument("--percents", default=",".join(map(str, PERCENTS)),
                        help="what may be computed again (default: %(default)s)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="write fronts.md, fronts.json and fronts.svg there, too")  # fmt: skip
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.fronts`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        percents = [int(each) for each in options.percents.split(",")]
    except ValueError:
        parser.error(f"--percents: expects numbers separated by commas, not {options.percents!r}")
    try:
        fronts = [Front(model.stem, options.mcpu, front(model, options.mcpu, percents)) for model in options.models]
        text = json.dumps({"schema": 1, "networks": [asdict(each) for each in fronts]}, indent=1) + "\n"
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            (options.out / "fronts.json").write_text(text)
            (options.out / "fronts.md").write_text(markdown(fronts))
            plot(fronts, options.out / "fronts.svg")
    except (CompileError, NotInstalledError, OSError) as error:
        print(f"error: {str(error).removeprefix('error: ')}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"error: {error}: pip install 'rtwmc[evaluate]'", file=sys.stderr)
        return 1
    print(text if options.json else markdown(fronts), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
