# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which registers of its caller a function may read: of r0 to r3, the others are saved or scratch."""

from __future__ import annotations

from collections.abc import Callable

from ..disassembly import REGISTERS, Instruction, Memory, Register
from .flow import RETURN, Flow

__all__ = ["read_at_entry"]

_ARGUMENTS = frozenset(range(4))
_READ_ONLY = ("cmp", "cmn", "tst", "teq", "str", "cbz", "cbnz", "bx", "push", "stm", "vst", "movt")
_BOTH = ("smlal", "umlal", "umaal", "bfi", "bfc", "le", "vmla")


def _uses(each: Instruction) -> tuple[set[int], set[int]]:
    """Arguments' registers that it may read, and that it surely writes."""
    reads: set[int] = set()
    writes: set[int] = set()
    is_load = each.name.startswith(("ldr", "ldm", "pop"))
    for position, operand in enumerate(each.operands):
        if isinstance(operand, Memory):
            reads |= {operand.base, operand.index if operand.index is not None else -1}
        elif isinstance(operand, tuple):
            named = {REGISTERS[one] for one in operand if one in REGISTERS}
            if is_load:
                writes |= named
            else:
                reads |= named
        elif isinstance(operand, Register):
            is_target = position == 0 or (each.name == "ldrd" and position == 1)
            is_target = is_target and not each.name.startswith((*_READ_ONLY, "ldm"))
            if is_target and not operand.shift:
                writes.add(operand.number)
            if not is_target or each.name.startswith(_BOTH) or _reads_target(each):
                reads.add(operand.number)
    if each.is_predicated:
        writes = set()
    return reads & _ARGUMENTS, writes & _ARGUMENTS


def _reads_target(each: Instruction) -> bool:
    """`adds r0, #1` has its target as a source, too."""
    moves = each.name.rstrip("s") in ("mov", "movw", "mvn", "uxtb", "uxth", "sxtb", "sxth", "adr")
    return len(each.operands) == 2 and not moves and not each.name.startswith("ldr")


def read_at_entry(flow: Flow, callee_reads: Callable[[str], frozenset[int]]) -> frozenset[int]:
    """`callee_reads` says the same of what the function calls."""
    uses: dict[int, tuple[set[int], set[int]]] = {}
    for address, block in flow.blocks.items():
        reads: set[int] = set()
        writes: set[int] = set()
        for each in block.instructions:
            read, written = _uses(each)
            reads |= read - writes
            writes |= written
        if block.kind == "callback":
            reads |= _ARGUMENTS - writes
            writes |= _ARGUMENTS
        elif block.callee:
            reads |= callee_reads(block.callee) - writes
            writes |= _ARGUMENTS
        uses[address] = reads, writes
    live: dict[int, set[int]] = {address: set() for address in flow.blocks}
    # A result is in r0 and r1: what a function leaves there may be its argument.
    live[RETURN] = {0, 1}
    changed = True
    while changed:
        changed = False
        for address, block in flow.blocks.items():
            reads, writes = uses[address]
            after = set().union(*(live[each] for each in block.successors))
            if (found := reads | (after - writes)) != live[address]:
                live[address], changed = found, True
    return frozenset(live[flow.function.start])
