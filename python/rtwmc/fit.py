# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The training loops of `rtwmc.train`: plain, and with run-time pruning in the graph.

Needs `pip install rtwmc[train]`, but for `augment` and `learning_rate`.
"""

from __future__ import annotations

import os
from typing import Any, Callable, Iterator, Sequence

import numpy as np

from .networks import Network, build, fold

__all__ = ["accuracy", "augment", "fine_tune", "fit", "learning_rate", "pruned"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


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


def accuracy(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    """Share, 0 to 1, of uint8 `images` that a float Keras model on raw pixels labels right."""
    right = 0
    for start in range(0, len(images), 1000):
        logits = model(images[start : start + 1000].astype(np.float32), training=False)
        right += int((np.argmax(np.asarray(logits), -1) == labels[start : start + 1000]).sum())
    return right / len(images)


def _descend(
    model: Any,
    optimizer: Any,
    images: np.ndarray,
    labels: np.ndarray,
    recipe: Any,
    *,
    epochs: int,
    rate: Callable[[int, int], float],
    seed: int,
    decay: float,
    title: str,
    report: Callable[[int], str],
    teacher: Any = None,
) -> None:
    """Minimise the cross entropy of `model`, which sees normalised images, with a progress bar.

    With a `teacher`, which sees raw pixels, `recipe.distill_weight` of the loss is the
    distance of the logits from its logits, both softened by `recipe.temperature`
    (Hinton et al. 2015).
    """
    import tensorflow as tf
    from tqdm import tqdm

    mean, std = _statistics(images)
    variables = model.trainable_variables
    kernels = [v for v in variables if len(v.shape) > 1]
    optimizer.build(variables)

    @tf.function
    def step(batch: Any, target: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model((tf.cast(batch, tf.float32) - mean) / std, training=True)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits)
            )
            total = loss
            if teacher is not None:
                heat, share = recipe.temperature, recipe.distill_weight
                soft = tf.nn.softmax(teacher(tf.cast(batch, tf.float32), training=False) / heat)
                distance = tf.reduce_mean(
                    tf.nn.softmax_cross_entropy_with_logits(labels=soft, logits=logits / heat)
                )
                total = (1 - share) * loss + share * heat**2 * distance
            if decay:
                total += decay * tf.add_n([tf.nn.l2_loss(k) for k in kernels])
        optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
        return loss

    generator = np.random.default_rng(seed)
    per_epoch = len(images) // recipe.batch
    steps, done = epochs * per_epoch, 0
    with tqdm(total=steps, unit="step", mininterval=2.0, disable=recipe.quiet) as bar:
        for epoch in range(epochs):
            running = 0.0
            for index, batch in augment(images, recipe.shift, generator, recipe.batch):
                optimizer.learning_rate.assign(rate(done, steps))
                running += float(step(tf.constant(batch), tf.constant(labels[index])))
                done += 1
                bar.update()
            text = f"{title} {epoch + 1}/{epochs} loss {running / per_epoch:.3f}"
            bar.set_description(text + report(epoch))


def _statistics(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return images.mean((0, 1, 2)), images.std((0, 1, 2))


def fit(
    network: Network,
    images: np.ndarray,
    labels: np.ndarray,
    recipe: Any,
    held: tuple[np.ndarray, np.ndarray] | None = None,
    teacher: Any = None,
) -> Any:
    """Train from scratch by SGD with a one-cycle rate; returns the folded network.

    `images` is uint8 `[n, h, w, c]`; every tenth epoch shows the accuracy on `held`, if
    given. `recipe` has `epochs`, `batch`, `shift`, `rate`, `warmup`, `decay`, `seed`,
    `quiet` and, for a `teacher` (a Keras model on raw pixels), `distill_weight` and
    `temperature`.
    """
    import keras

    model = build(network, batch_norm=True)

    def report(epoch: int) -> str:
        if held is None or (epoch + 1) % 10:
            return ""
        return f" val {accuracy(fold(network, model, *_statistics(images)), *held):.2%}"

    _descend(
        model,
        keras.optimizers.SGD(recipe.rate, momentum=0.9, nesterov=True),
        images,
        labels,
        recipe,
        epochs=recipe.epochs,
        rate=lambda done, steps: learning_rate(done, steps, recipe.rate, recipe.warmup),
        seed=recipe.seed,
        decay=recipe.decay,
        title="epoch",
        report=report,
        teacher=teacher,
    )
    return fold(network, model, *_statistics(images))


def _pruning(drop: Sequence[int], recipe: Any, share: float, channel_major: bool) -> Any:
    """An `after_relu` for `build` that prunes the first `share` of a batch's images."""
    import keras
    import tensorflow as tf

    from .pruning import prune_maps

    class Prune(keras.layers.Layer):
        def __init__(self, drop: int) -> None:
            super().__init__()
            self.drop = drop

        def call(self, maps: Any) -> Any:
            count = tf.cast(share * tf.cast(tf.shape(maps)[0], tf.float32), tf.int32)
            first = prune_maps(
                maps[:count], recipe.prune_batch, self.drop, recipe.prune_tau, channel_major
            )
            return tf.concat([first, maps[count:]], 0)

    return lambda index, maps: Prune(drop[index])(maps) if drop[index] else maps


def pruned(network: Network, deployed: Any, recipe: Any, channel_major: bool) -> Any:
    """A folded network with the maps of every image pruned, in floating point."""
    hook = _pruning(recipe.drop, recipe, 1.0, channel_major)
    model = build(network, batch_norm=False, after_relu=hook)
    model.set_weights(deployed.get_weights())
    return model


def fine_tune(
    network: Network,
    deployed: Any,
    images: np.ndarray,
    labels: np.ndarray,
    recipe: Any,
    *,
    epochs: int,
    rate: float,
    drop: Sequence[int] = (),
    teacher: Any = None,
) -> Any:
    """Train a folded network further by Adam, with run-time pruning inside its graph if asked.

    `drop` is D_p of every convolution in elements, empty for no pruning at all. In
    every batch, `recipe.prune_share` of the images then have their maps pruned, in
    batches of `recipe.prune_batch` (S_b) elements, and the rest not, so that one set
    of weights serves both. `rate` is the peak of the one-cycle rate; `teacher` as in
    `fit`. Returns a new folded network. Specification, section 3.
    """
    import keras

    mean, std = _statistics(images)
    hook = None
    if drop:
        channel_major = recipe.stream_order == "channel-major"
        hook = _pruning(drop, recipe, recipe.prune_share, channel_major)
    model = build(network, batch_norm=False, after_relu=hook)
    # Raw pixels make a badly conditioned first layer: train on normalised ones.
    weights = deployed.get_weights()
    weights[1] = weights[1] + np.einsum("hwio,i->o", weights[0], mean)
    weights[0] = weights[0] * std[:, None]
    model.set_weights(weights)
    _descend(
        model,
        keras.optimizers.Adam(rate),
        images,
        labels,
        recipe,
        epochs=epochs,
        rate=lambda done, steps: learning_rate(done, steps, rate, 0.1),
        seed=recipe.seed + 1,
        decay=0.0,
        title="pruned epoch" if drop else "epoch",
        report=lambda epoch: "",
        teacher=teacher,
    )
    weights = model.get_weights()
    weights[0] = weights[0] / std[:, None]
    weights[1] = weights[1] - np.einsum("hwio,i->o", weights[0], mean)
    tuned = build(network, batch_norm=False)
    tuned.set_weights(weights)
    return tuned
