# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cycles of code, estimated from the timing tables of the cores, with memory without wait states.

An estimate, not a measurement: emulators count instructions, and what a core takes for them besides
its tables depends on memories, buses and interrupts. Where the tables leave a range the estimate
has one, too, and where a core issues two instructions at once there is nothing else.
"""

from __future__ import annotations

from .blocks import of_block, of_branch
from .profile import Block, by_function, read_profile
from .tables import NO_CYCLES, TABLES, Cycles, Table, table_for

__all__ = [
    "NO_CYCLES", "TABLES", "Block", "Cycles", "Table", "by_function", "of_block", "of_branch", "read_profile",
    "table_for",
]  # fmt: skip
