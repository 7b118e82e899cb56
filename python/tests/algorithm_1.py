# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The paper's Algorithm 1 once more, written down independently: the oracle of the planner's tests."""

import math
from fractions import Fraction

from rtwmc.networks import Network


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
