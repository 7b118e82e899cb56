# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Poolings that no convolution does itself, on each kind of core: several channels at a time."""

import shutil
from dataclasses import dataclass

import numpy as np
import pytest

import generate
from compiler import compile_network, difference, inputs_for, run_host
from network import Network
from test_qemu_networks import run_core

pytestmark = pytest.mark.skipif(
    not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed"
)


@dataclass(frozen=True)
class Pool:
    """`size` is height, width and channels; `pad` is top, bottom, left, right."""

    average: bool
    size: tuple[int, int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)
    # The rows that are pooled are in a ring, behind another layer.
    ring: bool = False

    @property
    def shape(self) -> tuple[int, int, int, int]:
        spans = [n + self.pad[2 * i] + self.pad[2 * i + 1] for i, n in enumerate(self.size[:2])]
        rows, columns = ((span - k) // s + 1
                         for span, k, s in zip(spans, self.kernel, self.stride))  # fmt: skip
        return (1, rows, columns, self.size[2])

    def __str__(self):
        where = "-ring" if self.ring else ""
        return ("average" if self.average else "max") + "".join(
            "-" + "x".join(map(str, part)) for part in (self.size, self.kernel, self.stride, self.pad)
        ) + where


POOLS = [
    Pool(False, (7, 6, 5), (2, 2), (2, 2), (0, 1, 0, 0)),
    Pool(False, (6, 7, 20), (3, 3), (2, 2), (0, 1, 0, 0)),
    Pool(False, (6, 6, 3), (3, 3), (1, 1), ring=True),
    Pool(False, (9, 8, 17), (5, 5), (1, 1), (2, 2, 2, 2)),
    Pool(False, (9, 4, 33), (4, 1), (1, 1), ring=True),
    Pool(False, (9, 5, 6), (3, 2), (1, 1), ring=True),
    Pool(True, (6, 6, 6), (2, 2), (2, 2), ring=True),
    Pool(True, (6, 7, 9), (3, 3), (1, 1), (1, 1, 1, 1)),
    Pool(True, (8, 8, 7), (8, 8), (1, 1)),
    Pool(True, (8, 9, 16), (8, 9), (1, 1), ring=True),
    Pool(True, (7, 7, 4), (5, 3), (2, 2)),
    # As many elements as halfwords hold the sum of, and one row more.
    Pool(True, (16, 17, 5), (15, 17), (1, 1)),
    Pool(True, (17, 17, 5), (16, 17), (1, 1)),
    Pool(True, (2, 300, 5), (2, 300), (1, 1)),
]


def network(pool: Pool) -> Network:
    shape = (1, pool.size[0] + pool.ring, *pool.size[1:])
    builder, x = generate.begin(shape)
    if pool.ring:
        x = builder.op("max_pool2d", [x], "{kernel = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>, "
                       "stride = array<i64: 1, 1>}", (1, *pool.size))  # fmt: skip
    windows = ", ".join(f"{name} = array<i64: {', '.join(map(str, getattr(pool, name)))}>"
                        for name in ("kernel", "pad", "stride"))  # fmt: skip
    if pool.average:
        operands = [x, builder.constant([-128], "i8"), builder.constant([-128], "i8")]
        x = builder.op("avg_pool2d", operands, f"{{acc_type = i32, {windows}}}", pool.shape)
    else:
        x = builder.op("max_pool2d", [x], f"{{{windows}}}", pool.shape)
    return builder.finish(x, shape)


def most(image: np.ndarray, pool: Pool) -> np.ndarray:
    """The maximum of windows, by its definition."""
    if pool.ring:
        image = np.maximum(image[:-1], image[1:])
    top, bottom, left, right = pool.pad
    padded = np.pad(image, ((top, bottom), (left, right), (0, 0)), constant_values=-128)
    (kh, kw), (sh, sw) = pool.kernel, pool.stride
    _, rows, columns, _ = pool.shape
    return np.stack([
        np.stack([padded[y * sh:y * sh + kh, x * sw:x * sw + kw].max((0, 1))
                  for x in range(columns)]) for y in range(rows)
    ])  # fmt: skip


@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_same_on_cores(pool, tmp_path):
    """As the definition says, where all is the least or the greatest too; sums as on the host."""
    net = network(pool)
    inputs = inputs_for(net.input_shape, 4, 5)
    inputs[0], inputs[1] = -128, 127
    want = run_host(compile_network(net, tmp_path), inputs, pool.shape)
    if not pool.average:
        expected = np.stack([most(each.reshape(net.input_shape[1:]), pool) for each in inputs])
        assert np.array_equal(want.reshape(expected.shape), expected)
    for mcpu in ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m55"):
        compiled = compile_network(net, tmp_path, mcpu=mcpu)
        wrong = difference(run_core(compiled, mcpu, inputs, pool.shape), want)
        assert not wrong, f"{mcpu}: {wrong}"
