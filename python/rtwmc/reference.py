# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run-time pruning of one feature map, element by element: an oracle for tests.

Implements section 3 of the specification (the paper's Algorithm 2 with its
errors repaired) for reading, not for speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

__all__ = ["Policy", "Pruned", "channel_major", "ceil_div", "prune", "prune_rows", "unprune"]

Policy = Literal["proportional", "paper"]


@dataclass(frozen=True)
class Pruned:
    """A packed feature map.

    `kept` is int8 `[n - dropped]`, the survivors in stream order; `bitmap` uint8
    `[ceil(n / 8)]`, bit `i` at byte `i // 8`, least significant first, 1 = dropped;
    `dropped` the number of dropped elements; `quotas` what each batch had to
    drop at least, in elements (for tests and statistics).
    """

    kept: np.ndarray
    bitmap: np.ndarray
    dropped: int
    quotas: tuple[int, ...]


def ceil_div(a: int, b: int) -> int:
    """Least integer not below `a / b`, for `a >= 0`, `b > 0`."""
    return -(-a // b)


def channel_major(feature_map: np.ndarray) -> np.ndarray:
    """Flatten an `[h, w, c]` map in the paper's stream order, `[c, h, w]` raster.

    The default stream order, `nhwc`, is plain `feature_map.reshape(-1)`.
    """
    return feature_map.transpose(2, 0, 1).reshape(-1)


def prune(
    stream: np.ndarray,
    *,
    batch: int,
    drop: int,
    tau_q: int = 1,
    zero_point: int = -128,
    policy: Policy = "proportional",
) -> Pruned:
    """Drop at least `drop` elements of a map, batch by batch, and pack the rest.

    `stream` is int8 `[n]` (any integer type does) in stream order; `batch` (S_b) and `drop` (D_p) count
    elements; `tau_q` is the threshold in quantized steps on `|q - zero_point|` (0
    drops nothing beyond the quota, 1 all exact zeros). Raises `ValueError` for a
    `batch` below 1, a `drop` outside 0..n or an unknown policy.
    """
    n = len(stream)
    if batch < 1:
        raise ValueError(f"batch is {batch} elements; it must be at least 1")
    if not 0 <= drop <= n:
        raise ValueError(f"drop is {drop} of {n} elements; it must be 0 to {n}")
    if policy not in ("proportional", "paper"):
        raise ValueError(f"unknown policy '{policy}'")

    batches = ceil_div(n, batch)
    share = ceil_div(drop, batches) if batches else 0  # P_b
    kept: list[int] = []
    bits = np.zeros(n, np.uint8)
    quotas: list[int] = []
    dropped = 0

    for i in range(1, batches + 1):
        start = (i - 1) * batch
        size = min(batch, n - start)
        remaining = n - start
        owed = max(0, drop - dropped)
        rest = remaining - size

        if policy == "proportional":
            quota = ceil_div(owed * size, remaining)
        else:
            quota = min(owed, size, max(share, owed - rest))
        quotas.append(quota)

        magnitude = [abs(int(q) - zero_point) for q in stream[start : start + size]]
        below = [j for j in range(size) if magnitude[j] < tau_q]
        if len(below) > quota:
            chosen = set(below)
        else:
            # The sort is stable: of equals, the earlier element goes first.
            chosen = set(sorted(range(size), key=magnitude.__getitem__)[:quota])
        dropped += len(chosen)
        for j in range(size):
            if j in chosen:
                bits[start + j] = 1
            else:
                kept.append(int(stream[start + j]))

        if policy == "paper" and len(below) > quota and i < batches:
            share = ceil_div(max(0, drop - dropped), batches - i)

    return Pruned(
        np.array(kept, stream.dtype), np.packbits(bits, bitorder="little"), dropped, tuple(quotas)
    )


def prune_rows(feature_map: np.ndarray, **setting: Any) -> list[Pruned]:
    """Prune each row of an `[h, w, c]` map on its own, as the rows of a packed ring are.

    `setting` as for `prune`, where `drop` counts elements of a row. Returns `h` packed rows.
    """
    return [prune(row.reshape(-1), **setting) for row in feature_map]


def unprune(kept: np.ndarray, bitmap: np.ndarray, n: int, zero_point: int = -128) -> np.ndarray:
    """Expand a packed map to int8 `[n]`; dropped elements read `zero_point`.

    Arguments as in `Pruned`. Raises `ValueError` when the bitmap's length or the
    number of its clear bits does not match.
    """
    if len(bitmap) != ceil_div(n, 8):
        raise ValueError(f"a bitmap of {n} elements has {ceil_div(n, 8)} bytes, not {len(bitmap)}")
    dropped = np.unpackbits(bitmap, count=n, bitorder="little").astype(bool)
    if n - int(dropped.sum()) != len(kept):
        raise ValueError(f"the bitmap keeps {n - int(dropped.sum())} elements, the store {len(kept)}")
    out = np.full(n, zero_point, kept.dtype)
    out[~dropped] = kept
    return out
