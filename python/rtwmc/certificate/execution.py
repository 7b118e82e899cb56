# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Executes an object for all inputs at once.

Values are as far known as `values` says. A branch whose condition is known is followed; of one
that is not, both sides are, up to where they meet, and what is known there is what both agree on,
with the fewest and the most instructions of either. Loops are executed round by round, calls where
they are: at the end stands how many instructions an execution takes at least and at most.

A loop that may go on after any round and about which nothing new is learned from round to round
has no bound. It is named, and the most instructions are infinitely many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from . import values
from .disassembly import Instruction, Register
from .failures import NotCoveredError, RefusedError
from .flags import decide, orders
from .flow import RETURN, Block, Flow, find_flow
from .instructions import Operation, Predicated, compile_instruction
from .liveness import read_at_entry
from .machine import Accesses, State, join_states
from .objectfile import ObjectFile
from .recording import STACK, Names, Recording
from .transfers import Transfers
from .values import Value, add

__all__ = ["Execution"]

_PERHAPS = 400
"""Rounds of a loop that may end with each, after which it is asked whether it ever does."""
_ROUNDS_JOINED = 24
"""Those after which it is tried to keep its ways apart."""
_ROUNDS_APART = 64
_WAYS_APART = 300
_PRESERVED = (4, 5, 6, 7, 8, 9, 10, 11, 13)
_SCRATCH = (2, 3, 12, 14)
_Stops = frozenset[int]


@dataclass
class _Code:
    """A block that can be executed."""

    block: Block
    operations: list[Operation]
    leave: Operation | None
    """A return on condition, which is the last of them: what it does if it holds."""
    size: int
    """Instructions."""


@dataclass
class Execution:
    """One entry of an object, from its call to its return."""

    made: ObjectFile
    code: dict[str, list[Instruction]]
    accesses: Accesses
    on_call: Callable[[State, int], None] = lambda state, depth: None
    on_return: Callable[[State, int], None] = lambda state, depth: None
    frames: dict[str, int] = field(default_factory=dict)
    """By function: what its code takes of the stack, at most."""
    calls: dict[str, set[str]] = field(default_factory=dict)
    unbounded: set[str] = field(default_factory=set)
    """Loops for which no bound was found."""
    deepest: int = 0
    """What all of it takes of the stack."""
    depth: int = 0
    _flows: dict[str, tuple[Flow, dict[int, _Code]]] = field(default_factory=dict)
    _returns: int = 0
    _recordings: dict[tuple[Value | str, ...], list[Recording]] = field(default_factory=dict)
    """By function and arguments."""
    compared: bool = False
    """Whether a branch depends on how addresses compare that are not known well enough."""
    _levels: dict[str, int] = field(default_factory=dict)
    """By function: how much it has to know of where things are (`Names`)."""
    _apart: set[tuple[str, int]] = field(default_factory=set)
    """Loops whose ways are kept apart."""
    _joined: set[tuple[str, int]] = field(default_factory=set)
    """Those of which there are too many."""
    _arguments: dict[str, frozenset[int]] = field(default_factory=dict)

    def run(self, entry: str, arguments: list[Value]) -> State:
        """Calls `entry`; returns the state after its return."""
        registers: list[Value] = [values.exact(f"r{i}") for i in range(16)]
        registers[:4] = [*arguments[:4], *registers[: max(0, 4 - len(arguments))]][:4]
        registers[13] = values.exact(STACK)
        state = State(registers, {}, None, 0, 0)
        for i, argument in enumerate(arguments[4:]):
            if argument is not None:
                state.words[STACK, 4 * i] = argument
        return self._call(entry, state)

    # A function.

    def _function(self, name: str) -> tuple[Flow, dict[int, _Code]]:
        if name not in self._flows:
            function = self.made.functions[name]
            section = self.made.sections[function.section].name
            flow = find_flow(self.code.get(section, []), function, self.made)
            transfers = Transfers(function, self.accesses)
            blocks = {}
            for address, block in flow.blocks.items():
                body, last = list(block.instructions), block.instructions[-1]
                leave = None
                if last.is_predicated and RETURN in block.successors:
                    body.pop()
                    leave = self._compile(name, replace(last, is_predicated=False), transfers)
                compiled = [self._compile(name, each, transfers) for each in body]
                blocks[address] = _Code(block, [o for o in compiled if o], leave, len(block.instructions))
            self._flows[name] = flow, blocks
        return self._flows[name]

    def _compile(self, name: str, each: Instruction, transfers: Transfers) -> Operation | None:
        try:
            operation = compile_instruction(each, transfers)
        except NotCoveredError as error:
            where = f"{name}+{each.address - self.made.functions[name].start:#x}"
            raise NotCoveredError(f"{where}: {error}") from None
        changes_stack = each.name in ("push", "vpush") or "sp" in each.text
        if not operation or not changes_stack:
            return operation

        def checked(state: State) -> None:
            operation(state)
            self._note_stack(name, state.registers[13])

        return checked

    def _note_stack(self, name: str, pointer: Value) -> None:
        if type(pointer) is not tuple or pointer[0] != ((STACK, 1),) or pointer[1] != pointer[2]:
            raise NotCoveredError(f"{name}: its stack pointer cannot be followed")
        self.deepest = max(self.deepest, -pointer[1])
        self.frames[name] = max(self.frames.get(name, 0), self._entries[-1] - pointer[1])

    _entries: list[int] = field(default_factory=list)
    """The stack pointer of each function that is being executed, at its entry."""

    def _call(self, name: str, state: State) -> State:
        if self.depth > 32:
            raise RefusedError(f"recursion: {name}")
        # Calls of the network's function are steps: none is like another.
        return self._execute(name, state) if self.depth < 2 else self._repeat(name, state)

    def _repeat(self, name: str, state: State) -> State:
        """Executes a call, or finds that it was executed."""
        top = state.registers[13]
        assert type(top) is tuple
        level = self._levels.get(name, 0)
        names = Names(top[1], level)
        arguments = [names.inward(state.registers[i]) if i in self._reads(name) else None for i in range(4)]
        known = self._recordings.setdefault((name, level, *arguments), [])
        for recording in known:
            fresh = names.copy()
            if recording.fits(self.accesses, fresh, state):
                self._apply(recording, name, fresh, state)
                return state
        recording = Recording(names, state)
        inner = State([values.exact(f"r{i}") for i in range(16)], {}, None, 0, 0)
        inner.registers[:4] = arguments
        inner.registers[13] = values.exact(STACK)
        deepest, self.deepest = self.deepest, 0
        unbounded = set(self.unbounded)
        self.accesses.recordings.append(recording)
        compared, self.compared = self.compared, False
        inner = self._execute(name, inner)
        is_vague, self.compared = self.compared, compared
        self.accesses.recordings.pop()
        own, self.deepest = self.deepest, deepest
        is_vague = is_vague or recording.is_vague or self.unbounded != unbounded
        if is_vague and level + 1 < Names.levels:
            self._levels[name] = level + 1
            self.unbounded = unbounded
            return self._repeat(name, state)
        if not recording.finish(inner, own):
            return self._execute(name, state)
        known.append(recording)
        self._apply(recording, name, names, state)
        return state

    def _apply(self, recording: Recording, name: str, names: Names, state: State) -> None:
        recording.apply(self.accesses, names, state, name)
        assert recording.done
        self.deepest = max(self.deepest, recording.done.deepest - names.top)
        for i in _SCRATCH:
            state.registers[i] = None
        state.flags = None

    def _reads(self, name: str) -> frozenset[int]:
        if name not in self._arguments:
            self._arguments[name] = read_at_entry(self._function(name)[0], self._reads)
        return self._arguments[name]

    def _execute(self, name: str, state: State) -> State:
        self.on_call(state, self.depth)
        before = [state.registers[i] for i in _PRESERVED]
        top = state.registers[13]
        assert type(top) is tuple
        self._entries.append(top[1])
        self.frames.setdefault(name, 0)
        self.calls.setdefault(name, set())
        self._returns += 1
        back = state.registers[14] = values.exact(f"return {self._returns}")
        self.depth += 1
        flow, _ = self._function(name)
        state = self._until(name, flow.function.start, frozenset((RETURN,)), state)[RETURN]
        self.depth -= 1
        self._entries.pop()
        if state.registers[15] != back:
            raise RefusedError(f"{name} returns to where it was not called from")
        if [state.registers[i] for i in _PRESERVED] != before:
            raise RefusedError(f"{name} does not restore the registers of its caller")
        for i in _SCRATCH:
            state.registers[i] = None
        state.flags = None
        # What is below the stack is anyone's.
        for key in [key for key in state.words if key[0] == STACK and key[1] < top[1]]:
            del state.words[key]
        self.on_return(state, self.depth)
        return state

    # The way through it.

    def _until(self, name: str, at: int, stops: _Stops, state: State, is_inside: bool = False) -> dict[int, State]:
        """Executes from the block at `at` on; what is known at each of `stops` that is reached.
        `is_inside`: the first block is the loop's that is being executed, or none's."""
        flow, blocks = self._function(name)
        reached: dict[int, State] = {}
        while True:
            if at in stops and not is_inside:
                reached[at] = join_states(reached.get(at), state)
                return reached
            if at in flow.loops and not is_inside:
                ways = self._loop(name, at, stops, state)
                following = self._leave(ways, stops, reached)
            else:
                is_inside = False
                code = blocks[at]
                for operation in code.operations:
                    operation(state)
                state.least += code.size
                state.most += code.size
                following = self._branch(name, flow, code, stops, state, reached)
            if following is None:
                return reached
            at, state = following

    def _leave(self, ways: dict[int, State], stops: _Stops, reached: dict[int, State]) -> tuple[int, State] | None:
        """Goes on where a loop was left; it may have been in several places."""
        inner = [each for each in ways if each not in stops]
        for each, state in ways.items():
            if each in stops:
                reached[each] = join_states(reached.get(each), state)
        if len(inner) > 1:
            raise NotCoveredError("a loop is left to several places")
        return (inner[0], ways[inner[0]]) if inner else None

    def _branch(self, name: str, flow: Flow, code: _Code, stops: _Stops, state: State,
                reached: dict[int, State]) -> tuple[int, State] | None:  # fmt: skip
        """Where a block goes on, and with what; None if only at stops."""
        block = code.block
        last = block.instructions[-1]
        if block.kind in ("call", "tail"):
            self.calls.setdefault(name, set()).add(block.callee)
            if block.kind == "tail":
                # The callee returns to our caller.
                back = state.registers[14]
                state = self._call(block.callee, state)
                state.registers[15] = back
            else:
                state = self._call(block.callee, state)
            return block.successors[0], state
        if last.name == "bx" and not last.is_predicated:
            state.registers[15] = state.registers[14]
        if len(block.successors) == 1:
            return block.successors[0], state
        taken = self._is_taken(block, last, state)
        if taken is not None:
            if taken:
                self._leave_function(code, last, state)
            return block.successors[0 if taken else 1], state
        if state.flags and any(type(each) is tuple and each[0] for each in state.flags[1:]):
            self.compared = True
        meet = flow.meets[block.address]
        inner = stops | {meet}
        both: State | None = None
        other = state.copy()
        self._leave_function(code, last, state)
        for side, each in zip(block.successors, (state, other), strict=True):
            for stop, there in self._until(name, side, inner, each).items():
                if stop == meet and meet not in stops:
                    both = join_states(both, there)
                else:
                    reached[stop] = join_states(reached.get(stop), there)
        return (meet, both) if both else None

    @staticmethod
    def _leave_function(code: _Code, last: Instruction, state: State) -> None:
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
        if block.kind == "loop" or last.name.startswith("wls"):
            raise NotCoveredError(f"'{last.text}': low-overhead loops are not covered")
        return decide(last.condition, state.flags)

    def _loop(self, name: str, header: int, stops: _Stops, state: State) -> dict[int, State]:
        """All rounds of the loop that begins at `header`; what is known where it is left."""
        flow, _ = self._function(name)
        inner = stops | flow.exits[header] | {header}
        ways: dict[int, State] = {}
        perhaps = 0
        first = state.copy() if (name, header) not in self._joined else None
        if RETURN in flow.exits[header]:
            first = None
        if (name, header) in self._apart and (found := self._loop_apart(name, header, inner, state.copy())):
            return found
        while True:
            before = state.copy() if perhaps else None
            found = self._until(name, header, inner, state, is_inside=True)
            back = found.pop(header, None)
            for stop, there in found.items():
                ways[stop] = join_states(ways.get(stop), there)
            if back is None:
                return ways
            state = back
            if not found:
                continue
            perhaps += 1
            if before is None:
                continue
            if perhaps == _ROUNDS_JOINED and first:
                if apart := self._loop_apart(name, header, inner, first):
                    self._apart.add((name, header))
                    return apart
                self._joined.add((name, header))
            if before.knows(state):
                self.unbounded.add(f"{name}+{header - flow.function.start:#x}")
                for there in ways.values():
                    there.most = math.inf
                return ways
            if perhaps > _PERHAPS:
                _widen(before, state)

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
                        same.least, same.most = min(same.least, there.least), max(same.most, there.most)
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
        flow, blocks = self._function(name)
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
            for each in _cases(code.operations, state):
                each.least += code.size
                each.most += code.size
                if code.block.kind == "call":
                    each = self._call(code.block.callee, each)
                after = code.block.successors
                last = code.block.instructions[-1]
                taken = True if len(after) == 1 else self._is_taken(code.block, last, each)
                if taken is None:
                    todo.append((after[1], each.copy(), False))
                todo.append((after[0 if taken is not False else 1], each, False))


def _cases(operations: list[Operation], state: State) -> list[State]:
    """Executes a block, the cases of its conditions apart."""
    states = [state]
    for operation in operations:
        if isinstance(operation, Predicated):
            for each in list(states):
                if decide(operation.condition, each.flags) is None:
                    first, *others = orders(operation.condition, each.flags)
                    for flags in others:
                        other = each.copy()
                        other.flags = flags
                        states.append(other)
                    each.flags = first
        for each in states:
            operation(each)
    return states


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
    return add(known, None) if type(known) is tuple else None
