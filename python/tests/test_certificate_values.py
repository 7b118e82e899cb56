# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What certificates know of values holds for each value there can be."""

import random

import pytest

from rtwmc.certificate import values
from rtwmc.certificate.flags import carry, decide, join_flags, orders

MASK = values.MASK


def signed(number):
    number &= MASK
    return number - (1 << 32) if number >> 31 else number


def saturated(number, least, most):
    return min(max(signed(number), least), most) & MASK


def field(number, low, width, is_signed):
    found = number >> low & ((1 << width) - 1)
    return (found - (1 << width) if is_signed and found >> (width - 1) else found) & MASK


def inserted(a, b, low, width):
    mask = (1 << width) - 1
    return a & ~(mask << low) & MASK | (b & mask) << low


def quotient(a, b, is_signed):
    a, b = (signed(a), signed(b)) if is_signed else (a, b)
    if b == 0:
        return 0
    return (abs(a) // abs(b) * (-1 if (a < 0) != (b < 0) else 1)) & MASK


BINARY = {
    "add": (values.add, lambda a, b: a + b),
    "subtract": (values.subtract, lambda a, b: a - b),
    "multiply": (values.multiply, lambda a, b: a * b),
    "and": (values.bit_and, lambda a, b: a & b),
    "clear": (values.bit_clear, lambda a, b: a & ~b),
    "or": (values.bit_or, lambda a, b: a | b),
    "eor": (values.bit_eor, lambda a, b: a ^ b),
    "udiv": (lambda a, b: values.divide(a, b, False), lambda a, b: quotient(a, b, False)),
    "sdiv": (lambda a, b: values.divide(a, b, True), lambda a, b: quotient(a, b, True)),
    **{f"insert {f}": (lambda a, b, f=f: values.insert(a, b, *f), lambda a, b, f=f: inserted(a, b, *f))
       for f in ((0, 16), (0, 3), (16, 16), (5, 7), (0, 32))},
    "join": (values.join, lambda a, b: a),
}  # fmt: skip
UNARY = {
    "negate": (values.negate, lambda a: -a),
    "complement": (values.complement, lambda a: ~a),
    **{f"lsl {n}": (lambda a, n=n: values.shift_left(a, n), lambda a, n=n: a << n) for n in (0, 1, 7, 31)},
    **{f"lsr {n}": (lambda a, n=n: values.shift_right(a, n), lambda a, n=n: a >> n) for n in (0, 1, 7, 31)},
    **{f"asr {n}": (lambda a, n=n: values.shift_right_arithmetic(a, n), lambda a, n=n: signed(a) >> n)
       for n in (0, 1, 7, 31)},
    **{f"field {f}": (lambda a, f=f: values.extract(a, *f), lambda a, f=f: field(a, *f))
       for f in ((0, 8, True), (0, 8, False), (0, 16, True), (3, 5, False), (7, 1, True))},
    **{f"saturate {s}": (lambda a, s=s: values.saturate(a, *s), lambda a, s=s: saturated(a, *s))
       for s in ((-128, 127), (0, 255))},
}  # fmt: skip
CORNERS = (0, 1, 2, 127, 128, 255, 0x7FFFFFFF, 0x80000000, 0x80000001, MASK - 1, MASK)


def pick(rng):
    """A number, and what is known of it."""
    number = rng.choice([rng.choice(CORNERS), rng.getrandbits(32), rng.getrandbits(8), -rng.getrandbits(8) & MASK])
    kind = rng.randrange(4)
    if kind == 0:
        return number, None
    if kind == 1:
        return number, number
    base = rng.choice([signed(number), number])
    spread = rng.choice([1, 3, 200, 1 << 20])
    return number, values.range_of(base - rng.randrange(spread), base + rng.randrange(spread))


def holds(value, number):
    number &= MASK
    if value is None:
        return True
    if isinstance(value, int):
        return value == number
    assert not value[0]
    low, high = value[1], value[2]
    return (number - low) % (1 << 32) <= high - low


@pytest.mark.parametrize("name", BINARY)
def test_binary(name):
    abstract, concrete = BINARY[name]
    rng = random.Random(name)
    known = 0
    for _ in range(1500):
        (a, x), (b, y) = pick(rng), pick(rng)
        result = abstract(x, y)
        assert holds(result, concrete(a, b)), (hex(a), hex(b), x, y, result)
        known += result is not None
    assert known > 80


@pytest.mark.parametrize("name", UNARY)
def test_unary(name):
    abstract, concrete = UNARY[name]
    rng = random.Random(name)
    for _ in range(1500):
        a, x = pick(rng)
        result = abstract(x)
        assert holds(result, concrete(a)), (hex(a), x, result)


def nzcv(kind, a, b):
    total = a + b if kind == "add" else a + (~b & MASK) + 1
    result = total & MASK
    true = signed(a) + signed(b) if kind == "add" else signed(a) - signed(b)
    return bool(result >> 31), result == 0, total > MASK, signed(result) != true


def truth(condition, flags):
    n, z, c, v = flags
    return {
        "eq": z, "ne": not z, "hs": c, "lo": not c, "mi": n, "pl": not n, "vs": v, "vc": not v,
        "hi": c and not z, "ls": not c or z, "ge": n == v, "lt": n != v, "gt": not z and n == v,
        "le": z or n != v,
    }[condition]  # fmt: skip


def test_an_unknown_offset_stays_one():
    """What a loop counts is no other from round to round where nothing is known of it: so the loop's end is seen."""
    at = values.add(values.exact("place"), None)
    for step in (1, 4, values.MASK):
        assert values.add(at, step) == values.add(step, at) == values.subtract(at, step) == at


CONDITIONS = ("eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le")


@pytest.mark.parametrize("kind", ["add", "sub"])
@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions(kind, condition):
    rng = random.Random(kind + condition)
    known = 0
    for _ in range(2000):
        (a, x), (b, y) = pick(rng), pick(rng)
        real = nzcv(kind, a, b)
        found = decide(condition, (kind, x, y))
        assert found in (None, truth(condition, real)), (hex(a), hex(b), x, y)
        assert carry((kind, x, y)) in (None, int(real[2]))
        known += found is not None
        # Of the cases apart, one is it.
        if kind == "sub" and condition not in ("mi", "pl", "vs", "vc"):
            answers = [decide(condition, case) for case in orders(condition, ("sub", x, y))]
            assert None not in answers and truth(condition, real) in answers
        both = join_flags((kind, x, y), (kind, *(pick(rng)[1] for _ in range(2))))
        assert decide(condition, both) in (None, truth(condition, real))
    assert known > 100 or condition in ("vs", "vc")
