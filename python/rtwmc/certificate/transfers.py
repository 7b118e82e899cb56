# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loads, stores, addresses of constants, and the stack pointer."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..disassembly import REGISTERS, Instruction, Memory, Register
from . import values
from .failures import NotCoveredError
from .machine import Accesses, Operation, State
from .objectfile import Function
from .values import MASK, Value, add
from .vectors import compile_vector

__all__ = ["Transfers"]

_SIZES = {"": 4, "b": 1, "h": 2, "sb": 1, "sh": 2, "d": 8}


class Transfers:
    """Those of one function."""

    def __init__(self, function: Function, accesses: Accesses):
        self._function = function
        self.accesses = accesses

    def is_transfer(self, each: Instruction) -> bool:
        """Whether it accesses memory."""
        return each.name.startswith(("ldr", "str", "ldm", "stm", "push", "pop", "vldr", "vstr", "vld",
                                     "vst", "vpush", "vpop"))  # fmt: skip

    def compile(self, each: Instruction) -> Operation | None:
        """None of instructions that are none of these."""
        where = self._function.where(each.address)
        name = each.name
        if name in ("vpush", "vpop"):
            return self._vectors_on_stack(name == "vpush", each, where)
        if name in ("push", "pop") or re.fullmatch(r"(ldm|stm)(ia|db)?", name):
            return self._multiple(name, each, where)
        if found := re.fullmatch(r"(ldr|str)(b|h|sb|sh|d)?", name):
            return self._single(found[1] == "ldr", found[2] or "", each, where)
        if vector := compile_vector(each, self.accesses, where):
            return vector
        if name == "adr" or (name in ("mov", "movw", "movt") and self._place(each)):
            return self._address(each)
        return None

    def _place(self, each: Instruction) -> Value:
        place = self.accesses.made.relocations.get((self._function.section, each.address))
        if place is None or place.kind not in ("low", "high"):
            return None
        addend = each.operands[1]
        assert isinstance(addend, int)
        return values.exact(f"section {place.section}", place.offset + (addend ^ 0x8000) - 0x8000)

    def _address(self, each: Instruction) -> Operation:
        target = each.operands[0]
        assert isinstance(target, Register)
        number = target.number
        value = self._place(each)
        if each.name == "adr":
            offset = each.operands[1]
            assert isinstance(offset, int)
            value = values.exact(f"section {self._function.section}", (each.address + 4 & ~3) + offset)

        def write(state: State) -> None:
            state.registers[number] = value

        # The high half of an address is of the one whose low half is there.
        return write if each.name != "movt" else lambda state: None

    def _vectors_on_stack(self, is_push: bool, each: Instruction, where: str) -> Operation:
        names = each.operands[0]
        assert isinstance(names, tuple)
        load, store = self.accesses.load, self.accesses.store
        size = 4 * _vector_words(names)

        def move(state: State) -> None:
            top = state.registers[13]
            low = add(top, -size & MASK) if is_push else top
            for i in range(0, size, 4):
                if is_push:
                    store(state, add(low, i), 4, None, where)
                else:
                    load(state, add(low, i), 4, False, where)
            state.registers[13] = low if is_push else add(top, size)

        return move

    def _multiple(self, name: str, each: Instruction, where: str) -> Operation:
        """PUSH and POP are STMDB and LDM at the stack pointer, which they write."""
        is_stack = name in ("push", "pop")
        base, names = (Register(13), *each.operands) if is_stack else each.operands
        assert isinstance(base, Register) and isinstance(names, tuple)
        numbers = sorted(REGISTERS[one] for one in names)
        size = 4 * len(numbers)
        is_load, is_down = name.startswith(("ldm", "pop")), name.endswith(("db", "push"))
        register = base.number
        # LDM leaves a base alone that it loads; the text has `!` where it is written.
        writes_back = is_stack or "!" in each.text and not (is_load and register in numbers)
        load, store = self.accesses.load, self.accesses.store

        def move(state: State) -> None:
            start = state.registers[register]
            low = add(start, -size & MASK) if is_down else start
            for i, number in enumerate(numbers):
                if is_load:
                    state.registers[number] = load(state, add(low, 4 * i), 4, False, where)
                else:
                    store(state, add(low, 4 * i), 4, state.registers[number], where)
            if writes_back:
                state.registers[register] = low if is_down else add(start, size)

        return move

    def _single(self, is_load: bool, kind: str, each: Instruction, where: str) -> Operation:
        memory = each.operands[-1]
        if isinstance(memory, int):
            raise NotCoveredError(f"{where}: '{each.text}' is not understood")
        assert isinstance(memory, Memory)
        targets = [one.number for one in each.operands[:-1] if isinstance(one, Register)]
        size, is_signed = min(_SIZES[kind], 4), kind.startswith("s")
        load, store, spend = self.accesses.load, self.accesses.store, self.accesses.spend_on_alignment
        address = self._addresser(memory, each)
        base, step = memory.base, memory.offset & MASK
        writes_back, is_post = memory.writes_back, memory.is_post

        def move(state: State) -> None:
            registers = state.registers
            at = registers[base] if is_post else address(state)
            if len(targets) == 1:
                spend(state, at, size)
            if is_load:
                found = [load(state, add(at, 4 * i) if i else at, size, is_signed, where)
                         for i in range(len(targets))]  # fmt: skip
            else:
                for i, target in enumerate(targets):
                    store(state, add(at, 4 * i) if i else at, size, registers[target], where)
            if writes_back:
                registers[base] = add(registers[base], step)
            if is_load:
                for target, value in zip(targets, found, strict=True):
                    registers[target] = value

        return move

    def _addresser(self, memory: Memory, each: Instruction) -> Callable[[State], Value]:
        base, index, shift, offset = memory.base, memory.index, memory.shift, memory.offset & MASK
        if base == 15:
            literal = values.exact(f"section {self._function.section}", (each.address + 4 & ~3) + memory.offset)
            return lambda state: literal
        if index is not None:
            return lambda s: add(s.registers[base], values.shift_left(s.registers[index], shift))

        def at_offset(state: State) -> Value:
            value = state.registers[base]
            return add(value, offset) if offset else value

        return at_offset


def _vector_words(names: tuple[str, ...]) -> int:
    """Words of a list of floating-point registers."""
    words = 0
    for name in names:
        first, _, last = name.partition("-")
        count = int(last[1:]) - int(first[1:]) + 1 if last else 1
        words += count * (2 if first.startswith("d") else 1)
    return words
