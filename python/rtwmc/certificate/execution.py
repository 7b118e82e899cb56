# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Executes an object for all inputs at once.

Values are as far known as `values` says, and every way is taken that an input may take (`walk`).
Calls are executed where they are: at the end stands how many instructions an execution takes at
least and at most, and how much stack.
"""

from __future__ import annotations

from collections.abc import Callable

from ..cycles import Table
from ..disassembly import Instruction
from . import values
from .cost import NOTHING
from .failures import NotCoveredError, RefusedError
from .machine import Accesses, State
from .objectfile import ObjectFile
from .program import Program
from .recording import STACK, Names, Recording
from .values import Value
from .walk import Walk

__all__ = ["Execution"]

_PRESERVED = (4, 5, 6, 7, 8, 9, 10, 11, 13)
_SCRATCH = (2, 3, 12, 14)
_DEEPEST_CALLS = 32

Hook = Callable[[State, int], None]
CallBack = Callable[[str, Value, State], None]


def _at_entry(arguments: list[Value]) -> State:
    """What is known where a function is called with `arguments`, of which there are up to four."""
    registers = [values.exact(f"r{i}") for i in range(16)]
    registers[: len(arguments)] = arguments
    registers[13] = values.exact(STACK)
    return State(registers, {}, None, NOTHING)


def _forget_scratch(state: State) -> None:
    """After a call, nothing is known of what it need not preserve."""
    for i in _SCRATCH:
        state.registers[i] = None
    state.flags = None


class Execution:
    """Entries of an object, from their call to their return.

    timing              the core's table, if it has one
    on_call, on_return  called with the state and the depth of a call: 0 is the entry
    call_back           does what a function of the caller does: where it is called, its address,
                        and the state, of which scratch registers are forgotten then
    """

    def __init__(self, made: ObjectFile, code: dict[str, list[Instruction]], timing: Table | None,
                 accesses: Accesses, on_call: Hook, on_return: Hook, call_back: CallBack):  # fmt: skip
        self.accesses, self.on_call, self.on_return = accesses, on_call, on_return
        self._caller = call_back
        self.program = Program(made, code, timing, accesses, self._note_stack)
        self.walk = Walk(self.program, self._call, self._call_back)
        self.frames: dict[str, int] = {}
        """By function: what its code takes of the stack, at most."""
        self.deepest = 0
        """What all of it takes of the stack."""
        self._depth = 0
        self._entries: list[int] = []
        """The stack pointer of each function that is being executed, at its entry."""
        self._returns = 0
        self._recordings: dict[tuple[Value | str, ...], list[Recording]] = {}
        """By function, level and arguments."""
        self._levels: dict[str, int] = {}
        """By function: how much it has to know of where things are (`Names`)."""

    def run(self, entry: str, arguments: list[Value]) -> State:
        """Calls `entry`; returns the state after its return."""
        state = _at_entry(arguments[:4])
        for i, argument in enumerate(arguments[4:]):
            if argument is not None:
                state.words[STACK, 4 * i] = argument
        return self._call(entry, state)

    def _call(self, name: str, state: State) -> State:
        if self._depth > _DEEPEST_CALLS:
            raise RefusedError(f"recursion: {name}")
        # Calls of the network's function are steps: none is like another.
        return self._execute(name, state) if self._depth < 2 else self._repeat(name, state)

    def _repeat(self, name: str, state: State) -> State:
        """Executes a call, or finds that it was executed."""
        top = state.registers[13]
        assert isinstance(top, tuple)
        level = self._levels.get(name, 0)
        names = Names(top[1], level)
        arguments = [names.inward(state.registers[i]) if i in self.program.reads(name) else None for i in range(4)]
        known = self._recordings.setdefault((name, level, *arguments), [])
        for recording in known:
            fresh = names.copy()
            if recording.fits(self.accesses, fresh, state):
                self._apply(recording, name, fresh, state)
                return state
        recording = Recording(names, state)
        deepest, self.deepest = self.deepest, 0
        unbounded = set(self.walk.unbounded)
        self.accesses.recordings.append(recording)
        compared, self.walk.compared = self.walk.compared, False
        doubts, self.accesses.doubts = self.accesses.doubts, 0
        inner = self._execute(name, _at_entry(arguments))
        is_vague, self.walk.compared = self.walk.compared, compared
        self.accesses.doubts = doubts
        self.accesses.recordings.pop()
        own, self.deepest = self.deepest, deepest
        is_vague = is_vague or recording.is_vague or self.walk.unbounded != unbounded
        if is_vague and level + 1 < Names.levels:
            self._levels[name] = level + 1
            self.walk.unbounded = unbounded
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
        _forget_scratch(state)

    def _execute(self, name: str, state: State) -> State:
        self.on_call(state, self._depth)
        before = [state.registers[i] for i in _PRESERVED]
        top = state.registers[13]
        assert isinstance(top, tuple)
        self._entries.append(top[1])
        self.frames.setdefault(name, 0)
        self.walk.calls.setdefault(name, set())
        self._returns += 1
        back = state.registers[14] = values.exact(f"return {self._returns}")
        self._depth += 1
        state = self.walk.through(name, state)
        self._depth -= 1
        self._entries.pop()
        if state.registers[15] != back:
            raise RefusedError(f"{name} returns to where it was not called from")
        if [state.registers[i] for i in _PRESERVED] != before:
            raise RefusedError(f"{name} does not restore the registers of its caller")
        _forget_scratch(state)
        self._forget_below(state)
        self.on_return(state, self._depth)
        return state

    def _call_back(self, where: str, register: int, state: State) -> None:
        if self._depth != 1:
            raise NotCoveredError(f"{where}: a call through a register, not by the network's function")
        self.on_call(state, self._depth)
        self._caller(where, state.registers[register], state)
        _forget_scratch(state)
        state.registers[1] = None
        self._forget_below(state)
        self.on_return(state, self._depth)

    @staticmethod
    def _forget_below(state: State) -> None:
        """What is below the stack is anyone's."""
        top = state.registers[13]
        assert isinstance(top, tuple)
        for key in [key for key in state.words if key[0] == STACK and key[1] < top[1]]:
            del state.words[key]

    def _note_stack(self, name: str, state: State) -> None:
        pointer = state.registers[13]
        if not isinstance(pointer, tuple) or pointer[0] != ((STACK, 1),) or pointer[1] != pointer[2]:
            raise NotCoveredError(f"{name}: its stack pointer cannot be followed")
        self.deepest = max(self.deepest, -pointer[1])
        self.frames[name] = max(self.frames.get(name, 0), self._entries[-1] - pointer[1])
