# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pruning-aware training: the selection inside a TensorFlow graph.

`quotas` needs only NumPy. `prune_maps` needs `pip install rtwmc[train]`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["prune_maps", "quotas"]


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
