# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random maps through the compiled pruning, each policy in each order, as `rtwmc.reference` has it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rtwmc
from pruned import prune_map
from rtwmc.isolated import isolated

__all__ = ["maps"]

_MAPS = 1000
_MOST = 260


@dataclass(frozen=True)
class _Setting:
    """How a map is pruned; `drop` is of each row if `by_row`."""

    shape: tuple[int, int, int]
    zero: int
    drop: int
    batch: int
    tau: int
    policy: str
    order: str
    by_row: bool

    def module(self) -> str:
        """The map as it comes, pruned and read again: layers that change nothing around it."""
        height, width, channels = self.shape
        tensor = f"tensor<1x{height}x{width}x{channels}xi8>"
        unit = width * channels if self.by_row else height * width * channels
        pruned = (
            f"!rtwmc.pruned<1x{height}x{width}x{channels}xi8, keep = {unit - self.drop}, "
            f"zero = {self.zero}{', order = nchw' if self.order == 'nchw' else ''}"
            f"{', unit = row' if self.by_row else ''}>"
        )

        def same(x: str) -> str:
            return (
                f"rtwmc.depthwise_conv2d {x} {{weight = dense<1> : tensor<1x1x{channels}x1xi8>, "
                f"bias = dense<0> : tensor<{channels}xi32>, stride = array<i64: 1, 1>, "
                "pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, "
                f"input_zp = {self.zero} : i32, weight_zp = 0 : i32, requant = "
                f"#rtwmc.requant<[1073741824], [30], single, zero_point = {self.zero}, "
                f"range = [-128, 127]>}} : {tensor} -> {tensor}"
            )

        return (
            f"func.func @main(%x: {tensor}) -> {tensor} {{\n  %0 = {same('%x')}\n"
            f"  %p, %kept = rtwmc.prune %0, drop = {self.drop}, batch = {self.batch}, "
            f"tau_q = {self.tau}, policy = {self.policy} : {tensor} -> {pruned}\n"
            f"  %1 = rtwmc.unprune %p : {pruned} -> {tensor}\n"
            f"  %2 = {same('%1')}\n  return %2 : {tensor}\n}}\n"
        )

    def expected(self, values: np.ndarray) -> np.ndarray:
        setting = {"batch": self.batch, "drop": self.drop, "tau_q": self.tau,
                   "zero_point": self.zero, "policy": self.policy}  # fmt: skip
        return prune_map(values, self.by_row, self.order, **setting)[0]


def _setting(random_: random.Random, policy: str, order: str) -> _Setting:
    height, width = random_.randint(1, 9), random_.randint(1, 9)
    shape = (height, width, random_.randint(1, max(1, _MOST // (height * width))))
    by_row = order == "nhwc" and height > 1 and random_.random() < 0.4
    unit = width * shape[2] * (1 if by_row else height)
    return _Setting(
        shape, random_.choice([-128, -127, 0, 126, 127, random_.randint(-128, 127)]),
        # What keeps nothing is folded, and then refused.
        random_.choice([0, unit // 2, *(random_.randint(0, unit - 1) for _ in range(4)), unit - 1]),
        random_.choice([1, unit, unit + 3, random_.randint(1, 12), random_.randint(1, 64)]),
        random_.choice([0, 1, 1, 5, random_.randint(0, 256)]), policy, order, by_row,
    )  # fmt: skip


def _values(numbers: np.random.Generator, setting: _Setting) -> np.ndarray:
    """Mostly zero points, as after a ReLU; or anything; or few magnitudes, many of them equal."""
    result = numbers.integers(-128, 128, (_MAPS, *setting.shape))
    kinds = numbers.integers(0, 3, _MAPS)
    sparse = numbers.random(result.shape) < numbers.random((_MAPS, 1, 1, 1))
    result[sparse & (kinds == 0)[:, None, None, None]] = setting.zero
    near = setting.zero + numbers.integers(-3, 4, result.shape)
    result = np.where((kinds == 2)[:, None, None, None], near, result)
    return np.clip(result, -128, 127).astype(np.int8)


def maps(seed: int, folder: Path) -> int:
    """Maps of one shape for each policy and order."""
    random_, checked = random.Random(seed), 0
    for policy in ("proportional", "paper"):
        for order in ("nhwc", "nchw"):
            setting = _setting(random_, policy, order)
            (folder / "net.mlir").write_text(setting.module())
            compiled = rtwmc.compile(folder / "net.mlir", mcpu="host")
            inputs = _values(np.random.default_rng(random_.randrange(1 << 31)), setting)
            np.save(folder / "inputs.npy", inputs)
            got = isolated(lambda: compiled.run(inputs, threads=1))
            for number, each in enumerate(inputs):
                want = setting.expected(each)
                assert np.array_equal(got[number].reshape(setting.shape), want), (
                    f"{setting}, map {number}"
                )
            checked += len(inputs)
    return checked
