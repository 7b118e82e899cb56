# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Train, quantize and export one of the paper's networks.

    python -m rtwmc.train lenet_a --data CIFAR10 --out DIR --epochs 80 --seed 1

writes `lenet_a.tflite` (full int8), `lenet_a.mlir` (TOSA), `lenet_a.keras` (float,
to start from again) and `lenet_a.json` (settings and measured accuracies). With
`--prune-drop paper` the network is then fine-tuned with run-time pruning inside. Needs `pip install rtwmc[train]`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Sequence

import numpy as np

from . import data
from .fit import accuracy, fine_tune, fit, pruned
from .networks import NETWORKS, Network, build
from .pruning import paper_drop

__all__ = ["Recipe", "main", "representatives", "train"]

VALIDATION = 5000


class Recipe(argparse.Namespace):
    """Settings of a training run; the command's options are its fields."""


def representatives(images: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Choose `count` training images whose pixels span 0 to 255, for calibration."""
    picked = np.random.default_rng(seed).choice(len(images), count, replace=False)
    flat = images.reshape(len(images), -1)
    picked[0], picked[1] = np.argmin(flat.min(1)), np.argmax(flat.max(1))
    return images[picked]


def _drops(network: Network, recipe: Any) -> tuple[int, ...]:
    """D_p per convolution from `--prune-drop` and `--ram`; empty when not asked for."""
    if recipe.prune_drop is None and recipe.ram is None:
        return ()
    if recipe.prune_drop in (None, "paper"):
        ram = network.ram if recipe.ram is None else recipe.ram
        return tuple(paper_drop(network, ram, recipe.prune_batch, recipe.alpha))
    try:
        drop = tuple(int(x) for x in recipe.prune_drop.split(","))
    except ValueError:
        drop = (-1,)
    sizes = [h * w * c for h, w, c in network.maps()]
    if len(drop) != len(sizes) or any(not 0 <= d <= n for d, n in zip(drop, sizes)):
        raise ValueError(
            f"--prune-drop is 'paper' or {len(sizes)} comma-separated numbers, at most "
            + ",".join(map(str, sizes))
        )
    return drop


def train(network: Network, recipe: Any) -> dict[str, Any]:
    """Train, export and measure; returns what the JSON file holds.

    Files go to `recipe.out`. With `recipe.validate` the last 5,000 training images are
    held back and measured on; otherwise all 50,000 are trained on and the test images
    are used once, for the final accuracy. Raises `data.DatasetError` for an unusable
    folder, `ValueError` for settings that do not fit the network.
    """
    import keras

    from . import export

    started = time.monotonic()
    recipe.prune_batch = recipe.prune_batch or network.batch
    recipe.alpha = network.alpha if recipe.alpha is None else recipe.alpha
    recipe.drop = _drops(network, recipe)
    keras.utils.set_random_seed(recipe.seed)
    images, labels = data.load_split(recipe.data, "train")
    held, where = None, "test"
    if recipe.validate:
        held, where = (images[-VALIDATION:], labels[-VALIDATION:]), "validation"
        images, labels = images[:-VALIDATION], labels[:-VALIDATION]

    keys = ["seed", "batch", "shift"]
    if recipe.start:
        model = build(network, batch_norm=False)
        model.set_weights(keras.models.load_model(recipe.start).get_weights())
    else:
        keys += ["epochs", "rate", "decay", "warmup"]
        model = fit(network, images, labels, recipe, held)
    before = model
    if recipe.drop:
        keys += ["drop", "prune_batch", "prune_tau", "prune_epochs", "prune_rate", "prune_share"]
        keys += ["stream_order"]
        model = fine_tune(network, model, images, labels, recipe)

    calibration = representatives(images, recipe.calibration, recipe.seed)
    tflite = export.to_tflite(model, calibration)
    out = Path(recipe.out)
    out.mkdir(parents=True, exist_ok=True)
    name = recipe.name or network.name
    model.save(out / f"{name}.keras")
    (out / f"{name}.tflite").write_bytes(tflite)
    (out / f"{name}.mlir").write_text(export.to_tosa(tflite))

    held = held or data.load_split(recipe.data, "test")
    scores = {"float": accuracy(model, *held), "int8": export.tflite_accuracy(tflite, *held)}
    if recipe.drop:
        for order in ("nhwc", "channel-major"):
            for label, weights in (("without", before), ("with", model)):
                simulated = pruned(network, weights, recipe, order == "channel-major")
                key = f"float, pruned {order}, {label} pruning-aware fine-tuning"
                scores[key] = accuracy(simulated, *held)
    results = {
        "network": network.title,
        "parameters": int(model.count_params()),
        "recipe": {key: getattr(recipe, key) for key in keys},
        "training_images": len(images),
        "measured_on": f"{len(held[0])} {where} images",
        "accuracy": {key: round(value, 4) for key, value in scores.items()},
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    (out / f"{name}.json").write_text(json.dumps(results, indent=2) + "\n")
    return results


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rtwmc.train", description="Train, quantize to int8 and export a network."
    )
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("--data", required=True, help="CIFAR-10 folder, binary or Python layout")
    parser.add_argument("--out", required=True, help="folder for the exported files")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128, help="images a step")
    parser.add_argument("--rate", type=float, default=0.1, help="peak of the one-cycle rate")
    parser.add_argument("--decay", type=float, default=1e-4, help="weight decay")
    parser.add_argument("--warmup", type=float, default=0.2, help="share of steps before the peak")
    parser.add_argument("--shift", type=int, default=2, help="largest shift, pixels")
    parser.add_argument("--calibration", type=int, default=500, help="representative images")
    parser.add_argument("--validate", action="store_true", help="hold 5,000 images back")
    parser.add_argument("--name", help="base name of the files (default: the network's)")
    parser.add_argument("--from", dest="start", metavar="FILE.keras",
                        help="start from an exported network instead of training one")  # fmt: skip
    prune = parser.add_argument_group("pruning-aware fine-tuning, after training")
    prune.add_argument("--prune-drop", metavar="paper|N,N,...",
                       help="elements to drop per convolution; 'paper' computes them")  # fmt: skip
    prune.add_argument("--ram", type=int, help="budget for 'paper', bytes (default: the paper's)")
    prune.add_argument("--alpha", type=float, help="output threshold (default: the paper's)")
    prune.add_argument("--prune-batch", type=int, help="S_b, elements (default: the paper's)")
    prune.add_argument("--prune-tau", type=float, default=0.0, help="threshold, real units")
    prune.add_argument("--stream-order", choices=("nhwc", "channel-major"), default="nhwc")
    prune.add_argument("--prune-epochs", type=int, default=12)
    prune.add_argument("--prune-rate", type=float, default=1e-3, help="peak of Adam's rate")
    prune.add_argument("--prune-share", type=float, default=0.6, help="images pruned of a batch")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each core")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.train`; returns the exit status."""
    recipe = _parser().parse_args(arguments, namespace=Recipe())
    if recipe.threads:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(recipe.threads)
        tf.config.threading.set_inter_op_parallelism_threads(recipe.threads)
    try:
        results = train(NETWORKS[recipe.network], recipe)
    except ValueError as error:  # unusable data or settings
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(results, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
