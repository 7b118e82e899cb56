# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pruning-aware training: how much to drop, and the selection inside a TensorFlow graph.

`paper_drop` and `quotas` need only NumPy. `prune_maps` needs `pip install rtwmc[train]`.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from .networks import Network

__all__ = ["paper_drop", "prune_maps", "quotas"]


def paper_drop(network: Network, ram: int, batch: int, alpha: float) -> list[int]:
    """D_p of every convolution by the paper's closed form (its Algorithm 1).

    `ram` (S_r) and `batch` (S_b) in elements of one byte, `alpha` 0 to 1; the
    network's input is not counted. Specification, section 2. Raises `ValueError`
    where the closed form has no answer: the buffer as large as half a map and its
    bitmap, or more to drop than the map holds.
    """
    share = Fraction(str(alpha))
    drops, s_in = [], 0
    for layer, (height, width, channels) in enumerate(network.maps()):
        n = height * width * channels
        full = n + -(-n // 8)
        if full > share * ram:
            over = s_in + batch >= (1 - share) * ram
            excess = s_in + full + batch - ram if over else full - share * ram
        else:
            excess = s_in + full + batch - ram if s_in + full > ram else 0
        drop = 0
        if excess > 0:
            if 2 * batch >= full:
                raise ValueError(
                    f"layer {layer + 1}: a buffer of {batch} elements is half of the map's {full} or more"
                )
            drop = math.ceil(excess / (1 - Fraction(2 * batch, full)))
            if drop > n:
                raise ValueError(f"layer {layer + 1}: {drop} elements to drop of {n}")
        stored = full - drop if drop else n
        pool = network.convs[layer].pool
        if pool:
            pooled = (height // 2) * (width // 2) * channels if pool == "max" else channels
            stored = min(stored, pooled)
        drops.append(drop)
        s_in = stored
    return drops


def quotas(n: int, batch: int, drop: int) -> np.ndarray:
    """Quotas of the `proportional` policy when no batch drops more than it must.

    For a map of `n` elements in batches of `batch` (S_b), `drop` (D_p) to drop
    in all; int64 `[ceil(n / batch)]`, elements. These depend on no data, which holds
    for `tau_q = 0` only: any threshold lets a batch drop more. Specification,
    section 3.
    """
    if batch < 1:
        raise ValueError(f"batch is {batch} elements; it must be at least 1")
    if not 0 <= drop <= n:
        raise ValueError(f"drop is {drop} of {n} elements; it must be 0 to {n}")
    result, owed = [], drop
    for start in range(0, n, batch):
        size = min(batch, n - start)
        quota = -(-owed * size // (n - start))
        result.append(quota)
        owed -= quota
    return np.array(result, np.int64)


def prune_maps(maps: Any, batch: int, drop: int, tau: float = 0.0, channel_major: bool = False) -> Any:
    """Replace what the run-time pruning drops by 0; gradients pass to the rest only.

    `maps` is float `[b, h, w, c]` after ReLU (zero point at 0, no negative
    values); `batch` (S_b) and `drop` (D_p) count elements of one map; `tau` is in real
    units. Elements of 0 count as below the threshold, as with `tau_q = 1`; policy is
    `proportional`. Ties between equal non-zero values fall to the drop together,
    where the compiled code takes the earlier one: in floating point they do not
    occur. Specification, section 3.
    """
    import tensorflow as tf

    _, height, width, channels = maps.shape
    n = height * width * channels
    count = -(-n // batch)
    stream = tf.transpose(maps, [0, 3, 1, 2]) if channel_major else maps
    stream = tf.reshape(tf.stop_gradient(stream), [-1, n])
    # The tail of the last batch is padding that must never be chosen.
    padded = tf.pad(stream, [[0, 0], [0, count * batch - n]], constant_values=np.float32(np.inf))
    tiles = tf.reshape(padded, [-1, count, batch])
    below = tf.reduce_sum(tf.cast(tiles < max(tau, 1e-30), tf.int32), -1)

    # Only the owed count flows from batch to batch; the selection itself does not.
    columns = tf.unstack(below, axis=1)
    owed = tf.fill(tf.shape(columns[0]), tf.constant(drop, tf.int32))
    takes = []
    for i, cheap in enumerate(columns):
        size, remaining = min(batch, n - i * batch), n - i * batch
        quota = (owed * size + remaining - 1) // remaining
        take = tf.maximum(quota, cheap)
        owed = tf.maximum(owed - take, 0)
        takes.append(take)
    take = tf.stack(takes, axis=1)[..., None]

    # NumPy sorts short rows several times faster than tf.sort, which is a top-k.
    ranked = tf.numpy_function(lambda t: np.sort(t, -1), [tiles], tiles.dtype)
    ranked = tf.ensure_shape(ranked, tiles.shape)
    limit = tf.gather(ranked, tf.maximum(take - 1, 0), axis=-1, batch_dims=2)
    keep = tf.logical_or(tiles > limit, take == 0)
    mask = tf.reshape(tf.cast(keep, maps.dtype), [-1, count * batch])[:, :n]
    if channel_major:
        mask = tf.transpose(tf.reshape(mask, [-1, channels, height, width]), [0, 2, 3, 1])
    return maps * tf.reshape(mask, [-1, height, width, channels])
