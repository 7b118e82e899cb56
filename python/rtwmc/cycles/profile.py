# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What QEMU executed, by block, and what it takes by function."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..disassembly import Instruction
from .blocks import of_block, of_branch
from .tables import NO_CYCLES, Cycles, Table

__all__ = ["Block", "by_function", "read_profile"]


@dataclass(frozen=True)
class Block:
    """Instructions one after the other, as the plugin's profile has them (tools/qemu-insn-count)."""

    address: int
    instructions: int
    count: int
    """How often it was entered."""
    taken: int
    """How often something else than the next instruction followed."""
    split: int
    """Transfers that its loads and stores need beyond one each."""


def read_profile(text: str) -> list[list[Block]]:
    """The blocks of each passage."""
    return [
        [Block(*(int(word, 0) for word in line.split())) for line in passage.splitlines()]
        for passage in text.split("\n\n") if passage.strip()
    ]  # fmt: skip


def by_function(blocks: Iterable[Block], code: Iterable[Instruction], functions: Sequence[tuple[int, int, str]],
                table: Table) -> dict[str, Cycles]:  # fmt: skip
    """The cycles of each function; `?` is code without one.

    code       all of it, in order
    functions  (address, size in bytes, name), in order
    """
    ordered = sorted(code, key=lambda each: each.address)
    index = {each.address: i for i, each in enumerate(ordered)}
    starts = [each[0] for each in functions]
    known: dict[tuple[int, int], Cycles] = {}
    total: dict[str, Cycles] = {}
    for block in blocks:
        first = index[block.address]
        own = ordered[first : first + block.instructions]
        key = block.address, block.instructions
        if key not in known:
            known[key] = of_block(own, table)
        taken = of_branch(own[-1], table)
        at = bisect_right(starts, block.address) - 1
        is_inside = at >= 0 and block.address < functions[at][0] + functions[at][1]
        name = functions[at][2] if is_inside else "?"
        before = total.get(name, NO_CYCLES)
        total[name] = before.plus(known[key], block.count).plus(taken, block.taken).plus(table.splits, block.split)
    return total
