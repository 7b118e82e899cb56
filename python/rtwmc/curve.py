# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Accuracy over RAM: what a smaller budget costs, from lossless down to the smallest that fits.

    python -m rtwmc.curve lenet.tflite sonicnet.tflite --data CIFAR10 --out results

For each network and each budget: what is dropped is planned for the device, with the compiler's
default settings and calibrated (`rtwmc.calibrate`, on training images), and the accuracy on the
test images is that of host code with the same drops, bit for bit the device's. With `--tune` also
with the settings that `rtwmc.tune` finds on training images. Prints a table and writes it to the
folder as JSON and Markdown, with a plot. Needs `pip install rtwmc[evaluate]` and a built compiler.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import calibrate, commands, data, figures
from .compiler import BudgetError, CompileError, compile, smallest_budget
from .evaluate import Images
from .installed import NotInstalledError
from .tune import accuracy, tune

__all__ = ["budgets", "curve", "main", "pinned"]


def pinned(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """A plan that pins what the network of `report` drops, in its strips; None if it drops nothing."""
    maps = [
        {key: each[key] for key in ("name", "drop", "unit", "batch", "tau_q")}
        for each in report["maps"]
        if each["unit"]
    ]
    if not maps:
        return None
    first = next(each for each in report["maps"] if each["unit"])
    settings = {key: first[key] for key in ("order", "policy")}
    return {"schema": 1, **settings, "strips": report["strips"], "maps": maps}


def budgets(model: Path, mcpu: str, points: int, max_recompute: int | None = None) -> list[int]:
    """Bytes of RAM from lossless to the smallest that fits, `points` of them, evenly spaced."""
    lossless = smallest_budget(model, mcpu=mcpu, lossless=True, max_recompute=max_recompute)
    smallest = smallest_budget(model, mcpu=mcpu, max_recompute=max_recompute)
    return [int(x) for x in np.linspace(lossless, smallest, points).round()]


def curve(
    model: Path, rams: Sequence[int], images: Images, training: Images, mcpu: str, trials: int = 0,
    max_recompute: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Accuracy of `model` at each budget of `rams`, percent of `images`.

    `max_recompute` percent of the work may be done again before anything is dropped (None: as the
    compiler does by default). `training` calibrates, and tunes if there are `trials`. Members of the
    result: `ram`, the budgets; `curves`, a list for each setting with None where nothing fits;
    `drops`, what the calibrated plan drops of each map, as shares.
    """
    calibration = calibrate.calibrate(model, training.pixels)
    curves: dict[str, list[float | None]] = {"default": [], "calibrated": []}
    if trials:
        curves["tuned"] = []
    drops: list[dict[str, float]] = []
    for ram in rams:
        for name, options in (("default", {}), ("calibrated", {"calibration": calibration})):
            try:
                report = compile(model, mcpu=mcpu, ram=ram, max_recompute=max_recompute, **options).report
            except BudgetError:
                curves[name].append(None)
                continue
            plan = pinned(report)
            curves[name].append(accuracy(model, plan, images.pixels, images.labels))
            if name == "calibrated":
                drops.append({
                    each["name"]: round(each["drop"] / (each["drop"] + each["keep"]), 3)
                    for each in report["maps"] if each["unit"]
                })  # fmt: skip
        if trials:
            found = tune(model, ram=ram, images=training.pixels, labels=training.labels,
                         mcpu=mcpu, trials=trials, max_recompute=max_recompute)  # fmt: skip
            curves["tuned"].append(accuracy(model, found.plan, images.pixels, images.labels))
    return {"ram": list(rams), "curves": curves, "drops": drops}


def markdown(result: Mapping[str, Any]) -> str:
    """A table for each network: a row for each budget."""
    parts = []
    for name, each in result["networks"].items():
        rows = [["RAM, bytes", "share", *each["curves"]]]
        for i, ram in enumerate(each["ram"]):
            shares = [figures.percent(curve[i]) for curve in each["curves"].values()]
            rows.append([f"{ram:,}", f"{ram / each['ram'][0]:.0%}", *shares])
        parts.append(f"{name}\n\n{figures.markdown(rows)}")
    return "\n".join(parts)


def plot(result: Mapping[str, Any], path: Path) -> None:
    """Draws the curves as SVG, a panel for each network."""
    networks = result["networks"]
    with figures.panels(path, len(networks), result["images"]) as panels:
        for panel, (name, each) in zip(panels, networks.items(), strict=True):
            for label, values in each["curves"].items():
                points = [(x, y) for x, y in zip(each["ram"], values, strict=True) if y is not None]
                panel.plot(*zip(*points), marker=".", label=label)
            panel.set_title(name)
            panel.set_xlabel("RAM, arena and stack, bytes")


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("curve", __doc__)
    parser.add_argument("models", nargs="+", type=Path, help="networks for CIFAR-10, .mlir or .tflite")
    parser.add_argument("--data", required=True, help="CIFAR-10 folder")
    parser.add_argument("--mcpu", default="cortex-m4", help="the device (default: %(default)s)")
    parser.add_argument("--points", type=int, default=9, help="budgets (default: %(default)s)")
    parser.add_argument("--ram", action="append",
                        help="budgets instead, bytes, separated by commas: once for all, or once for each network")  # fmt: skip
    parser.add_argument("--max-recompute", type=int, metavar="PERCENT",
                        help="work that may be done again before anything is dropped")  # fmt: skip
    parser.add_argument("--images", type=int, help="test images (default: all)")
    parser.add_argument("--training", type=int, default=200,
                        help="training images to calibrate and tune on (default: %(default)s)")  # fmt: skip
    parser.add_argument("--tune", type=int, default=0, metavar="TRIALS", help="also tune each budget")
    parser.add_argument("--out", type=Path, help="folder for JSON, Markdown and the plot")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.curve`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.points < 2 or options.training < 1 or options.tune < 0:
        parser.error("--points: at least 2; --training: at least 1; --tune: at least 0")
    try:
        chosen = [[int(each) for each in rams.split(",")] for rams in options.ram or ()]
        if len(chosen) == 1:
            chosen *= len(options.models)
        if chosen and len(chosen) != len(options.models):
            raise ValueError(f"--ram is given {len(chosen)} times, for {len(options.models)} networks")
        images = Images.load(options.data, options.images)
        train_images, train_labels = data.load_split(options.data, "train")
        training = Images(train_images[: options.training], train_labels[: options.training])
        networks = {}
        for i, model in enumerate(options.models):
            rams = chosen[i] if chosen else budgets(
                model, options.mcpu, options.points, options.max_recompute
            )  # fmt: skip
            networks[model.stem] = curve(
                model, rams, images, training, options.mcpu, options.tune, options.max_recompute
            )
        result = {"images": len(images.labels), "mcpu": options.mcpu, "networks": networks}
        text = markdown(result)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            (options.out / "ram.json").write_text(json.dumps(result, indent=1) + "\n")
            (options.out / "ram.md").write_text(text)
            plot(result, options.out / "ram.svg")
    except (CompileError, NotInstalledError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"error: {error}: pip install rtwmc[evaluate]", file=sys.stderr)
        return 1
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
