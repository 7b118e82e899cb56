# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Registers, flags and memory as far as they are known, and the accesses that are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ..cycles import NO_CYCLES, Cycles
from .cost import Cost
from .failures import RefusedError
from .flags import Flags, join_flags
from .objectfile import ObjectFile
from .recording import STACK, Recording, Words
from .values import Value, alignment, exact, join

__all__ = ["ASSUMED", "Accesses", "Area", "Operation", "State", "join_states"]

ASSUMED = "at an offset that is taken to be in the region where it begins"
"""Of a store: why it is listed."""


class State:
    """What is known at a place of the program; `cost` is that of the ways there."""

    __slots__ = ("cost", "flags", "registers", "words")

    def __init__(self, registers: list[Value], words: Words, flags: Flags, cost: Cost):
        self.registers, self.words, self.flags, self.cost = registers, words, flags, cost

    def copy(self) -> State:
        return State(self.registers[:], dict(self.words), self.flags, self.cost)

    def spend(self, cost: Cost) -> None:
        self.cost = self.cost.plus(cost)

    def knows(self, other: State) -> bool:
        """Whether both are the same but for flags and cost."""
        return self.registers == other.registers and self.words == other.words


Operation = Callable[[State], None]
"""What an instruction does."""


def join_states(a: State | None, b: State) -> State:
    if a is None:
        return b
    words: Words = {}
    if a.words == b.words:
        words = a.words
    else:
        for key, value in a.words.items():
            other = b.words.get(key)
            if other is not None and (joined := join(value, other)) is not None:
                words[key] = joined
    return State(
        [join(x, y) for x, y in zip(a.registers, b.registers, strict=True)], words,
        join_flags(a.flags, b.flags), a.cost.either(b.cost),
    )  # fmt: skip


@dataclass
class Area:
    """Memory that code may access: the offsets `[low, high)` from its base."""

    low: int
    high: int
    is_writable: bool
    what: str
    data: bytes | None = None
    section: int = -1


@dataclass
class Accesses:
    """All areas, and what has been accessed of them."""

    made: ObjectFile
    areas: dict[str, Area]
    split: Cycles = NO_CYCLES
    """What each transfer more of an unaligned word or halfword takes."""
    live: list[tuple[int, int]] = field(default_factory=list)
    """What of the arena is in use."""
    touched: bytearray = field(default_factory=bytearray)
    """Bytes of the arena that have been accessed since it was cleared."""
    followed: set[str] = field(default_factory=set)
    """Where there are loads and stores."""
    lost: set[tuple[str, str]] = field(default_factory=set)
    """By place and reason: accesses of which the address is not known well enough."""
    recordings: list[Recording] = field(default_factory=list)
    """Of the calls that are being executed for the first time, the innermost last."""
    assumes: bool = False
    """Whether a store that may reach beyond the region where it begins is taken to stay there."""
    reaches: bool = False
    """Whether there was such a store."""
    doubts: int = 0
    """How many decisions the way that is being executed depends on, of which it is not known
    whether any input makes them. What is accessed there perhaps never is."""

    @property
    def is_provisional(self) -> bool:
        """Whether what is found may be found again with stores that stay where they begin."""
        return self.reaches and not self.assumes

    def lost_here(self) -> set[tuple[str, str]]:
        return self.recordings[-1].lost if self.recordings else self.lost

    def lose(self, where: str, is_store: bool, reason: str) -> None:
        self.lost_here().add((where, f"{'store' if is_store else 'load'} {reason}"))

    def _find(self, address: Value, size: int, is_store: bool, where: str,
              is_sure: bool = True) -> tuple[str, int, int] | None:  # fmt: skip
        """Base and offsets, if all of the access is in its area. Raises RefusedError if it surely
        is not."""
        if not isinstance(address, tuple) or len(address[0]) != 1 or address[0][0][1] != 1:
            self.lose(where, is_store, "at an unknown address")
            return None
        base, low, high = address
        name = base[0][0]
        if high - low >= 1 << 32:
            self.lose(where, is_store, "at an unknown offset")
            return None
        is_vague = not is_sure or low != high
        if is_store and low != high:
            high = self._within_region(name, low, high, size, where)
        is_inside = self._is_inside(name, low, high + size, is_store, where, where if is_vague else "", is_vague)
        return (name, low, high) if is_inside else None

    def _is_inside(self, name: str, low: int, high: int, is_store: bool, where: str, unsure: str,
                   is_vague: bool = False) -> bool:  # fmt: skip
        """Notes an access of `[low, high)`, or if `unsure` says where, perhaps of less or none:
        whether it is all in the area. `is_vague`: because its address is not known."""
        if self.doubts:
            unsure = unsure or where
        if self.recordings and not name.startswith("section "):
            self.recordings[-1].note(name, low, high, is_store, unsure, is_vague)
            return True
        area = self.areas.get(name)
        if area is None:
            self.lose(where, is_store, "at an unknown address")
            return False
        if is_store and not area.is_writable:
            raise RefusedError(f"{where}: a store to {area.what}, which is only read")
        if low < area.low or high > area.high:
            if not unsure:
                raise RefusedError(
                    f"{where}: {'stores' if is_store else 'loads'} the bytes from {low:,} to {high:,} of "
                    f"{area.what}, which has those from {area.low:,} to {area.high:,}"
                )
            self.lose(unsure, is_store, f"at an offset that may be outside {area.what}")
            return False
        if name == "arena":
            if not unsure:
                self.touched[low:high] = b"\1" * (high - low)
            elif not any(begin <= low and high <= end for begin, end in self.live):
                self.lose(unsure, is_store, "at an offset that may be outside the region in use")
        return True

    def _within_region(self, name: str, low: int, high: int, size: int, where: str) -> int:
        """The last offset of a store, where it is taken to stay in the region of the first."""
        if self.is_provisional:
            return high
        room = self.room(name, low)
        if room is None or not size <= room < high + size - low:
            return high
        self.reaches = True
        if not self.assumes:
            return high
        self.lose(where, True, ASSUMED)
        return low + room - size

    def room(self, name: str, at: int) -> int | None:
        """Bytes from a place of the arena to the end of the region in use that has it."""
        if not self.recordings:
            ends = [end for begin, end in self.live if begin <= at < end] if name == "arena" else []
            return max(ends) - at if ends else None
        if (name, at) not in (inner := self.recordings[-1]).rooms:
            self.recordings.pop()
            place = inner.names.place(name, at)
            inner.rooms[name, at] = self.room(*place) if place else None
            self.recordings.append(inner)
        return inner.rooms[name, at]

    def span(self, state: State, name: str, low: int, high: int, is_store: bool, where: str, unsure: str,
             has_words: bool = True) -> None:  # fmt: skip
        """Bytes that a call accesses; `has_words`: some may be known to the caller."""
        if not self._is_inside(name, low, high, is_store, where, unsure):
            if is_store:
                self.forget(state, exact(name, low))
        elif is_store and has_words:
            _drop(state.words, name, low - 3, high)

    def word(self, state: State, name: str, at: int) -> Value:
        """What is known of a word of memory."""
        if self.recordings:
            return self.recordings[-1].word(self, state, name, at)
        return state.words.get((name, at))

    def set_word(self, state: State, place: tuple[str, int], value: Value) -> None:
        if value is None:
            state.words.pop(place, None)
        elif alignment(place[0]) >= 4:
            state.words[place] = value

    def spend_on_alignment(self, state: State, address: Value, size: int) -> None:
        """What a load or store of 2 or 4 bytes takes more if the address is no multiple of that."""
        if not self.split.most or size < 2:
            return
        least, most = _splits(address, size)
        if most:
            state.spend(Cost(0, 0, least * self.split.least, most * self.split.most))

    def load(self, state: State, address: Value, size: int, is_signed: bool, where: str) -> Value:
        """What a load of 1, 2 or 4 bytes finds."""
        self.followed.add(where)
        found = self._find(address, size, False, where)
        if found is not None and found[1] == found[2]:
            name, low, _ = found
            area = self.areas.get(name)
            if area is not None and area.data is not None:
                return self._constant(area, low, size, is_signed)
            if size == 4:
                return self.word(state, name, low)
        if size == 4:
            return None
        most = (1 << (8 * size - is_signed)) - 1
        return ((), -most - 1 if is_signed else 0, most)

    def _constant(self, area: Area, at: int, size: int, is_signed: bool) -> Value:
        assert area.data is not None
        raw = area.data[at : at + size]
        if place := self.made.relocations.get((area.section, at)):
            addend = int.from_bytes(raw, "little", signed=True)
            return exact(f"section {place.section}", place.offset + addend) if size == 4 else None
        return int.from_bytes(raw, "little", signed=is_signed) & 0xFFFFFFFF

    def store(self, state: State, address: Value, size: int, value: Value, where: str) -> None:
        self.followed.add(where)
        found = self._find(address, size, True, where)
        if found is None:
            self.forget(state, address)
            return
        name, low, high = found
        if low == high and size == 4 and not low & 3:
            self.set_word(state, (name, low), value)
        elif state.words:
            _drop(state.words, name, low - 3, high + size)

    def block(self, state: State, address: Value, size: int, is_store: bool, where: str, is_sure: bool) -> None:
        """An access of `size` bytes, or if not sure of some of them, to or from a vector."""
        self.followed.add(where)
        found = self._find(address, size, is_store, where, is_sure)
        if not is_store:
            return
        if found is None:
            self.forget(state, address)
        else:
            _drop(state.words, found[0], found[1] - 3, found[2] + size)

    def forget(self, state: State, address: Value) -> None:
        """After a store to an unknown place: nothing is known of the memory of its base. Where
        not even that is known, only the stack is taken to be as it was."""
        if self.recordings:
            self.recordings[-1].forgotten.append(address)
        names: Iterable[str] = (n for n, _ in address[0]) if isinstance(address, tuple) else ()
        known = set(names)
        words = state.words
        for key in [key for key in words if key[0] in known or not known and key[0] != STACK]:
            del words[key]


def _splits(address: Value, size: int) -> tuple[int, int]:
    """Transfers beyond the first, of memory that transfers aligned halfwords and words."""
    if isinstance(address, tuple) and len(address[0]) == 1 and address[0][0][1] == 1 and address[1] == address[2]:
        at, align = address[1], alignment(address[0][0][0])
        if align >= size or at % 2 and align > 1:
            count = 0 if at % size == 0 else 2 if size == 4 and at % 2 else 1
            return count, count
    return 0, size // 2


def _drop(words: Words, name: str, low: int, high: int) -> None:
    """Forgets the words that begin in `[low, high)`."""
    if high - low < len(words):
        for at in range(low, high):
            words.pop((name, at), None)
    else:
        for key in [key for key in words if key[0] == name and low <= key[1] < high]:
            del words[key]
