# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What instructions do to registers and flags.

`compile_instruction` makes a function of a state of each; loads and stores are in `transfers`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..disassembly import Instruction, Operand, Register
from . import values
from .failures import NotCoveredError
from .flags import carry, decide, join_flags
from .machine import Accesses, Operation, State, join_states
from .narrowing import Tested
from .products import compile_product
from .transfers import Transfers
from .values import MASK, Value, add, join, subtract
from .vectors import compile_loop_start

__all__ = ["Predicated", "Selection", "ZeroTest", "compile_instruction"]

_Read = Callable[[State], Value]

_BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "add": add, "addw": add, "sub": subtract, "subw": subtract,
    "rsb": lambda a, b: subtract(b, a),
    "and": values.bit_and, "bic": values.bit_clear, "orr": values.bit_or, "eor": values.bit_eor,
    "mul": values.multiply,
    "udiv": lambda a, b: values.divide(a, b, False),
    "sdiv": lambda a, b: values.divide(a, b, True),
}  # fmt: skip
_COMPARE = {"cmp": "sub", "cmn": "add", "tst": "and", "teq": "eor"}
_SHIFTS: dict[str, Callable[[Value, int], Value]] = {
    "lsl": values.shift_left,
    "lsr": values.shift_right,
    "asr": values.shift_right_arithmetic,
}
_EXTEND = {"uxtb": (8, False), "uxth": (16, False), "sxtb": (8, True), "sxth": (16, True)}
# Of numbers, of which nothing is followed: one result.
_NUMBERS = frozenset(
    "orn ror rrx smlad smladx smuad smuadx smlsd smlsdx smusd smusdx smmlar smmulr smmls smmlsr "
    "smlawb smlawt smulwb smulwt "
    "sxtb16 uxtb16 sxtab16 uxtab16 rev rev16 revsh rbit sadd16 ssub16 qadd16 qsub16 "
    "qadd qsub sadd8 uadd8 usad8 usada8 ssat16 usat16 sel qadd8 qsub8 uadd16 usub16 qdadd qdsub "
    "ssub8 usub8 shadd16 uhadd8 sqshl sqrshr srshr uqshl uqrshl urshr".split()
)
_LONG = frozenset(("umaal", "smlald", "smlaldx", "smlalbb",
                   "smlalbt", "smlaltb", "smlaltt", "asrl", "lsll", "lsrl", "sqrshrl", "sqshll", "srshrl",
                   "uqrshll", "uqshll", "urshrl"))  # fmt: skip
_NOTHING = frozenset(("nop", "b", "bl", "blx", "bx", "cbz", "cbnz", "le", "letp", "dmb", "dsb", "isb", "lctp"))


def _number(operand: Operand, instruction: Instruction) -> int:
    if not isinstance(operand, int):
        raise NotCoveredError(f"'{instruction.text}' is not understood")
    return operand


def _register(operand: Operand, instruction: Instruction) -> int:
    if not isinstance(operand, Register) or operand.shift:
        raise NotCoveredError(f"'{instruction.text}' is not understood")
    return operand.number


def _reader(operand: Operand, instruction: Instruction) -> _Read:
    if isinstance(operand, int):
        constant = operand & MASK
        return lambda state: constant
    if not isinstance(operand, Register) or operand.number == 15:
        raise NotCoveredError(f"'{instruction.text}' is not understood")
    number, amount = operand.number, operand.amount
    if not operand.shift:
        return lambda state: state.registers[number]
    if (shift := _SHIFTS.get(operand.shift)) is None:
        return lambda state: None
    return lambda state: shift(state.registers[number], amount)


def _setter(number: int, read: _Read, sets: bool = False) -> Operation:
    """Writes a register, and with `sets` the flags of its value."""

    def write(state: State) -> None:
        state.registers[number] = read(state)

    def write_and_set(state: State) -> None:
        value = state.registers[number] = read(state)
        state.flags = ("bits", value, None)

    return write_and_set if sets else write


def _sources(each: Instruction) -> tuple[Operand, ...]:
    """What it computes from: with two operands, the target is one of them."""
    return each.operands[1:] if len(each.operands) > 2 else each.operands


def _arithmetic(name: str, sets: bool, each: Instruction) -> Operation:
    target, sources = _register(each.operands[0], each), _sources(each)
    function = _BINARY[name]
    left, right = (_reader(operand, each) for operand in sources)
    if sets and name in ("add", "sub", "rsb"):
        kind = "add" if name == "add" else "sub"

        def set_flags(state: State) -> None:
            a, b = left(state), right(state)
            if name == "rsb":
                a, b = b, a
            state.registers[target] = add(a, b) if kind == "add" else subtract(a, b)
            state.flags = (kind, a, b)

        return set_flags
    if not sets and function is add and isinstance(sources[0], Register) and isinstance(sources[1], int):
        source, step = sources[0].number, sources[1] & MASK

        def advance(state: State) -> None:
            value = state.registers[source]
            state.registers[target] = (value + step) & MASK if isinstance(value, int) else add(value, step)

        return advance
    return _setter(target, lambda state: function(left(state), right(state)), sets)


def _comparison(name: str, each: Instruction) -> Operation:
    left, right = (_reader(operand, each) for operand in each.operands)
    how = _COMPARE[name]
    function = _BINARY[how]

    def compare(state: State) -> None:
        state.flags = (how, left(state), right(state))

    def test(state: State) -> None:
        state.flags = ("bits", function(left(state), right(state)), None)

    return compare if how in ("sub", "add") else test


def _with_carry(name: str, sets: bool, each: Instruction) -> Operation:
    target = _register(each.operands[0], each)
    left, right = (_reader(operand, each) for operand in _sources(each))

    def operate(state: State) -> None:
        a, b, bit = left(state), right(state), carry(state.flags)
        if name == "sbc":
            b = values.complement(b)
        total = None if bit is None else add(add(a, b), bit)
        state.registers[target] = total
        if sets:
            known = isinstance(a, int) and isinstance(b, int) and bit is not None
            state.flags = ("bits", total, int(a + b + bit > MASK)) if known else None  # type: ignore[operator]

    return operate


def _shift(name: str, sets: bool, each: Instruction) -> Operation:
    target, sources = _register(each.operands[0], each), _sources(each)
    function, left, right = _SHIFTS[name], _reader(sources[0], each), _reader(sources[1], each)

    def operate(state: State) -> None:
        value, amount = left(state), right(state)
        result = None
        if isinstance(amount, int):
            result = function(value, amount & 255)
        elif name != "lsl":
            # Whatever the amount, it is nearer to zero.
            found = values.ordered(value, is_signed=True)
            if found and found[0] >= 0:
                result = values.range_of(0, found[1])
        state.registers[target] = result
        if sets:
            out = None
            if isinstance(value, int) and isinstance(amount, int) and 0 < amount <= 32:
                out = value >> (32 - amount if name == "lsl" else amount - 1) & 1
            state.flags = ("bits", result, out)

    return operate


def _forget(targets: tuple[int, ...], sets: bool) -> Operation:
    def operate(state: State) -> None:
        for target in targets:
            state.registers[target] = None
        if sets:
            state.flags = None

    return operate


def _special(name: str, sets: bool, each: Instruction) -> Operation | None:
    operands = each.operands
    if name in ("mov", "movw", "mvn"):
        target, read = _register(operands[0], each), _reader(operands[1], each)
        if name == "mvn":
            return _setter(target, lambda state: values.complement(read(state)), sets)
        return _setter(target, read, sets)
    if name == "movt":
        target, high = _register(operands[0], each), _number(operands[1], each) << 16

        def write_high(state: State) -> None:
            low = values.extract(state.registers[target], 0, 16, False)
            state.registers[target] = add(low, high)

        return write_high
    if name in ("mla", "mls"):
        target = _register(operands[0], each)
        a, b, c = (_reader(operand, each) for operand in operands[1:])
        combine = add if name == "mla" else subtract
        return _setter(target, lambda s: combine(c(s), values.multiply(a(s), b(s))))
    if name in _EXTEND:
        target, read = _register(operands[0], each), _reader(operands[-1], each)
        width, is_signed = _EXTEND[name]
        return _setter(target, lambda state: values.extract(read(state), 0, width, is_signed))
    if name in ("sxtab", "sxtah", "uxtab", "uxtah"):
        target, base, read = _register(operands[0], each), _reader(operands[1], each), _reader(operands[2], each)
        width, is_signed = _EXTEND[name[:3] + name[4]]
        return _setter(target, lambda s: add(base(s), values.extract(read(s), 0, width, is_signed)))
    if name in ("ubfx", "sbfx"):
        target, read = _register(operands[0], each), _reader(operands[1], each)
        low, width = _number(operands[2], each), _number(operands[3], each)
        return _setter(target, lambda state: values.extract(read(state), low, width, name == "sbfx"))
    if name in ("pkhbt", "pkhtb"):
        target, low, high = _register(operands[0], each), *(_reader(operand, each) for operand in operands[1:])
        if name == "pkhtb":
            low, high = high, low
        return _setter(target, lambda state: values.insert(high(state), low(state), 0, 16))
    if name == "bfi":
        target, read = _register(operands[0], each), _reader(operands[1], each)
        at, width = _number(operands[2], each), _number(operands[3], each)
        return _setter(target, lambda state: values.insert(state.registers[target], read(state), at, width))
    if name in ("ssat", "usat"):
        target, read, bits = _register(operands[0], each), _reader(operands[2], each), _number(operands[1], each)
        least, most = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if name == "ssat" else (0, (1 << bits) - 1)
        return _setter(target, lambda state: values.saturate(read(state), least, most))
    if name == "bfc":
        target, low, width = _register(operands[0], each), _number(operands[1], each), _number(operands[2], each)
        mask = ~(((1 << width) - 1) << low) & MASK
        return _setter(target, lambda state: values.bit_and(state.registers[target], mask))
    if name == "clz":
        return ZeroTest(_register(operands[0], each), _register(operands[1], each))
    return _selection(name, each)


_CHANGES: dict[str, Callable[[Value], Value]] = {
    "inc": lambda value: add(value, 1),
    "inv": values.complement,
    "neg": values.negate,
}


def _selection(name: str, each: Instruction) -> Operation | None:
    """Of Armv8.1-M: one of two values, by a condition."""
    operands = each.operands
    if name in ("cset", "csetm"):
        chosen, other = (1 if name == "cset" else MASK), 0
        return _select(each, lambda state: chosen, lambda state: other)
    if name in ("cinc", "cinv", "cneg"):
        change, read = _CHANGES[name[1:]], _reader(operands[1], each)
        return _select(each, lambda state: change(read(state)), read)
    if name in ("csel", "csinc", "csinv", "csneg"):
        change = _CHANGES.get(name[2:], lambda value: value)
        first, second = _reader(operands[1], each), _reader(operands[2], each)
        return _select(each, first, lambda state: change(second(state)))
    return None


def _select(each: Instruction, first: _Read, second: _Read) -> Selection:
    """The first if the condition holds, which is the last operand."""
    return Selection(_register(each.operands[0], each), first, second, str(each.operands[-1]))


@dataclass(frozen=True)
class Selection:
    """Writes one of two values, by a condition."""

    target: int
    first: _Read
    second: _Read
    condition: str
    tested: Tested | None = None

    def __call__(self, state: State) -> None:
        holds = decide(self.condition, state.flags)
        a, b = self.first(state), self.second(state)
        state.registers[self.target] = join(a, b) if holds is None else a if holds else b


@dataclass(frozen=True)
class ZeroTest:
    """Counts leading zeros: of compilers' code, the first half of whether a number is zero."""

    target: int
    source: int

    def __call__(self, state: State) -> None:
        state.registers[self.target] = values.leading_zeros(state.registers[self.source])


def _unconditional(each: Instruction, transfers: Transfers) -> Operation | None:
    name = each.name
    if name in _NOTHING or name.startswith("it"):
        return None
    if operation := transfers.compile(each) or compile_loop_start(each):
        return operation
    for kind, sets in ((name, False), (name.removesuffix("s"), True)):
        if sets and kind == name:
            break
        if kind in _COMPARE:
            return _comparison(kind, each)
        if kind in _BINARY:
            return _arithmetic(kind, sets, each)
        if kind in ("adc", "sbc"):
            return _with_carry(kind, sets, each)
        if kind in _SHIFTS:
            return _shift(kind, sets, each)
        if operation := _special(kind, sets, each) or compile_product(kind, each):
            return operation
        if kind in _NUMBERS:
            return _forget((_register(each.operands[0], each),), sets)
        if kind in _LONG:
            return _forget(tuple(_register(o, each) for o in each.operands[:2]), sets)
    raise NotCoveredError(f"the instruction '{each.text}' is not covered")


@dataclass(frozen=True)
class Predicated:
    """An operation under the condition of an IT."""

    operation: Operation
    condition: str
    accesses: Accesses | None
    """Of what accesses memory."""
    tested: Tested | None = None
    """What its condition says of a register."""

    def __call__(self, state: State) -> None:
        holds = decide(self.condition, state.flags)
        if holds:
            self.operation(state)
        elif holds is None and self.accesses:
            before = state.copy()
            self.accesses.doubts += 1
            self.operation(state)
            self.accesses.doubts -= 1
            both = join_states(before, state)
            state.registers, state.words, state.flags = both.registers, both.words, both.flags
            state.cost = both.cost
        elif holds is None:
            registers, flags = state.registers[:], state.flags
            self.operation(state)
            state.registers = [join(a, b) for a, b in zip(registers, state.registers, strict=True)]
            state.flags = join_flags(flags, state.flags)


def compile_instruction(each: Instruction, transfers: Transfers) -> Operation | None:
    """None of what changes nothing. Branches are left to the flow of control."""
    operation = _unconditional(each, transfers)
    if operation and each.is_predicated:
        return Predicated(operation, each.condition, transfers.accesses if transfers.is_transfer(each) else None)
    return operation
