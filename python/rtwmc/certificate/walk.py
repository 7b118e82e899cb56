# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The ways through a function: branches, where they meet again, and loops.

A branch whose condition is known is followed; of one that is not, both sides are, up to where they
meet, and what is known there is what both agree on, with the least and the most that either takes.
Loops are executed round by round.

A loop that may go on after any round and about which nothing new is learned from round to round
has no bound. It is named, and its cost is infinite.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator

from ..disassembly import Instruction, Register
from . import values
from .cases import cases, narrow
from .failures import NotCoveredError
from .flags import decide, join_flags
from .flow import RETURN, Block, Flow
from .machine import State, join_states
from .narrowing import halves
from .program import Code, Program
from .values import Value, add
from .vectors import loops_on

__all__ = ["Walk"]

_ROUNDS = 1 << 20
"""More than any loop of ours has."""
_ROUNDS_LOST = 1 << 14
"""Those after which a counter is taken to be lost, if a store may have changed it: without that
store's ways it is followed again."""
_PERHAPS = 400
"""Rounds of a loop that may end with each, after which it is asked whether it ever does."""
_ROUNDS_JOINED = 24
"""Those after which it is tried to keep its ways apart; if something is counted, after `_PERHAPS`."""
_ROUNDS_APART = 64
_WAYS_APART = 300
_CASES = 16
"""Cases of the first block of a round that are kept apart."""
_ROUNDS_OF_CASES = 128
"""Rounds after which that ends where it has not told those that go on from those that do not."""
_WORK = 600_000
"""Blocks that are executed in rounds that follow only perhaps, in a proof: about half a minute."""
_Stops = frozenset[int]


class Walk:
    """Walks through functions of `program`; `call` executes what they call, and `call_back` what
    they call through a register, of which there is the number."""

    def __init__(self, program: Program, call: Callable[[str, State], State],
                 call_back: Callable[[str, int, State], None]):  # fmt: skip
        self._program = program
        self._call = call
        self._call_back = call_back
        self.calls: dict[str, set[str]] = {}
        """By function."""
        self.unbounded: set[str] = set()
        """Loops for which no bound was found."""
        self.compared = False
        """Whether a branch depends on how addresses compare that are not known well enough."""
        self._apart: set[tuple[str, int]] = set()
        """Loops whose ways are kept apart."""
        self._cases: defaultdict[tuple[str, int], float] = defaultdict(int)
        """By loop: rounds whose cases were kept apart for nothing; fewer than any if once it was not."""
        self._joined: set[tuple[str, int]] = set()
        """Those of which there are too many."""
        self._open = 0
        """Loops that are being executed and may have ended before."""
        self.work = 0
        """Blocks executed in them."""

    def through(self, name: str, state: State) -> State:
        """From the entry of a function to its return."""
        flow, _ = self._program.function(name)
        return self._until(name, flow.function.start, frozenset((RETURN,)), state)[RETURN]

    def _until(self, name: str, at: int, stops: _Stops, state: State, is_inside: bool = False) -> dict[int, State]:
        """Executes from the block at `at` on; what is known at each of `stops` that is reached.
        `is_inside`: the first block is the loop's that is being executed, or none's."""
        flow, blocks = self._program.function(name)
        accesses = self._program.accesses
        doubts = accesses.doubts
        reached: dict[int, State] = {}
        while True:
            if at in stops and not is_inside:
                reached[at] = join_states(reached.get(at), state)
                accesses.doubts = doubts
                return reached
            if at in flow.loops and not is_inside:
                ways = self._loop(name, at, stops, state)
                following = self._leave(name, flow, ways, stops, reached)
            else:
                is_inside = False
                code = blocks[at]
                self._spend(name, at)
                for operation in code.operations:
                    operation(state)
                state.spend(code.cost)
                following = self._branch(name, flow, code, stops, state, reached)
            if following is None:
                accesses.doubts = doubts
                return reached
            if reached:  # by other ways
                accesses.doubts = doubts + 1
            at, state = following

    def _leave(self, name: str, flow: Flow, ways: dict[int, State], stops: _Stops,
               reached: dict[int, State]) -> tuple[int, State] | None:  # fmt: skip
        """Goes on where a loop was left; it may have been in several places."""
        inner = [each for each in ways if each not in stops]
        for each, state in ways.items():
            if each in stops:
                reached[each] = join_states(reached.get(each), state)
        if len(inner) < 2:
            return (inner[0], ways[inner[0]]) if inner else None
        return self._until_meeting(name, {each: ways[each] for each in inner}, flow.meeting(inner), stops, reached)

    def _until_meeting(self, name: str, ways: dict[int, State], meet: int, stops: _Stops,
                       reached: dict[int, State]) -> tuple[int, State] | None:  # fmt: skip
        """From several places to where all ways from them meet; None if only at `stops`."""
        inner = stops | {meet}
        both: State | None = None
        self._program.accesses.doubts += 1
        for at, state in ways.items():
            for stop, there in self._until(name, at, inner, state).items():
                if stop == meet and meet not in stops:
                    both = join_states(both, there)
                else:
                    reached[stop] = join_states(reached.get(stop), there)
        self._program.accesses.doubts -= 1
        return (meet, both) if both else None

    def _branch(self, name: str, flow: Flow, code: Code, stops: _Stops, state: State,
                reached: dict[int, State]) -> tuple[int, State] | None:  # fmt: skip
        """Where a block goes on, and with what; None if only at stops."""
        block = code.block
        last = block.instructions[-1]
        if block.kind == "callback":
            self._call_back(flow.function.where(last.address), int(block.callee), state)
        if block.kind in ("call", "tail"):
            self.calls.setdefault(name, set()).add(block.callee)
            back = state.registers[14]
            state.spend(code.taken)
            state = self._call(block.callee, state)
            if block.kind == "tail":
                # The callee returns to our caller.
                state.registers[15] = back
            return block.successors[0], state
        if last.name == "bx" and not last.is_predicated:
            state.registers[15] = state.registers[14]
        if len(block.successors) == 1:
            if block.kind != "next":
                state.spend(code.taken)
            return block.successors[0], state
        taken = self._is_taken(block, last, state)
        if taken is not None:
            if taken:
                state.spend(code.taken)
                self._leave_function(code, last, state)
            return block.successors[0 if taken else 1], state
        if state.flags and any(isinstance(each, tuple) and each[0] for each in state.flags[1:]):
            self.compared = True
        other = state.copy()
        narrow(code, state, other)
        state.spend(code.taken)
        self._leave_function(code, last, state)
        sides = dict(zip(block.successors, (state, other), strict=True))
        return self._until_meeting(name, sides, flow.meets[block.address], stops, reached)

    @staticmethod
    def _leave_function(code: Code, last: Instruction, state: State) -> None:
        """What a return on condition does where it holds."""
        if last.is_predicated and last.name == "bx":
            state.registers[15] = state.registers[14]
        elif code.leave:
            code.leave(state)

    def _is_taken(self, block: Block, last: Instruction, state: State) -> bool | None:
        if last.name in ("cbz", "cbnz"):
            register = last.operands[0]
            assert isinstance(register, Register)
            is_zero = decide("eq", ("sub", state.registers[register.number], 0))
            return is_zero if is_zero is None or last.name == "cbz" else not is_zero
        if block.kind == "loop":
            return loops_on(state, block.elements)
        if last.name.startswith("wls"):
            count = last.operands[1]
            assert isinstance(count, Register)
            return decide("eq", ("sub", state.registers[count.number], 0))
        return decide(last.condition, state.flags)

    def _loop(self, name: str, header: int, stops: _Stops, state: State) -> dict[int, State]:
        """All rounds of the loop that begins at `header`; what is known where it is left."""
        accesses = self._program.accesses
        doubts, open_ = accesses.doubts, self._open
        ways = self._rounds(name, header, stops, state)
        accesses.doubts, self._open = doubts, open_
        return ways

    def _spend(self, name: str, at: int) -> None:
        """Counts a block, where it is in a loop that may have ended before."""
        if not self._open:
            return
        self.work += 1
        if self.work > _WORK:
            flow, _ = self._program.function(name)
            raise NotCoveredError(f"{flow.function.where(at)}: in the time that a proof may take no bound is found")

    def _rounds(self, name: str, header: int, stops: _Stops, state: State) -> dict[int, State]:
        """The same; a round that follows only perhaps leaves a doubt."""
        accesses = self._program.accesses
        flow, _ = self._program.function(name)
        where = flow.function.where(header)
        inner = stops | flow.exits[header] | {header}
        ways: dict[int, State] = {}
        perhaps, patience = 0, _ROUNDS_JOINED
        first = state.copy() if (name, header) not in self._joined else None
        if RETURN in flow.exits[header]:
            first = None
        if (name, header) in self._apart:
            accesses.doubts += 1
            if found := self._loop_apart(name, header, inner, state.copy()):
                return found
            accesses.doubts -= 1
        for done in range(_ROUNDS):
            if done == _ROUNDS_LOST and accesses.is_provisional:
                break
            before = state.copy() if perhaps or done % 1024 == 1023 else None
            found = self._round(name, header, inner, state)
            back = found.pop(header, None)
            for stop, there in found.items():
                ways[stop] = join_states(ways.get(stop), there)
            if back is None:
                return ways
            state = back
            if not found:
                if before and before.knows(state) and before.flags == state.flags:
                    raise NotCoveredError(f"{where}: a loop that does not end")
                continue
            perhaps += 1
            if perhaps == 1:
                accesses.doubts += 1
                self._open += 1
            if before is None:
                continue
            is_still = before.knows(state) and before.flags in (None, state.flags)
            if perhaps == _ROUNDS_JOINED and _counts(before, state):
                patience = _PERHAPS
            if first and (perhaps == patience or is_still):
                if apart := self._loop_apart(name, header, inner, first):
                    self._apart.add((name, header))
                    return apart
                self._joined.add((name, header))
                first = None
            if is_still:
                self.unbounded.add(where)
                for there in ways.values():
                    there.cost = there.cost.unbounded()
                return ways
            if perhaps > _PERHAPS:
                _widen(before, state)
        raise NotCoveredError(f"{where}: a loop of more than {done:,} rounds")

    def _round(self, name: str, header: int, stops: _Stops, state: State) -> dict[int, State]:
        """A round of a loop: what is known where it ends. Of a loop around others, the cases of its
        first block are kept apart for the round: they may say whether it is the last."""
        flow, blocks = self._program.function(name)
        key, code = (name, header), blocks[header]
        if self._cases[key] > _ROUNDS_OF_CASES or not flow.loops.keys() & flow.loops[header] - {header}:
            return self._until(name, header, stops, state, is_inside=True)
        found: dict[int, State] = {}
        accesses = self._program.accesses
        ways = cases(code.operations, state, _CASES, accesses)
        doubts = accesses.doubts
        is_last = set()
        for each in ways:
            each.spend(code.cost)
            ends: dict[int, State] = {}
            accesses.doubts = doubts + (len(ways) > 1)
            if following := self._branch(name, flow, code, stops, each, ends):
                accesses.doubts += bool(ends)
                ends |= self._until(name, following[0], stops, following[1])
            accesses.doubts = doubts
            is_last.add(None if header in ends and len(ends) > 1 else header not in ends)
            for stop, there in ends.items():
                found[stop] = join_states(found.get(stop), there)
        if len(is_last) > 1:
            self._cases[key] = -math.inf
        elif len(ways) > 1:
            self._cases[key] += 1
        return found

    def _loop_apart(self, name: str, header: int, stops: _Stops, state: State) -> dict[int, State] | None:
        """The same, with the ways through a round apart instead of joined: of a search by halves
        this is what bounds it. None if there are too many."""
        ways: dict[int, State] = {}
        states = [state]
        for _ in range(_ROUNDS_APART):
            back: list[State] = []
            for each in states:
                for stop, there in self._ways(name, header, stops, each):
                    if stop != header:
                        ways[stop] = join_states(ways.get(stop), there)
                        continue
                    same = next((one for one in back if one.knows(there)), None)
                    if same:
                        same.cost = same.cost.either(there.cost)
                        same.flags = join_flags(same.flags, there.flags)
                    else:
                        back.append(there)
            if not back:
                return ways
            if len(back) > _WAYS_APART:
                return None
            states = back
        return None

    def _ways(self, name: str, header: int, stops: _Stops, state: State) -> Iterator[tuple[int, State]]:
        """Each way from the header of a loop to one of `stops`."""
        flow, blocks = self._program.function(name)
        todo = [(header, state, True)]
        while todo:
            at, state, is_inside = todo.pop()
            if at in stops and not is_inside:
                yield at, state
                continue
            if at in flow.loops and not is_inside:
                todo += [(stop, there, False) for stop, there in self._loop(name, at, stops, state).items()]
                continue
            code = blocks[at]
            for each in cases(code.operations, state, _WAYS_APART, self._program.accesses):
                self._spend(name, at)
                each.spend(code.cost)
                if code.block.kind == "call":
                    each.spend(code.taken)
                    each = self._call(code.block.callee, each)
                elif code.block.kind == "callback":
                    where = flow.function.where(code.block.instructions[-1].address)
                    self._call_back(where, int(code.block.callee), each)
                todo += ((after, there, False) for after, there in self._sides(code, each))

    def _sides(self, code: Code, state: State) -> Iterator[tuple[int, State]]:
        """Where a block goes on, the cases of its condition apart."""
        block = code.block
        after, last = block.successors, block.instructions[-1]
        taken = True if len(after) == 1 else self._is_taken(block, last, state)
        if taken is not None:
            if taken and block.kind not in ("next", "call"):
                state.spend(code.taken)
            yield after[0 if taken else 1], state
            return
        for flags in [state.flags] if last.condition == "al" else halves(last.condition, state.flags):
            each = state.copy()
            each.flags = flags
            is_taken = decide(last.condition, flags) if last.condition != "al" else None
            other = each.copy()
            narrow(code, each, other)
            if is_taken is not False:
                each.spend(code.taken)
                yield after[0], each
            if is_taken is not True:
                yield after[1], other


def _counts(before: State, state: State) -> bool:
    """Whether something that is known exactly is another from round to round."""
    pairs = [*zip(before.registers, state.registers, strict=True)]
    pairs += ((before.words.get(key), value) for key, value in state.words.items())
    return any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs)


def _widen(before: State, state: State) -> None:
    """Forgets what changes from round to round, but for whose base."""
    for i, (a, b) in enumerate(zip(before.registers, state.registers, strict=True)):
        if a != b:
            state.registers[i] = _widened(a, b)
    for key in [key for key, value in state.words.items() if before.words.get(key) != value]:
        if (wide := _widened(before.words.get(key), state.words[key])) is None:
            del state.words[key]
        else:
            state.words[key] = wide
    state.flags = None


def _widened(a: Value, b: Value) -> Value:
    known = values.join(a, b)
    return add(known, None) if isinstance(known, tuple) else None
