# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which rows and columns of a TOSA network's maps are read at all.

Written from TOSA's text, not from the compiler's layers: what it leaves out must be no more.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from network import Network, Statement, shape_of

__all__ = ["Area", "Places", "read_areas", "whole_areas"]


@dataclass(frozen=True)
class Places:
    """`count` rows or columns, `step` apart, from `first` on."""

    first: int
    step: int
    count: int

    @property
    def last(self) -> int:
        return self.first + (self.count - 1) * self.step

    @property
    def slice(self) -> slice:
        return slice(self.first, self.last + 1, self.step)

    def __or__(self, other: Places | None) -> Places:
        if other is None:
            return self
        step = math.gcd(self.step, other.step, self.first - other.first)
        first, last = min(self.first, other.first), max(self.last, other.last)
        return Places(first, step, (last - first) // step + 1)


Area = tuple[Places, ...]
"""Of rows and columns; of a matrix, of rows."""

_PROGRAMS = {
    "add", "sub", "mul", "maximum", "minimum", "rescale", "clamp", "table", "abs", "negate",
    "arithmetic_right_shift", "logical_left_shift", "clz", "cast", "select", "greater", "equal",
    "greater_equal",
}  # fmt: skip


def _numbers(text: str, key: str, default: list[int]) -> list[int]:
    found = re.search(rf"\b{key} = array<i\d+: ([-\d, ]+)>", text)
    return [int(n) for n in found[1].split(",")] if found else default


def _window(network: Network, s: Statement) -> tuple[list[int], list[int], list[int]] | None:
    """Sizes, strides and paddings before of an operation with windows."""
    operation = s.operation.removeprefix("tosa.")
    if operation in ("slice", "pad"):
        dense = network.statement(s.operands[1]).text
        values = [int(n) for n in re.search(r"dense<\[?([-\d, ]+)\]?>", dense)[1].split(",")]
        if len(values) == 1:
            values *= 8
        if operation == "slice":
            return [1, 1], [1, 1], [-values[1], -values[2]]
        return [1, 1], [1, 1], [values[2], values[4]]
    if operation in ("conv2d", "depthwise_conv2d"):
        weight = shape_of(network.type_of(s.operands[1]))
        sizes = list(weight[1:3] if operation == "conv2d" else weight[:2])
    elif operation in ("max_pool2d", "avg_pool2d"):
        sizes = _numbers(s.text, "kernel", [])
    else:
        return None
    dilation = _numbers(s.text, "dilation", [1, 1])
    sizes = [(n - 1) * d + 1 for n, d in zip(sizes, dilation)]
    return sizes, _numbers(s.text, "stride", [1, 1]), _numbers(s.text, "pad", [0] * 4)[::2]


def _read(made: Places, size: int, extent: int, stride: int, before: int) -> Places:
    """The places below `size` that the windows `made` cover."""
    if extent == 1:
        wanted = [made.first * stride - before + i * made.step * stride for i in range(made.count)]
        inside = [place for place in wanted if 0 <= place < size]
        return Places(inside[0], made.step * stride, len(inside)) if inside else Places(0, 1, 1)
    begin = max(made.first * stride - before, 0)
    end = min(made.last * stride - before + extent, size)
    return Places(begin, 1, end - begin) if begin < end else Places(0, 1, 1)


def _whole(network: Network, name: str) -> Area:
    _, height, width, _ = shape_of(network.type_of(name))
    return Places(0, 1, height), Places(0, 1, width)


def _is_map(network: Network, name: str) -> bool:
    return len(shape_of(network.type_of(name))) == 4


def whole_areas(network: Network) -> dict[str, Area]:
    """All of each map of four dimensions, and of each matrix or batch of them."""
    shapes = {s.name: shape_of(s.type) for s in network.statements}
    return {
        name: tuple(Places(0, 1, count) for count in shape[1:-1])
        for name, shape in shapes.items() if len(shape) in (3, 4)
    }  # fmt: skip


def read_areas(network: Network) -> dict[str, Area]:
    """What is read of each map of four dimensions."""
    rows, columns = (_read_along(network, axis) for axis in (0, 1))
    return {name: (rows[name], columns[name]) for name in rows}


def _read_along(network: Network, axis: int) -> dict[str, Places]:
    found: dict[str, Places] = {}
    layers = [s for s in network.statements if "const" not in s.operation]
    before = None
    # Places only grow, so there is an end.
    while before != found:
        before = dict(found)
        for s in reversed(layers):
            _visit(network, s, axis, found)
    return found


def _visit(network: Network, s: Statement, axis: int, found: dict[str, Places]) -> None:
    def add(name: str, places: Places) -> None:
        found[name] = places | found.get(name)

    def whole(name: str) -> Places:
        return _whole(network, name)[axis]

    window = _window(network, s)
    operands = [o for o in (s.operands[:1] if window else s.operands) if _is_map(network, o)]
    if not _is_map(network, s.name):
        for operand in operands:
            add(operand, whole(operand))
        return
    if s.name == network.output or not network.users(s.name):
        add(s.name, whole(s.name))
    operation = s.operation.removeprefix("tosa.")
    if window:
        extent, stride, pad = (numbers[axis] for numbers in window)
        for operand in operands:
            add(operand, _read(found[s.name], whole(operand).count, extent, stride, pad))
    elif operation in _PROGRAMS or (operation == "concat" and re.search(r"axis = 3\b", s.text)):
        # What a program reads has its shape, whatever others read of it.
        equal = [o for o in operands if whole(o).count > 1]
        for operand in equal:
            places = whole(operand) if operand == network.input else found.get(operand)
            add(s.name, places or found[s.name])
        for operand in operands:
            add(operand, found[s.name] if operand in equal else whole(operand))
    else:
        for operand in operands:
            add(operand, whole(operand))
