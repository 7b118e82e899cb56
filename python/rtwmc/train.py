# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Train, quantize and export one of the paper's networks.

    python -m rtwmc.train lenet_a --data CIFAR10 --out DIR --epochs 80 --seed 1

writes `lenet_a.tflite` (full int8), `lenet_a.mlir` (TOSA) and `lenet_a.json`
(settings and measured accuracies). Needs `pip install rtwmc[train]`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Iterator, Sequence

import numpy as np

from . import data
from .networks import NETWORKS, Network, build, fold

__all__ = ["Recipe", "augment", "learning_rate", "main", "train"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

VALIDATION = 5000


def augment(
    images: np.ndarray, shift: int, generator: np.random.Generator, batch: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield one epoch of shuffled, randomly flipped and shifted batches.

    `images` is uint8 `[n, h, w, c]`; a shift of up to `shift` pixels each way
    reflects at the border. Yields `(indices, batch)`, the batch uint8; the last,
    incomplete batch is left out so that every step sees the same shape.
    """
    n, height, width, channels = images.shape
    pad = [(0, 0), (shift, shift), (shift, shift), (0, 0)]
    padded = np.pad(images, pad, mode="reflect") if shift else np.ascontiguousarray(images)
    sn, sh, sw, sc = padded.strides
    span = 2 * shift + 1
    windows = np.lib.stride_tricks.as_strided(
        padded, (n, span, span, height, width, channels), (sn, sh, sw, sh, sw, sc), writeable=False
    )
    order = generator.permutation(n)
    for start in range(0, n - batch + 1, batch):
        index = order[start : start + batch]
        dy, dx = generator.integers(0, span, (2, batch))
        out = windows[index, dy, dx]
        flip = generator.random(batch) < 0.5
        out[flip] = out[flip, :, ::-1]
        yield index, out


def learning_rate(step: int, steps: int, peak: float, warmup: float = 0.2) -> float:
    """One-cycle rate: a linear rise to `peak` for the `warmup` share, then a linear fall to 0."""
    turn = warmup * steps
    if step < turn:
        return peak * (0.05 + 0.95 * step / turn)
    return peak * max(0.0, (steps - step) / (steps - turn))


class Recipe(argparse.Namespace):
    """Settings of a training run; the command's options are its fields."""


def _fit(network: Network, images: np.ndarray, labels: np.ndarray, recipe: Any, check: Any) -> Any:
    import keras
    import tensorflow as tf
    from tqdm import tqdm

    mean, std = images.mean((0, 1, 2)), images.std((0, 1, 2))
    model = build(network, batch_norm=True)
    if recipe.optimizer == "adam":
        optimizer = keras.optimizers.AdamW(recipe.rate, weight_decay=recipe.decay)
    else:
        optimizer = keras.optimizers.SGD(recipe.rate, momentum=0.9, nesterov=True)
    variables = model.trainable_variables
    kernels = [v for v in variables if len(v.shape) > 1]
    if recipe.optimizer == "adam":
        optimizer.exclude_from_weight_decay([v for v in variables if len(v.shape) == 1])
    optimizer.build(variables)

    @tf.function
    def step(batch: Any, target: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model((tf.cast(batch, tf.float32) - mean) / std, training=True)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits)
            )
            total = loss
            if recipe.optimizer == "sgd":
                total += recipe.decay * tf.add_n([tf.nn.l2_loss(k) for k in kernels])
        optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
        return loss

    generator = np.random.default_rng(recipe.seed)
    per_epoch = len(images) // recipe.batch
    steps, done = recipe.epochs * per_epoch, 0
    bar = tqdm(total=steps, unit="step", mininterval=5.0, disable=recipe.quiet)
    for epoch in range(recipe.epochs):
        running = 0.0
        for index, batch in augment(images, recipe.shift, generator, recipe.batch):
            optimizer.learning_rate.assign(
                learning_rate(done, steps, recipe.rate, recipe.warmup)
            )
            running += float(step(tf.constant(batch), tf.constant(labels[index])))
            done += 1
            bar.update()
        text = f"epoch {epoch + 1}/{recipe.epochs} loss {running / per_epoch:.3f}"
        if check is not None and (epoch + 1) % 10 == 0:
            text += f" val {accuracy(fold(network, model, mean, std), *check):.2%}"
        bar.set_description(text)
    bar.close()
    return fold(network, model, mean, std)


def accuracy(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    """Share, 0 to 1, of uint8 `images` that a float Keras model labels right."""
    right = 0
    for start in range(0, len(images), 1000):
        logits = model(images[start : start + 1000].astype(np.float32), training=False)
        right += int((np.argmax(np.asarray(logits), -1) == labels[start : start + 1000]).sum())
    return right / len(images)


def representatives(images: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Choose `count` training images whose pixels span 0 to 255, for calibration."""
    picked = np.random.default_rng(seed).choice(len(images), count, replace=False)
    flat = images.reshape(len(images), -1)
    picked[0], picked[1] = np.argmin(flat.min(1)), np.argmax(flat.max(1))
    return images[picked]


def train(network: Network, recipe: Any) -> Any:
    """Train, export and measure; returns the measurements that the JSON file holds.

    Files go to `recipe.out`. The last 5,000 training images are held back for
    `recipe.validate`, otherwise all 50,000 are trained on; the test images are used
    once, for the final accuracy of the exported int8 network.
    """
    import keras

    from . import export

    started = time.monotonic()
    keras.utils.set_random_seed(recipe.seed)
    images, labels = data.load_split(recipe.data, "train")
    check = None
    if recipe.validate:
        check = images[-VALIDATION:], labels[-VALIDATION:]
        images, labels = images[:-VALIDATION], labels[:-VALIDATION]
    model = _fit(network, images, labels, recipe, check)

    results: dict[str, Any] = {
        "network": network.title,
        "parameters": int(model.count_params()),
        "recipe": {
            key: getattr(recipe, key)
            for key in ("epochs", "seed", "batch", "optimizer", "rate", "decay", "warmup", "shift")
        },
        "training_images": len(images),
        "accuracy": {},
    }
    calibration = representatives(images, recipe.calibration, recipe.seed)
    tflite = export.to_tflite(model, calibration)
    out = Path(recipe.out)
    out.mkdir(parents=True, exist_ok=True)
    model.save(out / f"{network.name}.keras")
    (out / f"{network.name}.tflite").write_bytes(tflite)
    (out / f"{network.name}.mlir").write_text(export.to_tosa(tflite))

    scores = results["accuracy"]
    if check is not None:
        scores["validation, float"] = accuracy(model, *check)
        scores["validation, int8"] = export.tflite_accuracy(tflite, *check)
    else:
        test = data.load_split(recipe.data, "test")
        scores["test, float"] = accuracy(model, *test)
        scores["test, int8"] = export.tflite_accuracy(tflite, *test)
    results["minutes"] = round((time.monotonic() - started) / 60, 1)
    (out / f"{network.name}.json").write_text(json.dumps(results, indent=2) + "\n")
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
    parser.add_argument("--optimizer", choices=("adam", "sgd"), default="sgd")
    parser.add_argument("--rate", type=float, default=0.2, help="peak of the one-cycle rate")
    parser.add_argument("--decay", type=float, default=1e-4, help="weight decay")
    parser.add_argument("--warmup", type=float, default=0.2, help="share of steps before the peak")
    parser.add_argument("--shift", type=int, default=2, help="largest shift, pixels")
    parser.add_argument("--calibration", type=int, default=500, help="representative images")
    parser.add_argument("--validate", action="store_true", help="hold 5,000 images back")
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
    except data.DatasetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(results, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
