# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Inputs to compare networks on, and how far apart their outputs are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .compiler import Port

__all__ = ["Difference", "difference", "from_array", "integers", "sample"]


@dataclass(frozen=True)
class Difference:
    """How one output differs from another of the same network, over all inputs."""

    output: str
    type: str
    elements: int
    different: int
    """Elements that differ."""
    inputs: int
    """Inputs on which there are any."""
    worst: int
    """The largest difference of two elements, in quantized steps."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def difference(port: Port, ours: np.ndarray, theirs: np.ndarray) -> Difference:
    """`ours`, integers `[n, *port.shape]`, and `theirs`, integers or what they stand for."""
    real = theirs.dtype.kind == "f"
    theirs = theirs.reshape(ours.shape)
    whole = port.quantize(theirs) if real else theirs
    apart = np.abs(ours.astype(np.int64) - whole.astype(np.int64))
    if real:
        apart = np.maximum(apart, port.dequantize(ours) != theirs)
    wrong = (apart != 0).reshape(len(ours), -1)
    return Difference(
        port.name, port.dtype.name, ours.size, int(wrong.sum()), int(wrong.any(axis=1).sum()),
        int(apart.max(initial=0)),
    )  # fmt: skip


def sample(port: Port, real: bool, count: int, seed: int) -> np.ndarray:
    """`count` inputs for `port`, integers or (`real`) floating-point numbers that become such.

    The first are the least and the largest of the type all over, then any of its values
    and values about the zero point take turns.
    """
    random = np.random.default_rng(seed)
    limits = np.iinfo(port.dtype)
    shape = (count, *port.shape)
    values = random.integers(limits.min, limits.max, shape, endpoint=True, dtype=port.dtype)
    near = random.normal(port.zero_point or 0, 20, shape).round()
    values[3::2] = np.clip(near, limits.min, limits.max).astype(port.dtype)[3::2]
    for i, least in enumerate((limits.min, limits.max)[:count]):
        values[i] = least
    if not real:
        return values
    # They are rounded; the extremes are far outside, but not where C leaves it undefined.
    reals = port.dequantize(values) + port.scale * random.uniform(-0.5, 0.5, shape)
    for i, sign in enumerate((-1, 1)[:count]):
        reals[i] = sign * 1e9 * port.scale
    return reals.astype(np.float32)


def from_array(port: Port, real: bool, array: np.ndarray) -> np.ndarray:
    """Inputs of a user in the type of the model, which is floating point if `real`.

    Integers of the port's type, or real numbers if its scale is known. Raises `ValueError` for
    what is neither, or of another shape than `[n, *port.shape]`.
    """
    sizes = [size for size in array.shape[1:] if size != 1]
    if array.ndim == 0 or sizes != [size for size in port.shape if size != 1] or not len(array):
        raise ValueError(
            f"inputs for '{port.name}' are of shape {list(array.shape)}; expected "
            f"[n, {', '.join(map(str, port.shape))}]"
        )
    values = array.reshape(len(array), *port.shape)
    if values.dtype.kind == "f":
        return values.astype(np.float32) if real else port.quantize(values)
    if values.dtype != port.dtype:
        raise ValueError(
            f"inputs for '{port.name}' are {values.dtype}; expected {port.dtype} or real numbers"
        )
    return port.dequantize(values) if real else values


def integers(port: Port, values: np.ndarray) -> np.ndarray:
    """Inputs in the type of the model as those of the compiled network, as its header does it."""
    values = port.quantize(values) if values.dtype.kind == "f" else values
    return values.reshape(len(values), *port.shape)
