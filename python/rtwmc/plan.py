# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Says what is stored how within a budget, and what less or more RAM would change.

    python -m rtwmc.plan model.tflite --ram 16KiB
    python -m rtwmc.plan model.tflite --curve
    python -m rtwmc.plan model.tflite --curve --points 20 --mcpu cortex-m0 --out results

With `--curve`: the plan at budgets from the smallest that fits through the smallest that drops
nothing to the one from which on more RAM buys nothing, as the fastest kernels fit: what is
dropped, the estimate of instructions, arena and stack. What a drop costs in accuracy only
images tell (`rtwmc curve`). Every line is a network that was compiled, in some seconds;
`--out` writes plan.md, plan.json and plan.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from . import commands, figures
from .compiler import BudgetError, CompileError, Model, compile
from .installed import NotInstalledError
from .options import add_compile_options, compile_options

__all__ = ["Limits", "budgets", "curve", "kept", "limits", "main"]


@dataclass(frozen=True)
class Limits:
    """The budgets between which something changes, bytes of arena, variables and stack.

    smallest    the least that fits
    lossless    the least that drops nothing
    fastest     the least with the fastest kernels: more buys nothing
    """

    smallest: int
    lossless: int
    fastest: int


def limits(model: Model, **options: Any) -> Limits:
    """The limits of `model`; `options` as for `compile`, without `ram`. Raises `CompileError`."""
    fastest = int(compile(model, **options).report["ram"])
    try:
        compile(model, ram=1, **options)
    except BudgetError as error:
        said = re.search(r"without dropping anything ([\d,]+) bytes", str(error))
        lossless = int(said[1].replace(",", "")) if said else error.smallest
        return Limits(error.smallest, lossless, max(fastest, lossless))
    return Limits(fastest, fastest, fastest)


def budgets(found: Limits, points: int) -> list[int]:
    """Up to `points` budgets: two thirds of them where less RAM drops more, evenly spaced."""
    pruned = 2 * points // 3 if found.smallest < found.lossless else 1
    below = np.linspace(found.smallest, found.lossless, max(pruned, 1))
    above = np.linspace(found.lossless, found.fastest, max(points - pruned, 1) + 1)
    return sorted({int(each) for each in [*below.round(), *above.round(), found.lossless]})


def _dropped(each: Mapping[str, Any]) -> int:
    """Elements of the whole map that are dropped, at least."""
    units = each["shape"][1] if each["unit"] == "row" else 1
    return int(each["drop"]) * units


def kept(report: Mapping[str, Any]) -> float:
    """The share, 0 to 1, of the elements of all maps that is kept, at most."""
    elements = sum(prod(each["shape"]) for each in report["maps"])
    return 1 - sum(_dropped(each) for each in report["maps"]) / elements


def _point(ram: int, report: Mapping[str, Any]) -> dict[str, Any]:
    taken = ("ram", "arena", "stack", "state", "flash", "instructions", "cycles")
    maps = [
        {**{key: each[key] for key in ("name", "store", "rows", "unit", "drop", "keep")},
         "bytes": sum(each["bytes"].values())}
        for each in report["maps"]
    ]  # fmt: skip
    return {
        "budget": ram, **{key: report[key] for key in taken}, "kept": round(kept(report), 4),
        "maps": maps,
    }  # fmt: skip


def curve(model: Model, points: int = 12, **options: Any) -> dict[str, Any]:
    """The plan of `model` at each of about `points` budgets, from the smallest on.

    `options` as for `compile`, without `ram`. Members of the result: `limits`, and `points`, of
    which each has its `budget`, figures of the report, the share `kept` of all elements, and
    `maps`; a budget that changes nothing is left out. Raises `CompileError`.
    """
    found = limits(model, **options)

    def at(ram: int) -> dict[str, Any] | None:
        try:
            return _point(ram, compile(model, ram=ram, **options).report)
        except BudgetError:
            # The stack of another plan is another: a budget in between may not fit.
            return None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        all_points = [each for each in pool.map(at, budgets(found, points)) if each]
    result: list[dict[str, Any]] = []
    for each in all_points:
        same = ("ram", "instructions", "maps")
        if not result or any(each[key] != result[-1][key] for key in same):
            result.append(each)
    return {"limits": asdict(found), "points": result}


def _loss(each: Mapping[str, Any]) -> str:
    """The share of a pruned map that is dropped, at least."""
    return f"{100 * each['drop'] / (each['drop'] + each['keep']):.1f} %"


def _losses(maps: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{each['name']} {_loss(each)}" for each in maps if each["unit"]) or "nothing"


def markdown(result: Mapping[str, Any]) -> str:
    """A table of a curve, a line for each budget."""
    rows = [["budget", "arena", "stack", "flash", "instructions", "kept of all", "dropped at least"]]
    for each in result["points"]:
        rows.append([
            f"{each['budget']:,}", f"{each['arena']:,}", f"{each['stack']:,}", f"{each['flash']:,}",
            f"{each['instructions']:,}", f"{100 * each['kept']:.1f} %", _losses(each["maps"]),
        ])  # fmt: skip
    return figures.markdown(rows)


def plot(result: Mapping[str, Any], path: Path) -> None:
    """Draws what is kept, and the instructions, over the budget; as SVG."""
    points = result["points"]
    ram = [each["budget"] for each in points]
    marks = {"smallest": result["limits"]["smallest"], "lossless": result["limits"]["lossless"]}
    figures.curves(path, "RAM, arena and stack, bytes", ram, marks, {
        "kept of all elements, %": [100 * each["kept"] for each in points],
        "instructions, millions (estimate)": [each["instructions"] / 1e6 for each in points],
    })  # fmt: skip


def stored(report: Mapping[str, Any], found: Limits) -> str:
    """What is stored how, and what would change it, in text."""
    within = f" of {report['budget']['ram']:,}" if report["budget"]["ram"] else ""
    lines = [
        f"{report['name']} for {report['mcpu']}: RAM {report['ram']:,}{within} bytes (arena "
        + f"{report['arena']:,}, stack {report['stack']:,}), about {report['instructions']:,} instructions",
        "",
        f"{'map':12} {'shape':16} {'store':14} {'rows':>5} {'bytes':>8} {'dropped':>9} {'kernel':12}",
    ]
    kernels = {each["name"]: each["kernel"] or "-" for each in report["layers"]}
    for each in report["maps"]:
        lost = _loss(each) if each["unit"] else "-"
        lines.append(
            f"{each['name']:12} {'x'.join(map(str, each['shape'])):16} {each['store']:14} "
            f"{each['rows']:5,} {sum(each['bytes'].values()):8,} {lost:>9} {kernels[each['name']]}"
        )
    lines += [
        "",
        f"{found.smallest:10,} bytes: the smallest budget that fits",
        f"{found.lossless:10,} bytes: the smallest that drops nothing",
        f"{found.fastest:10,} bytes: with the fastest kernels; more buys nothing",
    ]
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("plan", __doc__)
    parser.add_argument("model", type=Path, metavar="MODEL", help=".tflite or .mlir")
    parser.add_argument("--mcpu", default="cortex-m4", help="the core (default: %(default)s)")
    parser.add_argument("--curve", action="store_true", help="the plan at many budgets")
    parser.add_argument("--points", type=int, default=12, metavar="N",
                        help="budgets of the curve, about (default: %(default)s)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="write the curve there, too: plan.md, plan.json, plan.svg")  # fmt: skip
    add_compile_options(parser)
    return parser


def _save(result: Mapping[str, Any], text: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(text)
    (folder / "plan.md").write_text(markdown(result))
    plot(result, folder / "plan.svg")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.plan`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    given = {**compile_options(options), "mcpu": options.mcpu}
    if options.curve and ("ram" in given or "lossless" in given or options.points < 2):
        parser.error("--curve has its own budgets: no --ram, no --lossless; --points: at least 2")
    if options.out and not options.curve:
        parser.error("--out: only with --curve")
    try:
        if options.curve:
            result = curve(options.model, options.points, **given)
            content = {"schema": 1, "network": options.model.stem, "mcpu": options.mcpu, **result}
            text = json.dumps(content, indent=1) + "\n"
            print(text if options.json else markdown(result), end="", flush=True)
            if options.out:
                _save(result, text, options.out)
            return 0
        compiled = compile(options.model, **given)
        unbounded = {key: given[key] for key in given.keys() - {"ram", "lossless"}}
        found = limits(options.model, **unbounded)
    except (CompileError, NotInstalledError, OSError) as error:
        print(f"error: {str(error).removeprefix('error: ')}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"error: {error}: pip install 'rtwmc[evaluate]'", file=sys.stderr)
        return 1
    report = compiled.report
    if options.json:
        print(json.dumps({"schema": 1, "limits": asdict(found), "report": report}, indent=1))
    else:
        print(stored(report, found), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
