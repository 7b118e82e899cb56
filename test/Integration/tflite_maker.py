# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random choices for operators of `.tflite` files: shapes, windows, scales, zero points, weights."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "operators"))
from tflite_file import Model  # noqa: E402

__all__ = ["NONE", "RELU", "RELU6", "RELU_N1_TO_1", "SAME", "VALID", "Maker"]

# Of the schema: paddings, and activations fused into operators.
SAME, VALID = 0, 1
NONE, RELU, RELU_N1_TO_1, RELU6 = 0, 1, 2, 3


class Maker(Model):
    """A model, and random choices for it."""

    def __init__(self, seed: int):
        super().__init__(seed)
        self.choose = random.Random(seed)

    def shape(self, tensor: int) -> list[int]:
        return list(self.tensors[tensor].shape)

    def scale_of(self, tensor: int) -> float:
        return self.tensors[tensor].scales[0]

    def zero_of(self, tensor: int) -> int:
        return self.tensors[tensor].zero_points[0]

    def scale(self) -> float:
        """Mostly what training gives, now and then far from it."""
        usual = 2 ** self.choose.uniform(-9, -2)
        return float(np.float32(self.choose.choice([usual] * 8 + [1 / 255, 1.0, 1e-4, 7.5])))

    def zero(self, dtype: type = np.int8) -> int:
        """Ends of the range as well: what a ReLU leaves has the least."""
        if dtype in (np.int16, np.int32):
            return 0
        limits = np.iinfo(dtype)
        middle = (limits.min + limits.max + 1) // 2
        return self.choose.choice(
            [limits.min, limits.max, middle] + [self.choose.randint(limits.min, limits.max)] * 3
        )

    def map(self, dtype: type = np.int8, largest: int = 14) -> int:
        height, width = (self.choose.choice([1, 2, self.choose.randint(3, largest)]) for _ in "hw")
        channels = self.choose.choice([1, 2, 3, 4, self.choose.randint(5, 20)])
        return self.image([1, height, width, channels], dtype)

    def image(self, shape: list[int], dtype: type = np.int8) -> int:
        name = f"input_{len(self.inputs)}"
        scale = self.scale() / (1 << 8 * np.dtype(dtype).itemsize - 8)
        return self.input(name, shape, dtype, scale, self.zero(dtype))

    def activation(self) -> int:
        return self.choose.choice([NONE, NONE, RELU, RELU6, RELU_N1_TO_1])

    def weights(self, shape: list[int], axis: int | None) -> tuple[int, list[float]]:
        """Of int8, with a scale for each index of `axis`, if there is one."""
        values = self.random.integers(-127, 128, shape).astype(np.int8)
        base = 2 ** self.choose.uniform(-9, -5)
        spread = self.random.uniform(0.3, 1.7, 1 if axis is None else shape[axis])
        scales = [float(np.float32(base * each)) for each in spread]
        return self.constant(f"weights_{len(self.tensors)}", values, scales, axis or 0), scales

    def bias(self, x: int, scales: list[float], channels: int, taps: int) -> int:
        """A bias of the size that the sums have; int64 where the input is int16."""
        wide = self.tensors[x].dtype is np.int16
        most = int(100 * 64 * math.sqrt(taps))
        values = self.random.integers(-most, most + 1, channels)
        all_scales = [self.scale_of(x) * scale for scale in scales]
        return self.constant(
            f"bias_{len(self.tensors)}", values.astype(np.int64 if wide else np.int32), all_scales
        )

    def sums(self, x: int, scales: list[float], taps: int) -> dict:
        """Scale and zero point of what sums of so many products become: a good part of its range."""
        dtype = self.tensors[x].dtype
        deviation = math.sqrt(taps) * 75 * 73 * (256 if dtype is np.int16 else 1)
        steps = 60 * (256 if dtype is np.int16 else 1)
        width = self.choose.choice([0.3, 1, 1, 2, 30])
        scale = deviation * self.scale_of(x) * max(scales) / steps * width
        return {"scale": float(np.float32(scale)), "zero_point": self.zero(dtype)}

    def windows(self, x: int, largest: int = 4) -> tuple[list[int], list[int], int]:
        """Sizes of a window, its strides, and the padding, which fit the map."""
        padding = self.choose.choice([SAME, VALID])
        sizes = [self.choose.randint(1, largest) for _ in range(2)]
        if padding == VALID:
            sizes = [min(k, n) for k, n in zip(sizes, self.shape(x)[1:3], strict=True)]
        return sizes, [self.choose.choice([1, 1, 2, 3]) for _ in range(2)], padding

    def moved(self, x: int, sizes: list[int], strides: list[int], padding: int,
              dilations: tuple[int, int] = (1, 1)) -> list[int]:  # fmt: skip
        """Height and width of what a moving window gives."""
        if padding == SAME:
            return [-(-n // s) for n, s in zip(self.shape(x)[1:3], strides, strict=True)]
        return [
            (n - (k - 1) * d - 1) // s + 1
            for n, k, s, d in zip(self.shape(x)[1:3], sizes, strides, dilations, strict=True)
        ]
