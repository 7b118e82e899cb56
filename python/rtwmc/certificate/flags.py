# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Flags, as what they were set by, and what a condition is under them.

Addresses of one object compare as their offsets do: no object of ours wraps around the end of
memory.
"""

from __future__ import annotations

from ..disassembly import INVERSE
from .values import MASK, Value, add, bounds, join, ordered, subtract

__all__ = ["Flags", "carry", "decide", "join_flags", "orders"]

Flags = tuple[str, Value, Value] | None
"""`("sub", a, b)` of a comparison, `("add", a, b)`, `("bits", result, carry)` of what leaves
overflow as it is, `("order", is_signed, sign)` of a comparison of which only that is known; None is
anything."""


def orders(condition: str, flags: Flags) -> list[Flags]:
    """The cases of a comparison that `condition` asks for: less, equal, greater."""
    is_signed = condition in ("ge", "lt", "gt", "le")
    if flags is None or flags[0] != "sub" or condition in ("al", "mi", "pl", "vs", "vc"):
        return [flags]
    return [("order", is_signed, sign & MASK) for sign in (-1, 0, 1)]


def join_flags(a: Flags, b: Flags) -> Flags:
    if a is None or b is None or a == b:
        return a if a == b else None
    if a[0] != b[0] or a[0] == "order":
        return None
    return (a[0], join(a[1], b[1]), join(a[2], b[2]))


def _compare(a: Value, b: Value, is_signed: bool) -> tuple[int, int] | None:
    """The interval of `a - b` as integers without end."""
    if isinstance(a, tuple) and isinstance(b, tuple) and a[0] and a[0] == b[0]:
        low, high = a[1] - b[2], a[2] - b[1]
        return (low, high) if high - low < 1 << 32 else None
    x, y = ordered(a, is_signed), ordered(b, is_signed)
    return (x[0] - y[1], x[1] - y[0]) if x and y else None


def _sign(value: Value) -> bool | None:
    """Whether it is negative."""
    found = ordered(value, is_signed=True)
    return None if found is None or found[0] < 0 <= found[1] else found[1] < 0


def _is_zero(value: Value) -> bool | None:
    if isinstance(value, int):
        return value == 0
    found = bounds(value)
    if found is None:
        if not isinstance(value, tuple):
            return None
        # An address is not null.
        base, low, high = value
        return False if len(base) == 1 and base[0][1] == 1 and high - low < 1 << 32 else None
    low, high = found
    return False if high < low // (1 << 32) * (1 << 32) + (1 << 32) and low % (1 << 32) else None


def carry(flags: Flags) -> int | None:
    if flags is None:
        return None
    kind, a, b = flags
    if kind == "order":
        return None if a else int(b != MASK)
    if kind == "bits":
        return b if isinstance(b, int) else None
    if kind == "add":
        return int(a + b > MASK) if isinstance(a, int) and isinstance(b, int) else None
    found = _compare(a, b, is_signed=False)
    if found is None or found[0] < 0 <= found[1]:
        return None
    return int(found[0] >= 0)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def decide(condition: str, flags: Flags) -> bool | None:
    """Whether `condition` holds; None where both can be."""
    if condition == "al":
        return True
    if flags is None:
        return None
    kind, a, b = flags
    if condition in ("ne", "lo", "pl", "vc", "ls", "lt", "le"):
        return _not(decide(INVERSE[condition], flags))
    if kind == "order":
        if condition == "eq":
            return b == 0
        if condition not in ("ge", "gt") if a else condition not in ("hs", "hi"):
            return None
        return b != MASK if condition in ("ge", "hs") else b == 1
    result = a if kind == "bits" else subtract(a, b) if kind == "sub" else add(a, b)
    if condition == "eq":
        if kind == "sub" and (found := _compare(a, b, False) or _compare(a, b, True)):
            return True if found == (0, 0) else None if found[0] <= 0 <= found[1] else False
        return _is_zero(result)
    if condition == "mi":
        return _sign(result)
    if condition == "hs":
        bit = carry(flags)
        return None if bit is None else bool(bit)
    if condition == "hi":
        is_carried, is_equal = decide("hs", flags), decide("eq", flags)
        if kind == "sub" and (found := _compare(a, b, is_signed=False)):
            return True if found[0] > 0 else False if found[1] <= 0 else None
        if is_carried is False or is_equal is True:
            return False
        return True if is_carried and is_equal is False else None
    if kind == "sub" and condition in ("ge", "gt"):
        found = _compare(a, b, is_signed=True)
        least = 0 if condition == "ge" else 1
        if found is None:
            return None
        return True if found[0] >= least else False if found[1] < least else None
    if kind == "add" and condition in ("ge", "gt"):
        # As of a comparison with the negative number, which 2^31 does not have.
        x, y = ordered(a, True), ordered(b, True)
        if x is None or y is None:
            return None
        low, high, least = x[0] + y[0], x[1] + y[1], 0 if condition == "ge" else 1
        return True if low >= least else False if high < least else None
    return None  # overflow itself
