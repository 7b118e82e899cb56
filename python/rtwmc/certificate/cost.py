# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What ways through the code take: instructions, and cycles as an estimate."""

from __future__ import annotations

import math
from typing import NamedTuple

from ..cycles import NO_CYCLES, Cycles

__all__ = ["NOTHING", "Cost", "of_instructions"]


class Cost(NamedTuple):
    """Instructions, at least and at most, and the cycles that they take by the core's timing table;
    `most` and `slowest` are infinite where there is no bound."""

    least: int
    most: float
    fastest: int
    slowest: float

    def plus(self, other: Cost) -> Cost:
        return Cost(
            self.least + other.least, self.most + other.most, self.fastest + other.fastest,
            self.slowest + other.slowest,
        )  # fmt: skip

    def since(self, before: Cost) -> Cost:
        """What came after `before`."""
        return Cost(
            self.least - before.least, _difference(self.most, before.most), self.fastest - before.fastest,
            _difference(self.slowest, before.slowest),
        )  # fmt: skip

    def either(self, other: Cost) -> Cost:
        """The cost of one of two ways."""
        return Cost(
            min(self.least, other.least), max(self.most, other.most), min(self.fastest, other.fastest),
            max(self.slowest, other.slowest),
        )  # fmt: skip

    def unbounded(self) -> Cost:
        return self._replace(most=math.inf, slowest=math.inf)


def _difference(count: float, before: float) -> float:
    return math.inf if math.isinf(count) else count - before


NOTHING = Cost(0, 0, 0, 0)


def of_instructions(count: int, cycles: Cycles = NO_CYCLES) -> Cost:
    return Cost(count, count, cycles.least, cycles.most)
