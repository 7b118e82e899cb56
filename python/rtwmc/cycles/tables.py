# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The timing tables: cycles of instructions by kind, for each core, and where they are from.

Cycles are at zero wait states. Of a kind that is not in a table an instruction takes one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["NO_CYCLES", "PER_REGISTER", "TABLES", "Cycles", "Table", "table_for"]


class Cycles(NamedTuple):
    """What code takes at least, about, and at most, as far as the table says."""

    least: int
    likely: int
    most: int

    def plus(self, other: Cycles, times: int = 1) -> Cycles:
        """The sum with `other`, taken so many times."""
        return Cycles(*(a + times * b for a, b in zip(self, other, strict=True)))


NO_CYCLES = Cycles(0, 0, 0)


def _all(cycles: int) -> Cycles:
    return Cycles(cycles, cycles, cycles)


PER_REGISTER = ("load multiple", "store multiple")
"""Kinds of which each register takes a cycle more."""


@dataclass(frozen=True)
class Table:
    """The table of a core.

    cycles  by kind; of a branch, what it takes if it is not taken
    taken   by kind, what it takes more if it is; `load multiple` and `load` are those of the
            program counter
    """

    source: str
    cycles: dict[str, Cycles]
    taken: dict[str, Cycles]
    loads_pipeline: bool = False
    """A load or store right after a load takes a cycle less (M3's manual, section 3.3.2)."""
    splits: Cycles = NO_CYCLES
    """What each transfer beyond the first of an unaligned access takes."""
    pairs: str = ""
    """What is issued together, as `blocks` knows it; empty on a core that issues one at a time."""
    words: int = 1
    """Registers of a list that are loaded or stored at once, at best."""
    delays: dict[str, int] = field(default_factory=dict)
    """By kind: how much longer the next instruction takes, at most, if it reads the result."""


_M0 = Table(
    source="Cortex-M0 Technical Reference Manual (DDI 0432C, r0p0), table 3-1. A multiplication takes 1 cycle or "
    "32, as the core was built: at most is with the latter.",
    cycles={
        "multiply": Cycles(1, 1, 32), "load": _all(2), "store": _all(2), "load multiple": _all(1),
        "store multiple": _all(1), "status": _all(4), "barrier": _all(4),
    },
    taken={"branch": _all(2), "call": _all(3), "return": _all(2), "load multiple": _all(3), "data": _all(2)},
)  # fmt: skip
_M0_PLUS = Table(
    source="Cortex-M0+ Technical Reference Manual (DDI 0484C, r0p1), table 3-1. A multiplication takes 1 cycle or "
    "32, as the core was built: at most is with the latter.",
    cycles={**_M0.cycles, "status": _all(3), "barrier": _all(3)},
    taken={"branch": _all(1), "call": _all(2), "return": _all(1), "load multiple": _all(2), "data": _all(1)},
)
_P = Cycles(1, 2, 3)
"""The refill of the pipeline, 1 to 3 cycles by alignment and width of what follows."""
_M3 = Table(
    source="Cortex-M3 Technical Reference Manual (DDI 0337I, r2p1), table 3-1 and section 3.3.2.",
    cycles={
        "multiply-add": _all(2), "long multiply": Cycles(3, 4, 5), "long multiply-add": Cycles(4, 5, 7),
        "divide": Cycles(2, 7, 12), "load": _all(2), "store": _all(2), "load double": _all(3),
        "store double": _all(3), "load multiple": _all(1), "store multiple": _all(1), "it": Cycles(0, 1, 1),
        "status": Cycles(1, 2, 2), "barrier": Cycles(0, 1, 4),
    },
    taken={"branch": _P, "call": _P, "return": _P, "load multiple": _P, "load": _P, "data": _P},
    loads_pipeline=True,
    splits=_all(1),
)  # fmt: skip
_M4 = Table(
    source="Cortex-M4 Technical Reference Manual (100166, r0p1), table 3-1; loads and stores as in section 3.3.2 of "
    "the M3's, whose pipeline it has.",
    cycles={
        **_M3.cycles, "multiply-add": _all(1), "long multiply": _all(1), "long multiply-add": _all(1),
    },
    taken=_M3.taken,
    loads_pipeline=True,
    splits=_all(1),
)  # fmt: skip
_M33 = Table(
    source="No table is published. At most is the M4's; at least, loads and stores take 1 cycle, as addresses are made "
    "a stage earlier, and two 16-bit instructions issue together, of which at most one is a load or store.",
    cycles={**_M4.cycles, "load": Cycles(1, 1, 2), "store": Cycles(1, 1, 2), "load double": Cycles(2, 2, 3),
            "store double": Cycles(2, 2, 3), "load multiple": Cycles(0, 0, 1), "store multiple": Cycles(0, 0, 1)},
    taken=_M4.taken,
    loads_pipeline=True,
    splits=Cycles(0, 1, 1),
    pairs="thumb",
)  # fmt: skip
_M7 = Table(
    source="No table is published; pipelines as in LLVM's scheduling model (ARMScheduleM7.td). At least, two "
    "independent instructions issue together wherever the pipelines allow; at most, one at a time, and results of "
    "loads and multiplications are a cycle late. Branches are predicted right.",
    cycles={
        "load double": Cycles(1, 1, 2), "store double": Cycles(1, 1, 2), "divide": Cycles(2, 7, 12),
        "load multiple": Cycles(0, 0, 1), "store multiple": Cycles(0, 0, 1), "it": Cycles(0, 1, 1),
    },
    taken={"branch": Cycles(0, 0, 1), "call": Cycles(0, 0, 1), "return": Cycles(0, 0, 1),
           "load multiple": Cycles(0, 0, 1)},
    splits=Cycles(0, 0, 1),
    pairs="general",
    words=2,
    delays={"load": 1, "load double": 1, "multiply": 1, "multiply-add": 1, "long multiply": 1, "long multiply-add": 1},
)  # fmt: skip
_M55 = Table(
    source="No table is published; pipelines as in LLVM's scheduling model (ARMScheduleM55.td). A vector instruction "
    "takes two cycles (two beats). At least, the second beat overlaps with the first of the next where that goes to "
    "another pipe, two 16-bit instructions issue together if one is a move, an addition or the like, and LE takes "
    "nothing; at most, nothing overlaps, and results of loads, multiplications and shifted operands are a cycle late.",
    cycles={
        **_M7.cycles, "loop": Cycles(0, 0, 1), "gather": _all(2), "vector transfer": _all(2), "vector multiply": _all(2),
        "vector data": _all(2), "vector move": Cycles(1, 1, 2),
    },
    taken={"branch": Cycles(1, 2, 3), "call": Cycles(1, 2, 3), "return": Cycles(1, 2, 3),
           "load multiple": Cycles(1, 2, 3), "loop start": Cycles(1, 2, 3)},
    splits=Cycles(0, 0, 1),
    pairs="moves",
    words=2,
    delays={**_M7.delays, "shift": 1, "simd": 1, "vector multiply": 1, "vector move": 1},
)  # fmt: skip

TABLES: dict[str, Table] = {
    "cortex-m0": _M0, "cortex-m0plus": _M0_PLUS, "cortex-m3": _M3, "cortex-m4": _M4, "cortex-m7": _M7,
    "cortex-m33": _M33, "cortex-m55": _M55,
}  # fmt: skip


def table_for(mcpu: str) -> Table | None:
    """That of a core, as `--mcpu` has it; None where there is none."""
    return TABLES.get(mcpu.partition("+")[0])
