# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Vector instructions (MVE) and low-overhead loops of Armv8.1-M.

Of what vectors hold nothing is known; of their loads and stores, the bytes that they access at
most: lanes that are predicated access nothing.
"""

from __future__ import annotations

import re

from ..disassembly import Instruction, Memory, Register
from .failures import NotCoveredError
from .machine import Accesses, Operation, State
from .values import MASK, add, bounds, range_of

__all__ = ["compile_loop_start", "compile_vector", "elements_of", "loops_on"]

_BYTES = {"b": 1, "h": 2, "w": 4, "d": 8}
_VECTOR = 16
"""Bytes."""
_COUNTING = ("vidup", "vddup", "viwdup", "vdwdup")
_LOOP_START = re.compile(r"(dls|wls)(tp\.(8|16|32|64))?")


def elements_of(each: Instruction) -> int:
    """Elements of a round of the loop that the instruction begins: of one with tail predication
    those of a vector, else 1."""
    found = _LOOP_START.fullmatch(each.name)
    return 128 // int(found[3]) if found and found[3] else 1


def compile_loop_start(each: Instruction) -> Operation | None:
    """DLS and WLS, which put the count into lr; None of others."""
    if not _LOOP_START.fullmatch(each.name):
        return None
    count = each.operands[1]
    assert isinstance(count, Register)
    source = count.number

    def start(state: State) -> None:
        state.registers[14] = state.registers[source]

    return start


def loops_on(state: State, elements: int) -> bool | None:
    """Whether LE branches, and what it makes of lr; None where both can be."""
    count = state.registers[14]
    found = (count, count) if isinstance(count, int) else bounds(count)
    if found is None or found[0] < 0:
        raise NotCoveredError("a low-overhead loop of which nothing bounds the rounds")
    low, high = found
    if high <= elements:
        return False
    if low > elements:
        state.registers[14] = add(count, -elements & MASK)
        return True
    # What it is on either side.
    state.registers[14] = range_of(min(low, 1), max(high - elements, elements))
    return None


def compile_vector(each: Instruction, accesses: Accesses, where: str) -> Operation | None:
    """None of what is no vector instruction."""
    if not each.name.startswith("v") or each.name in ("vpush", "vpop"):
        return None
    name, _, kind = each.name.partition(".")
    if found := re.fullmatch(r"v(ldr|str)([bhwd])?([te])?", name):
        return _transfer(found, kind, each, accesses, where)
    if found := re.fullmatch(r"v(ld|st)([24])[0-3]", name):
        return _interleaved(int(found[2]), found[1] == "st", each, accesses, where)
    # Of other names none may hide a load or store, as VLDM and VSTM.
    if name.startswith(("vld", "vst", "vlld", "vlst")):
        raise NotCoveredError(f"{where}: '{each.text}' is not covered")
    written: list[int] = []
    for operand in each.operands:
        if not isinstance(operand, Register):
            break
        written.append(operand.number)
    if name.startswith(_COUNTING):
        written += [one.number for one in each.operands if isinstance(one, Register)]
    sets_flags = name == "vmrs" and not written

    def forget(state: State) -> None:
        for number in written:
            state.registers[number] = None
        if sets_flags:
            state.flags = None

    return forget


def _transfer(found: re.Match[str], kind: str, each: Instruction, accesses: Accesses,
              where: str) -> Operation:  # fmt: skip
    memory = each.operands[-1]
    if not isinstance(memory, Memory) or memory.base < 0:
        raise NotCoveredError(f"{where}: '{each.text}' is not covered")
    is_store, width = found[1] == "str", found[2]
    size = _VECTOR
    if width is None:
        size = 8 if str(each.operands[0]).startswith("d") else 4
    elif bits := re.search(r"\d+", kind):
        size = _VECTOR * 8 // int(bits[0]) * _BYTES[width]
    base, step = memory.base, memory.offset & MASK
    # A loop with tail predication leaves lanes out, too.
    is_sure = not found[3] and width is None

    def move(state: State) -> None:
        at = state.registers[base]
        if memory.vector:
            at = add(at, None)
        elif not memory.is_post:
            at = add(at, step)
        accesses.block(state, at, size, is_store, where, is_sure)
        if memory.writes_back:
            state.registers[base] = add(state.registers[base], step)

    return move


def _interleaved(count: int, is_store: bool, each: Instruction, accesses: Accesses, where: str) -> Operation:
    memory = each.operands[-1]
    if not isinstance(memory, Memory):
        raise NotCoveredError(f"{where}: '{each.text}' is not covered")
    base, size = memory.base, count * _VECTOR

    def move(state: State) -> None:
        # Each of the instructions accesses some of the bytes.
        accesses.block(state, state.registers[base], size, is_store, where, False)
        if memory.writes_back:
            state.registers[base] = add(state.registers[base], size)

    return move
