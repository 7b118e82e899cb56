# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a branch says of the register that it depends on.

Behind `subs r0, r0, #1` and `bne`, r0 is not zero: so a loop of at most so many rounds ends. Only
what is known is narrowed: a value that may be anything stays so, and whoever counts with it finds
that nothing changes from round to round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..disassembly import INVERSE, REGISTERS, Instruction, Register
from .flags import Flags, decide, orders
from .machine import State
from .values import MASK, Base, Value, bounds, ordered, range_of, subtract

__all__ = ["Tested", "find_compared", "find_tested", "halves", "narrowed"]

_SETS_BY_RESULT = frozenset(
    each + "s" for each in "add sub rsb and bic orr eor mul lsl lsr asr mov mvn".split()
)
_LEAVES_FLAGS = ("ldr", "str", "add", "sub", "mov", "lsl", "lsr", "asr", "and", "orr", "eor", "bic", "mul", "uxt", "sxt",
                 "mla", "push", "nop", "ubfx", "sbfx", "clz", "mvn", "rsb", "usub8", "ssub8", "uadd8", "sel", "usad")  # fmt: skip
_SIGNED = ("lt", "le", "gt", "ge")
_UNSIGNED = ("lo", "ls", "hi", "hs")
_TURNED = {"eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le",
           "lo": "hi", "hi": "lo", "ls": "hs", "hs": "ls"}  # fmt: skip


@dataclass(frozen=True)
class Tested:
    """The comparison on which a block ends: a register beside another or a number."""

    register: int
    other: Register | int
    is_result: bool
    """Compared with zero, of which only equality is known."""
    difference: int | None = None
    """The register that has what the one is more than the other."""

    def narrow(self, state: State, condition: str) -> None:
        """What is known where `condition` holds."""
        if self.is_result and condition not in ("eq", "ne"):
            return
        registers = state.registers
        a = registers[self.register]
        b = registers[self.other.number] if isinstance(self.other, Register) else self.other & MASK
        registers[self.register] = narrowed(a, condition, b)
        if isinstance(self.other, Register) and condition in _TURNED:
            registers[self.other.number] = narrowed(b, _TURNED[condition], a)
        if self.difference is not None and condition in ("eq", "ne"):
            registers[self.difference] = narrowed(registers[self.difference], condition, 0)
        elif self.difference is not None:
            other = registers[self.other.number] if isinstance(self.other, Register) else b
            registers[self.difference] = subtract(registers[self.register], other)


def find_tested(block: list[Instruction]) -> Tested | None:
    """Of a block that ends on a branch; None if it is not certain what the condition is of."""
    *before, last = block
    if last.name in ("cbz", "cbnz"):
        register = last.operands[0]
        return Tested(register.number, 0, True) if isinstance(register, Register) else None
    return None if last.is_predicated or last.condition == "al" else find_compared(before)


def find_compared(before: list[Instruction]) -> Tested | None:
    """The comparison that the flags behind some instructions are of."""
    since: set[int] = set()
    for each in reversed(before):
        if each.name.startswith("it"):
            continue
        target, other = each.operands[0] if each.operands else None, each.operands[-1] if each.operands else None
        if each.name == "cmp" or each.name in _SETS_BY_RESULT:
            is_result = each.name != "cmp"
            if each.is_predicated or not isinstance(target, Register) or target.number in since:
                return None
            if is_result:
                return _of_difference(each, since) or Tested(target.number, 0, True)
            if isinstance(other, Register) and (other.shift or other.number in since):
                return None
            return Tested(target.number, other, False) if isinstance(other, Register | int) else None
        if not each.name.startswith(_LEAVES_FLAGS) or each.name.endswith("s"):
            return None
        since |= _written(each)
    return None


def _of_difference(each: Instruction, since: set[int]) -> Tested | None:
    """`subs` that keeps what it subtracts from."""
    if each.name != "subs" or len(each.operands) != 3:
        return None
    result, first, other = each.operands
    used = {one.number for one in (first, other) if isinstance(one, Register)}
    if not isinstance(result, Register) or not isinstance(first, Register) or used & (since | {result.number}):
        return None
    if isinstance(other, Register) and other.shift or not isinstance(other, Register | int):
        return None
    return Tested(first.number, other, False, None if result.number in since else result.number)


def _written(each: Instruction) -> set[int]:
    """Registers that it may write: all that it names, so that nothing else has to be known of it."""
    return {REGISTERS[name] for name in re.findall(r"\b(?:r\d+|sp|lr|pc)\b", each.text)}


def narrowed(value: Value, condition: str, other: Value) -> Value:
    """`value`, where `condition` holds of it beside `other`."""
    if not isinstance(value, tuple) or other is None:
        return value
    if condition == "eq":
        return other if isinstance(other, int) else value
    if value[0]:
        return _of_addresses(value, condition, other)
    if isinstance(other, tuple) and other[0]:
        return value
    if condition == "ne":
        return _without(value, other) if isinstance(other, int) else value
    is_signed = condition in _SIGNED
    if not is_signed and condition not in _UNSIGNED:
        return value
    x, y = ordered(value, is_signed), ordered(other, is_signed)
    if x is None or y is None:
        return value
    (low, high), (least, most) = x, y
    if condition in ("lt", "lo"):
        high = min(high, most - 1)
    elif condition in ("le", "ls"):
        high = min(high, most)
    elif condition in ("gt", "hi"):
        low = max(low, least + 1)
    else:
        low = max(low, least)
    # Where it cannot hold, nobody comes.
    return range_of(low, high) if low <= high else value


def _of_addresses(value: tuple[Base, int, int], condition: str, other: Value) -> Value:
    """Addresses of one object compare as their offsets do."""
    base, low, high = value
    if not isinstance(other, tuple) or other[0] != base or max(high - low, other[2] - other[1]) >= 1 << 32:
        return value
    _, least, most = other
    if condition == "ne" and least == most:
        low, high = low + (low == least), high - (high == least)
    elif condition in ("lo", "ls"):
        high = min(high, most - (condition == "lo"))
    elif condition in ("hi", "hs"):
        low = max(low, least + (condition == "hi"))
    return (base, low, high) if low <= high else value


def halves(condition: str, flags: Flags) -> list[Flags]:
    """Flags under which `condition` holds, and those under which it does not; as few as there are
    if it is not known what it says."""
    if flags is None or flags[0] not in ("sub", "bits"):
        return [flags]
    kind, a, b = flags
    found: list[Flags] = []
    for each in (condition, INVERSE[condition]):
        if kind == "sub":
            half: Flags = (kind, narrowed(a, each, b), narrowed(b, _TURNED.get(each, each), a))
        else:
            half = (kind, narrowed(a, each, 0), b) if each in ("eq", "ne") else flags
        if not decide(each, half):
            return orders(condition, flags)
        found.append(half)
    return found


def _without(value: Value, other: int) -> Value:
    """An interval without a number at one of its ends."""
    found = bounds(value)
    if found is None:
        return value
    low, high = found
    low += (low - other) % (1 << 32) == 0
    high -= (high - other) % (1 << 32) == 0
    return range_of(low, high) if low <= high else value
