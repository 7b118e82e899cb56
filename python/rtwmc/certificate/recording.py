# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A call that has been executed once is not executed again, where all it depends on is the same.

An address that a callee is given has a name of its own there (`p0`, `p1`, ...), whatever it is, and
stack is counted from the callee's: so a call stands for all those that differ only in where things
are. What it reads of the memory that was there before is part of what it depends on; what it
accesses is checked again at each call, at the addresses of that call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .cost import Cost
from .values import WIDE, Base, Value, add, alignment, declare, scale

if TYPE_CHECKING:
    from .machine import Accesses, State

__all__ = ["STACK", "Names", "Recording", "Words"]

STACK = "stack"
Words = dict[tuple[str, int], Value]
_Span = tuple[int, int]
_LARGE = 4096
"""Bytes of an access of which words are not kept one by one."""


class Names:
    """The addresses of a caller as a callee sees them; `top` is the stack pointer's offset.

    The higher the `level`, the more is known, and the less calls are alike. At 0 each address has a
    name of its own, and numbers that are not known exactly are not known; from 1 on, addresses of
    one area have one name; at 2, intervals of numbers are known."""

    levels = 3

    def __init__(self, top: int, level: int):
        self.top = top
        self._level = level
        self.outside: dict[str, Value] = {}
        """What each name is to the caller."""
        self._known: dict[tuple[Base, int], str] = {}

    def copy(self) -> Names:
        other = Names(self.top, self._level)
        other.outside, other._known = dict(self.outside), dict(self._known)
        return other

    def inward(self, value: Value) -> Value:
        if not isinstance(value, tuple):
            return value
        base, low, high = value
        if not base:
            return value if self._level > 1 else None
        if base == ((STACK, 1),):
            return (base, low - self.top, high - self.top)
        if len(base) == 1 and base[0][0].startswith("section ") and base[0][1] == 1:
            return value
        is_wide = high - low >= 1 << 32
        origin = 0 if is_wide else low
        if self._level:
            origin = next((at for known, at in self._known if known == base), origin & ~3)
        if (base, origin) not in self._known:
            align = 1
            if len(base) == 1 and base[0][1] == 1:
                align = min(4, alignment(base[0][0]), origin & -origin or 4)
            name = f"p{len(self._known)} of {align}"
            declare(name, align)
            self._known[base, origin] = name
            self.outside[name] = (base, origin, origin)
        name = self._known[base, origin]
        return (((name, 1),), -WIDE, WIDE) if is_wide else (((name, 1),), low - origin, high - origin)

    def outward(self, value: Value) -> Value:
        if not isinstance(value, tuple) or not value[0]:
            return value
        total: Value = None
        base, low, high = value
        for i, (name, factor) in enumerate(base):
            part: Value = (((name, 1),), 0, 0)
            if name == STACK:
                part = (((STACK, 1),), self.top, self.top)
            elif name in self.outside:
                part = self.outside[name]
            part = scale(part, factor)
            total = part if i == 0 else add(total, part)
        if high - low >= 1 << 32:
            return add(total, None)
        return add(total, ((), low, high) if low != high else low & 0xFFFFFFFF)

    def place(self, name: str, offset: int) -> tuple[str, int] | None:
        """A place in the caller's memory, if it is in one area."""
        value = self.outward((((name, 1),), offset, offset))
        if not isinstance(value, tuple) or len(value[0]) != 1 or value[0][0][1] != 1:
            return None
        return value[0][0][0], value[1]


def _overlap(spans: Iterable[_Span], low: int, high: int) -> bool:
    return any(begin < high and low < end for begin, end in spans)


def _merged(spans: Iterable[_Span]) -> tuple[_Span, ...]:
    result: list[_Span] = []
    for low, high in sorted(spans):
        if result and low <= result[-1][1]:
            result[-1] = result[-1][0], max(high, result[-1][1])
        else:
            result.append((low, high))
    return tuple(result)


@dataclass
class Recording:
    """A call while it is executed, and afterwards what it depends on and what it does."""

    names: Names
    outer: State
    """The caller's state."""
    spans: dict[tuple[str, bool, str], set[_Span]] = field(default_factory=dict)
    """By name, whether stored, and where, or `` if all of it surely is: what is accessed."""
    reads: Words = field(default_factory=dict)
    """Words that were there before and known, in the order in which they were read."""
    blank: set[tuple[str, int]] = field(default_factory=set)
    """Those that were not known."""
    hits: set[tuple[str, int]] = field(default_factory=set)
    """Words that were known when they were read."""
    dirty: set[tuple[str, int]] = field(default_factory=set)
    """Words that were stored to."""
    wide: list[tuple[str, int, int]] = field(default_factory=list)
    """Many of them."""
    lost: set[tuple[str, str]] = field(default_factory=set)
    forgotten: list[Value] = field(default_factory=list)
    """Addresses of stores that may be anywhere about."""
    has_intervals: bool = False
    """Whether something is accessed of which the address is not known exactly."""
    rooms: dict[tuple[str, int], int | None] = field(default_factory=dict)
    """What was asked of regions in use (`Accesses.room`)."""
    done: Done | None = None

    def note(self, name: str, low: int, high: int, is_store: bool, unsure: str, is_vague: bool) -> None:
        """An access of `[low, high)`; `unsure` is where, if it may be less of it or none. `is_vague`:
        because its address is not known."""
        self.has_intervals |= is_vague
        spans = self.spans.setdefault((name, is_store, unsure), set())
        if (low, high) in spans:
            return
        spans.add((low, high))
        if is_store and high - low > _LARGE:
            self.wide.append((name, low, high))
        elif is_store:
            for at in range(low & ~3, high, 4):
                self.dirty.add((name, at))

    def word(self, accesses: Accesses, state: State, name: str, at: int) -> Value:
        """A word of memory: of the callee's, or of what was there before."""
        key = (name, at)
        if key in state.words:
            self.hits.add(key)
            return state.words[key]
        if key in self.blank or key in self.dirty or at & 3 or name == STACK and at < 0:
            return None
        if self.forgotten or any(each == name and low - 3 <= at < high for each, low, high in self.wide):
            return None
        if key not in self.reads:
            accesses.recordings.pop()
            value = self.names.inward(self._before(accesses, self.names, self.outer, key))
            accesses.recordings.append(self)
            if value is None:
                self.blank.add(key)
                return None
            self.reads[key] = value
        return self.reads[key]

    @staticmethod
    def _before(accesses: Accesses, names: Names, outer: State, key: tuple[str, int]) -> Value:
        """A word as it is when the function is called."""
        place = names.place(*key)
        return accesses.word(outer, *place) if place and not place[1] & 3 else None

    def _is_apart(self, names: Names) -> bool:
        """Whether no word that it had read was written under another name."""
        assert self.done
        stored: dict[str, list[tuple[str, tuple[_Span, ...]]]] = {}
        for (name, is_store, _), spans in self.done.spans.items():
            if is_store and (place := names.place(name, 0)):
                moved = tuple((low + place[1], high + place[1]) for low, high in spans)
                stored.setdefault(place[0], []).append((name, moved))
        for name, at in [*self.hits, *self.reads]:
            if name == STACK and at < 0:
                continue
            place = names.place(name, at)
            for other, spans in stored.get(place[0], ()) if place else ():
                if other != name and _overlap(spans, place[1], place[1] + 4):  # type: ignore[index]
                    return False
        return True

    def fits(self, accesses: Accesses, names: Names, state: State) -> bool:
        """Whether a call from `state`, whose arguments are the same, finds the same memory; names
        what it finds there."""
        for key, value in self.reads.items():
            if names.inward(self._before(accesses, names, state, key)) != value:
                return False
        for key, room in self.rooms.items():
            place = names.place(*key)
            if (accesses.room(*place) if place else None) != room:
                return False
        if len(self.blank) < len(state.words):
            known = (names.place(*key) in state.words for key in self.blank)
        else:
            places = {names.place(*key) for key in self.blank}
            known = (key in places for key in state.words)
        return not any(known) and self._is_apart(names)

    @property
    def is_vague(self) -> bool:
        """Whether more might be known if addresses and numbers were."""
        return bool(self.lost or self.forgotten) or self.has_intervals

    def finish(self, state: State, deepest: int) -> bool:
        """Keeps what the call did; whether that can be used."""
        written = {key: value for key, value in state.words.items()
                   if key in self.dirty and (key[0] != STACK or key[1] >= 0)}  # fmt: skip
        self.done = Done(
            {key: _merged(each) for key, each in self.spans.items()}, written,
            (state.registers[0], state.registers[1]), state.cost, deepest,
        )  # fmt: skip
        return self._is_apart(self.names)

    def apply(self, accesses: Accesses, names: Names, state: State, where: str) -> None:
        """Does to the caller's state what the call does."""
        done = self.done
        assert done
        for (name, is_store, unsure), spans in done.spans.items():
            if (place := names.place(name, 0)) is None:
                accesses.lose(unsure or where, is_store, "at an unknown address")
                continue
            for low, high in spans:
                accesses.span(state, place[0], low + place[1], high + place[1], is_store, where, unsure,
                              has_words=name != STACK or high > 0)  # fmt: skip
        for address in self.forgotten:
            accesses.forget(state, names.outward(address))
        accesses.lost_here().update(self.lost)
        if accesses.recordings:
            accesses.recordings[-1].has_intervals |= self.has_intervals
            # Who calls the caller may have one place under two names.
            known = (names.place(*key) for key in [*self.hits, *self.reads] if key[0] != STACK or key[1] >= 0)
            accesses.recordings[-1].hits.update(place for place in known if place)
        for key, value in done.words.items():
            place = names.place(*key)
            if place and not place[1] & 3 and not self._is_written_otherwise(names, key, place):
                accesses.set_word(state, place, names.outward(value))
        state.spend(done.cost)
        state.registers[0], state.registers[1] = (names.outward(each) for each in done.results)

    def _is_written_otherwise(self, names: Names, key: tuple[str, int], place: tuple[str, int]) -> bool:
        assert self.done
        for (name, is_store, _), spans in self.done.spans.items():
            if not is_store or name == key[0]:
                continue
            other = names.place(name, 0)
            if other and other[0] == place[0] and _overlap(spans, place[1] - other[1], place[1] - other[1] + 4):
                return True
        return False


@dataclass(frozen=True)
class Done:
    """What a call does, in its own names."""

    spans: dict[tuple[str, bool, str], tuple[_Span, ...]]
    words: Words
    """What is known of the memory it wrote."""
    results: tuple[Value, Value]
    cost: Cost
    deepest: int
    """Its stack; bytes."""
