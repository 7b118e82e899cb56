# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is known of a value of 32 bits.

A value is a number; or a sum of bases, each times a factor, and a number out of an interval; or
None, which is anything. A base is an address that only a linker or a caller knows (the arena, a
section), or a register of the caller. Numbers are between 0 and 2^32; bounds of intervals are
signed and not reduced, so the value is the sum modulo 2^32.

These are the functions of the Arm instructions; each result holds every value that the
instruction can compute from values that the arguments hold.
"""

from __future__ import annotations

__all__ = [
    "MASK", "WIDE", "Base", "Value", "add", "bit_and", "bit_clear", "bit_eor", "bit_or", "bounds",
    "complement", "divide", "exact", "extract", "insert", "join", "leading_zeros", "multiply", "negate", "ordered",
    "range_of", "saturate", "scale", "shift_left", "shift_right", "shift_right_arithmetic", "signed", "subtract",
]  # fmt: skip

MASK = 0xFFFFFFFF
_SIZE = 1 << 32
WIDE = 1 << 33

Base = tuple[tuple[str, int], ...]
Value = int | tuple[Base, int, int] | None

_alignments: dict[str, int] = {}


def declare(name: str, align: int) -> None:
    """Says that the address `name` is a multiple of `align`."""
    _alignments[name] = align


def alignment(name: str) -> int:
    return _alignments.get(name, 1)


def exact(name: str, offset: int = 0) -> Value:
    """The address `name` and an offset."""
    return (((name, 1),), offset, offset)


def signed(number: int) -> int:
    return number - _SIZE if number >> 31 else number


def range_of(low: int, high: int) -> Value:
    """A number from `low` to `high`, both included."""
    if low == high:
        return low & MASK
    return ((), low, high) if high - low < _SIZE else None


def _made(base: Base, low: int, high: int) -> Value:
    if not base:
        return range_of(low, high)
    return (base, low, high) if high - low < _SIZE else (base, -WIDE, WIDE)


def bounds(value: Value) -> tuple[int, int] | None:
    """The interval of a number, signed; None of addresses and of what may be anything."""
    if isinstance(value, int):
        return signed(value), signed(value)
    if value is None or value[0]:
        return None
    return value[1], value[2]


def ordered(value: Value, is_signed: bool) -> tuple[int, int] | None:
    """The interval of a number as a comparison sees it; None if it wraps around, too."""
    if isinstance(value, int):
        number = signed(value) if is_signed else value
        return number, number
    if (found := bounds(value)) is None:
        return None
    low, high = found
    if not is_signed and high < 0 and low >= -_SIZE:
        return low + _SIZE, high + _SIZE
    least = -(1 << 31) if is_signed else 0
    return found if low >= least and high < least + _SIZE else None


def add(a: Value, b: Value) -> Value:
    if isinstance(a, int):
        if isinstance(b, int):
            return (a + b) & MASK
        a, b = b, a
    if isinstance(b, int):
        if a is None or a[2] - a[1] >= _SIZE:
            return a
        step = b - _SIZE if b >> 31 else b
        return (a[0], a[1] + step, a[2] + step)
    if a is None or b is None:
        known = b if a is None else a
        return (known[0], -WIDE, WIDE) if known is not None and known[0] else None
    if not b[0]:
        return _made(a[0], a[1] + b[1], a[2] + b[2])
    factors = dict(a[0])
    for name, factor in b[0]:
        factors[name] = factors.get(name, 0) + factor
    base = tuple(sorted((n, f) for n, f in factors.items() if f % _SIZE))
    return _made(base, a[1] + b[1], a[2] + b[2])


def negate(a: Value) -> Value:
    return scale(a, -1)


def subtract(a: Value, b: Value) -> Value:
    if isinstance(a, int) and isinstance(b, int):
        return (a - b) & MASK
    if isinstance(b, int):
        return add(a, -b & MASK)
    return add(a, scale(b, -1))


def scale(a: Value, factor: int) -> Value:
    """`a` times a number."""
    if isinstance(a, int):
        return a * factor & MASK
    if a is None or factor == 0:
        return None if factor else 0
    base = tuple(
        (name, each * factor)
        for name, each in a[0]
        if each * factor * _alignments.get(name, 1) % _SIZE
    )
    low, high = sorted((a[1] * factor, a[2] * factor))
    return _made(base, low, high)


def multiply(a: Value, b: Value) -> Value:
    if isinstance(b, int):
        return scale(a, signed(b))
    if isinstance(a, int):
        return scale(b, signed(a))
    x, y = bounds(a), bounds(b)
    if x is None or y is None:
        return None
    products = [i * j for i in x for j in y]
    return range_of(min(products), max(products))


def complement(a: Value) -> Value:
    return add(scale(a, -1), MASK)


def shift_left(a: Value, amount: int) -> Value:
    return scale(a, 1 << amount) if amount < 32 else 0


def shift_right(a: Value, amount: int) -> Value:
    if amount == 0:
        return a
    if amount > 31:
        return 0
    low, high = ordered(a, is_signed=False) or (0, MASK)
    return range_of(low >> amount, high >> amount)


def shift_right_arithmetic(a: Value, amount: int) -> Value:
    if amount == 0:
        return a
    amount = min(amount, 31)
    low, high = ordered(a, is_signed=True) or (-(1 << 31), (1 << 31) - 1)
    return range_of(low >> amount, high >> amount)


def bit_and(a: Value, b: Value) -> Value:
    if isinstance(a, int):
        if isinstance(b, int):
            return a & b
        a, b = b, a
    if not isinstance(b, int):
        highs = [found[1] for each in (a, b) if (found := ordered(each, is_signed=False))]
        return range_of(0, min(highs)) if highs else None
    if isinstance(a, tuple) and a[0]:
        align = min(abs(f) * _alignments.get(name, 1) & -(abs(f) * _alignments.get(name, 1))
                    for name, f in a[0])  # fmt: skip
        return a[1] & b if a[1] == a[2] and b < align else range_of(0, b)
    clear = ~b & MASK
    if clear & (clear + 1) == 0 and (found := bounds(a)):  # rounds down
        return range_of(found[0] & ~clear, found[1] & ~clear)
    found = ordered(a, is_signed=False)
    if found is None:
        return range_of(0, b)
    if b & (b + 1) == 0 and found[0] & ~b == found[1] & ~b:  # within one multiple
        return range_of(found[0] & b, found[1] & b)
    return range_of(0, min(found[1], b))


def bit_clear(a: Value, b: Value) -> Value:
    return bit_and(a, ~b & MASK) if isinstance(b, int) else bit_and(a, None)


def bit_or(a: Value, b: Value) -> Value:
    if isinstance(a, int) and isinstance(b, int):
        return a | b
    if a == 0 or b == 0:
        return b if a == 0 else a
    return _mixed(a, b, is_or=True)


def bit_eor(a: Value, b: Value) -> Value:
    if isinstance(a, int) and isinstance(b, int):
        return a ^ b
    if a == 0 or b == 0:
        return b if a == 0 else a
    if a == MASK or b == MASK:
        return complement(b if a == MASK else a)
    return _mixed(a, b, is_or=False)


def _mixed(a: Value, b: Value, is_or: bool) -> Value:
    x, y = ordered(a, is_signed=False), ordered(b, is_signed=False)
    if x is None or y is None:
        return None
    high = (1 << max(x[1].bit_length(), y[1].bit_length())) - 1
    return range_of(max(x[0], y[0]) if is_or else 0, high)


def divide(a: Value, b: Value, is_signed: bool) -> Value:
    x, y = ordered(a, is_signed), ordered(b, is_signed)
    if x is None or y is None or min(x[0], y[0]) < 0:
        return None
    if y[0] == 0:
        return range_of(0, x[1])
    return range_of(x[0] // y[1], x[1] // y[0])


def extract(a: Value, low_bit: int, width: int, is_signed: bool) -> Value:
    """A field of bits; 8 or 16 of them is what UXTB and the like take."""
    least = -(1 << (width - 1)) if is_signed else 0
    most = (1 << (width - (1 if is_signed else 0))) - 1
    if isinstance(a, int):
        field = a >> low_bit & ((1 << width) - 1)
        return (field - (1 << width) if is_signed and field > most else field) & MASK
    found = bounds(a)
    if low_bit == 0 and found and least <= found[0] and found[1] <= most:
        return a
    return range_of(least, most)


def insert(a: Value, b: Value, low_bit: int, width: int) -> Value:
    """`a`, in a field of it the lowest bits of `b`, as BFI has it, and of halves PKHBT and PKHTB."""
    others = bit_clear(a, (1 << width) - 1 << low_bit)
    return add(others, shift_left(extract(b, 0, width, is_signed=False), low_bit))


def leading_zeros(a: Value) -> Value:
    low, high = ordered(a, is_signed=False) or (0, MASK)
    return range_of(32 - high.bit_length(), 32 - low.bit_length())


def saturate(a: Value, least: int, most: int) -> Value:
    found = ordered(a, is_signed=True)
    if found is None:
        return range_of(least, most)
    return range_of(min(max(found[0], least), most), min(max(found[1], least), most))


def join(a: Value, b: Value) -> Value:
    """What is either."""
    if a is b or a == b:
        return a
    if a is None or b is None:
        return None
    left = ((), signed(a), signed(a)) if isinstance(a, int) else a
    right = ((), signed(b), signed(b)) if isinstance(b, int) else b
    if left[0] != right[0]:
        return None
    return _made(left[0], min(left[1], right[1]), max(left[2], right[2]))
