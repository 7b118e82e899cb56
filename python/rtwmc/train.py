# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Train, quantize and export one of the paper's networks.

    python -m rtwmc.train lenet_a --data CIFAR10 --out DIR --epochs 80 --seed 1

writes `lenet_a.tflite` (full int8), `lenet_a.mlir` (TOSA), `lenet_a.keras` (float,
to start from again) and `lenet_a.json` (settings and measured accuracies). With
`--prune-drop paper` the network is then fine-tuned with run-time pruning inside; with
`--distill FILE` it also learns from another network's logits. Needs `pip install rtwmc[train]`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Callable, Sequence

import numpy as np

from . import commands, data
from .fit import accuracy, fine_tune, fit, pruned
from .installed import NotInstalledError
from .networks import NETWORKS, Network, build
from .planner import paper_drop

__all__ = [
    "Recipe", "add_options", "export_to", "load_images", "load_teacher", "main",
    "representatives", "run", "settings", "train",
]  # fmt: skip

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
        return paper_drop(network, ram, recipe.prune_batch, recipe.alpha)
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


def load_images(recipe: Any) -> tuple[np.ndarray, np.ndarray, Any, str]:
    """Images and labels to train on, those to measure on, and where the latter are from.

    With `recipe.validate` the last 5,000 training images are held back and measured
    on; otherwise all 50,000 are trained on, and the third result is None until the test
    images are read, once, for the final accuracy.
    """
    images, labels = data.load_split(recipe.data, "train")
    if not recipe.validate:
        return images, labels, None, "test"
    held = images[-VALIDATION:], labels[-VALIDATION:]
    return images[:-VALIDATION], labels[:-VALIDATION], held, "validation"


def load_teacher(recipe: Any) -> Any:
    """The network of `--distill` as a Keras model on raw pixels, or None."""
    from . import export

    return export.load_model(recipe.distill) if recipe.distill else None


def export_to(recipe: Any, name: str, model: Any, images: np.ndarray) -> bytes:
    """Write `name.keras`, `.tflite` and `.mlir` to `recipe.out`; returns the `.tflite`."""
    from . import export

    tflite = export.to_tflite(model, representatives(images, recipe.calibration, recipe.seed))
    out = Path(recipe.out)
    out.mkdir(parents=True, exist_ok=True)
    model.save(out / f"{name}.keras")
    (out / f"{name}.tflite").write_bytes(tflite)
    (out / f"{name}.mlir").write_text(export.to_tosa(tflite))
    return tflite


def settings(recipe: Any, keys: Sequence[str]) -> dict[str, Any]:
    """The named settings of a run, with those of `--from` and `--distill` where used."""
    result = {key: getattr(recipe, key) for key in keys}
    if recipe.start:
        result["from"] = Path(recipe.start).name
    if recipe.distill:
        result["distill"] = Path(recipe.distill).name
        result |= {key: getattr(recipe, key) for key in ("distill_weight", "temperature")}
    return result


def train(network: Network, recipe: Any) -> dict[str, Any]:
    """Train, export and measure; returns what the JSON file holds.

    Files go to `recipe.out`; `load_images` says what is measured on. Raises
    `data.DatasetError` for an unusable folder, `ValueError` for settings that do not
    fit the network.
    """
    import keras

    from . import export

    started = time.monotonic()
    recipe.prune_batch = recipe.prune_batch or network.batch
    recipe.alpha = network.alpha if recipe.alpha is None else recipe.alpha
    recipe.drop = _drops(network, recipe)
    keras.utils.set_random_seed(recipe.seed)
    images, labels, held, where = load_images(recipe)
    teacher = load_teacher(recipe)

    keys = ["seed", "batch", "shift"]
    if recipe.start:
        model = export.load_model(recipe.start, network)
    else:
        keys += ["epochs", "rate", "decay", "warmup"]
        model = fit(network, images, labels, recipe, held, teacher)
    before = model
    if recipe.drop:
        keys += ["drop", "prune_batch", "prune_tau", "prune_epochs", "prune_rate", "prune_share"]
        keys += ["stream_order"]
        model = fine_tune(
            network, model, images, labels, recipe, epochs=recipe.prune_epochs,
            rate=recipe.prune_rate, drop=recipe.drop, teacher=teacher,
        )  # fmt: skip

    name = recipe.name or network.name
    tflite = export_to(recipe, name, model, images)
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
        "recipe": settings(recipe, keys),
        "training_images": len(images),
        "measured_on": f"{len(held[0])} {where} images",
        "accuracy": {key: round(value, 4) for key, value in scores.items()},
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    (Path(recipe.out) / f"{name}.json").write_text(json.dumps(results, indent=2) + "\n")
    return results


def add_options(parser: argparse.ArgumentParser, *, start_required: bool = False) -> None:
    """Add what every training command takes to a parser."""
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("--data", required=True, help="CIFAR-10 folder, binary or Python layout")
    parser.add_argument("--out", required=True, help="folder for the exported files")
    parser.add_argument("--from", dest="start", metavar="FILE", required=start_required,
                        help="exported network to start from, .keras or .tflite")  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128, help="images a step")
    parser.add_argument("--shift", type=int, default=2, help="largest shift, pixels")
    parser.add_argument("--calibration", type=int, default=500, help="representative images")
    parser.add_argument("--validate", action="store_true", help="hold 5,000 images back")
    parser.add_argument("--name", help="base name of the files (default: the network's)")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each core")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    distill = parser.add_argument_group("distillation (Hinton et al. 2015)")
    distill.add_argument("--distill", metavar="FILE",
                         help="exported network, .keras or .tflite, whose logits to learn from too")  # fmt: skip
    distill.add_argument("--distill-weight", type=float, default=0.7, help="their share of the loss")
    distill.add_argument("--temperature", type=float, default=4.0, help="that softens both logits")


def run(
    parser: argparse.ArgumentParser,
    work: Callable[[Network, Any], dict[str, Any]],
    arguments: Sequence[str] | None,
) -> int:
    """Parse `arguments`, work, print the results or the error; returns the exit status."""
    recipe = parser.parse_args(arguments, namespace=Recipe())
    if recipe.threads:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(recipe.threads)
        tf.config.threading.set_inter_op_parallelism_threads(recipe.threads)
    try:
        results = work(NETWORKS[recipe.network], recipe)
    except (ValueError, NotInstalledError) as error:  # unusable data or settings; no planner
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(results, indent=2))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("train", __doc__)
    add_options(parser)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--rate", type=float, default=0.1, help="peak of the one-cycle rate")
    parser.add_argument("--decay", type=float, default=1e-4, help="weight decay")
    parser.add_argument("--warmup", type=float, default=0.2, help="share of steps before the peak")
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
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.train`; returns the exit status."""
    return run(_parser(), train, arguments)


if __name__ == "__main__":
    sys.exit(main())
