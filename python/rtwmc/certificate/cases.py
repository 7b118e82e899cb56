# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The cases of what is not known, each with what it says of registers."""

from __future__ import annotations

from ..disassembly import INVERSE
from .flags import Flags, decide
from .instructions import Predicated, Selection, ZeroTest
from .machine import Accesses, Operation, State
from .narrowing import halves, narrowed
from .program import Code

__all__ = ["cases", "narrow"]


def narrow(code: Code, taken: State, other: State) -> None:
    """What is known on either side of a branch of which both are possible."""
    if not code.tested:
        return
    last = code.block.instructions[-1]
    condition = {"cbz": "eq", "cbnz": "ne"}.get(last.name, last.condition)
    code.tested.narrow(taken, condition)
    code.tested.narrow(other, INVERSE[condition])


def cases(operations: list[Operation], state: State, most: int, accesses: Accesses) -> list[State]:
    """Executes a block, the cases of its conditions and of tests for zero apart while there are
    less than `most`."""
    states = [state]
    doubts = accesses.doubts
    for operation in operations:
        if isinstance(operation, Predicated | Selection):
            for each in list(states):
                if len(states) < most and decide(operation.condition, each.flags) is None:
                    first, *others = halves(operation.condition, each.flags)
                    for flags in others:
                        states.append(each.copy())
                        _suppose(operation, flags, states[-1])
                    _suppose(operation, first, each)
        if isinstance(operation, ZeroTest):
            for each in list(states):
                value = each.registers[operation.source]
                if len(states) < most and (other := narrowed(value, "ne", 0)) != value:
                    states.append(each.copy())
                    states[-1].registers[operation.source] = other
                    each.registers[operation.source] = 0
        accesses.doubts = doubts + (len(states) > 1)
        for each in states:
            operation(each)
    accesses.doubts = doubts
    return states


def _suppose(operation: Predicated | Selection, flags: Flags, state: State) -> None:
    """Goes on with `flags`, and what they say of the register that they are of."""
    state.flags = flags
    holds = decide(operation.condition, flags)
    if operation.tested and holds is not None:
        operation.tested.narrow(state, operation.condition if holds else INVERSE[operation.condition])
