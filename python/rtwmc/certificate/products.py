# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of halfwords and of 64 bits, which compilers use for addresses, too."""

from __future__ import annotations

import re

from ..disassembly import Instruction, Register
from .machine import Operation, State
from .values import MASK, Value, add, extract, multiply, signed

__all__ = ["compile_product"]

_HALF = {"b": 0, "t": 16}


def compile_product(name: str, each: Instruction) -> Operation | None:
    """Of SMULBB and SMLABB and their like, UMULL, SMULL, UMLAL, SMLAL, SMMUL and SMMLA; None of
    others."""
    numbers = [one.number for one in each.operands if isinstance(one, Register)]
    if found := re.fullmatch(r"sm(ul|la)([bt])([bt])", name):
        return _halfwords(_HALF[found[2]], _HALF[found[3]], numbers)
    if found := re.fullmatch(r"([us])m(ul|la)l", name):
        return _long(found[1] == "s", found[2] == "la", numbers)
    if name in ("smmul", "smmla"):
        return _high(numbers)
    return None


def _halfwords(left: int, right: int, numbers: list[int]) -> Operation:
    target, a, b, *more = numbers

    def operate(state: State) -> None:
        registers = state.registers
        product = multiply(extract(registers[a], left, 16, True), extract(registers[b], right, 16, True))
        registers[target] = add(product, registers[more[0]]) if more else product

    return operate


def _exact(a: Value, b: Value, is_signed: bool) -> int | None:
    """The product as an integer without end."""
    if not isinstance(a, int) or not isinstance(b, int):
        return None
    return signed(a) * signed(b) if is_signed else a * b


def _long(is_signed: bool, accumulates: bool, numbers: list[int]) -> Operation:
    low, high, a, b = numbers

    def operate(state: State) -> None:
        registers = state.registers
        product = _exact(registers[a], registers[b], is_signed)
        if accumulates and product is not None:
            before_low, before_high = registers[low], registers[high]
            if isinstance(before_low, int) and isinstance(before_high, int):
                product += before_high << 32 | before_low
            else:
                product = None
        registers[low] = None if product is None else product & MASK
        registers[high] = None if product is None else product >> 32 & MASK

    return operate


def _high(numbers: list[int]) -> Operation:
    target, a, b, *more = numbers

    def operate(state: State) -> None:
        registers = state.registers
        product = _exact(registers[a], registers[b], True)
        if more and product is not None:
            base = registers[more[0]]
            product = product + (signed(base) << 32) if isinstance(base, int) else None
        registers[target] = None if product is None else product >> 32 & MASK

    return operate
