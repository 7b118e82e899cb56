# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures what dropping a share of each map of a network loses.

    python -m rtwmc.calibrate net.tflite --data inputs.npy --out net.calibration.json
    rtwmc-compile net.tflite --ram=2400 --calibration=net.calibration.json -o net.o

`--data` is a `.npy` file of int8 inputs `[n, ...]`, or a CIFAR-10 folder, of which training images
are taken. Runs the network on each, by code for this machine that keeps every map, and writes a
calibration file: for each map the energy that is lost if a share of every row is dropped, the
least elements first. No labels are needed. With `--calibration` the compiler drops where that loses
least; without it, it takes all maps to be alike.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import commands, data
from .compiler import CompileError, Model, compile
from .installed import NotInstalledError

__all__ = ["calibrate", "lost_energy", "main"]

POINTS = 65


def lost_energy(rows: np.ndarray, zero_point: int) -> tuple[np.ndarray, float]:
    """Energy of the least elements of each row, summed over rows, and of all.

    `rows` is int8 `[r, n]`. Element `i` of the first result, float64 `[POINTS]`, is the sum of
    `(q - zero_point)^2` over the least `floor(n * i / (POINTS - 1))` elements of every row.
    """
    energy = np.sort(np.square(rows.astype(np.int64) - zero_point), axis=1)
    sums = np.concatenate([[0], np.cumsum(energy.sum(axis=0))])
    dropped = rows.shape[1] * np.arange(POINTS) // (POINTS - 1)
    return sums[dropped].astype(np.float64), float(sums[-1])


def calibrate(model: Model, inputs: np.ndarray) -> dict[str, Any]:
    """The content of a calibration file for `model`, measured on `inputs`, int8 `[n, ...]`.

    Its `maps` are those that can be pruned: `lost_energy`, `POINTS` shares of the energy that is
    lost when 0 to all of every row is dropped, and `zeros`, the share of elements that are zero.
    Raises `CompileError`, and `ValueError` for inputs of another type or shape, or none.
    """
    if len(inputs) == 0:
        raise ValueError("there are no inputs to calibrate on")
    compiled = compile(model, mcpu="host", keep_maps=True)
    prunable = {
        each["name"]: each["zero_point"]
        for each in compiled.report["maps"]
        if each["zero_point"] is not None
    }
    lost = {name: np.zeros(POINTS) for name in prunable}
    total, zeros, elements = ({name: 0.0 for name in prunable} for _ in range(3))
    for each in inputs:
        _, maps = compiled.run_keeping_maps(each)
        for name, map_ in maps.items():
            if name not in prunable or map_.dtype != np.int8:
                continue
            rows = map_.reshape(map_.shape[0] if map_.ndim == 3 else 1, -1)
            part, all_ = lost_energy(rows, prunable[name])
            lost[name] += part
            total[name] += all_
            zeros[name] += float(np.sum(rows == prunable[name]))
            elements[name] += rows.size
    return {
        "schema": 1,
        "images": len(inputs),
        "maps": [
            {
                "name": name,
                "zeros": round(zeros[name] / elements[name], 4),
                "lost_energy": [round(x, 6) for x in lost[name] / max(total[name], 1.0)],
            }
            for name in prunable
            if elements[name]
        ],
    }


def load_inputs(path: str, count: int) -> np.ndarray:
    """The first `count` inputs of a `.npy` file, or training images of a CIFAR-10 folder.

    Raises `ValueError` (`data.DatasetError`) for what is neither.
    """
    if Path(path).is_dir():
        images, _ = data.load_split(path, "train")
        return (images[:count].astype(np.int16) - 128).astype(np.int8)
    inputs = np.load(path, allow_pickle=False)
    if not isinstance(inputs, np.ndarray) or inputs.dtype != np.int8 or inputs.ndim < 2:
        raise ValueError(f"{path}: expected one array, int8 [n, ...]")
    return inputs[:count]


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.calibrate`; returns the exit status."""
    parser = commands.parser("calibrate", __doc__)
    parser.add_argument("model", help="network, .mlir or .tflite")
    parser.add_argument("--data", required=True, help=".npy file of int8 inputs, or CIFAR-10 folder")
    parser.add_argument("--inputs", type=int, default=200, help="how many (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="calibration file to write")
    options = parser.parse_args(arguments)
    if options.inputs < 1:
        parser.error("--inputs: expects at least 1")
    try:
        content = calibrate(options.model, load_inputs(options.data, options.inputs))
        options.out.write_text(_text(content))
    except (CompileError, NotInstalledError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for each in content["maps"]:
        half = each["lost_energy"][POINTS // 2]
        print(f"{each['name']:12} {each['zeros']:6.1%} zeros, {half:6.1%} of the energy in the least half")
    return 0


def _text(content: Mapping[str, Any]) -> str:
    """One line a map."""
    maps = ",\n".join("  " + json.dumps(each) for each in content["maps"])
    return f'{{"schema": 1, "images": {content["images"]}, "maps": [\n{maps}\n]}}\n'


if __name__ == "__main__":
    sys.exit(main())
