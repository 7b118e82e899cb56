# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of an object, ready to be executed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..cycles import Table, of_block, of_branch
from ..disassembly import Instruction
from .cost import NOTHING, Cost, of_instructions
from .failures import NotCoveredError
from .flow import RETURN, Block, Flow, find_flow
from .instructions import Predicated, Selection, compile_instruction
from .liveness import read_at_entry
from .machine import Accesses, Operation, State
from .narrowing import Tested, find_compared, find_tested
from .objectfile import Function, ObjectFile
from .transfers import Transfers

__all__ = ["Code", "Program"]


@dataclass
class Code:
    """A block that can be executed."""

    block: Block
    operations: list[Operation]
    leave: Operation | None
    """A return on condition, which is the last of them: what it does if it holds."""
    cost: Cost
    """If its end does not branch."""
    taken: Cost
    """What it is more if it does."""
    tested: Tested | None
    """What its branch says of a register."""


class Program:
    """All functions, of which each is made ready when it is first asked for.

    on_stack  called with a function's name and a state after what may move the stack pointer
    """

    def __init__(self, made: ObjectFile, code: dict[str, list[Instruction]], timing: Table | None,
                 accesses: Accesses, on_stack: Callable[[str, State], None]):  # fmt: skip
        self._made, self._code, self._timing, self.accesses = made, code, timing, accesses
        self._on_stack = on_stack
        self._functions: dict[str, tuple[Flow, dict[int, Code]]] = {}
        self._arguments: dict[str, frozenset[int]] = {}

    def function(self, name: str) -> tuple[Flow, dict[int, Code]]:
        """Its flow of control, and its blocks by address."""
        if name not in self._functions:
            function = self._made.functions[name]
            section = self._made.sections[function.section].name
            flow = find_flow(self._code.get(section, []), function, self._made)
            transfers = Transfers(function, self.accesses)
            blocks = {}
            for address, block in flow.blocks.items():
                body, last = list(block.instructions), block.instructions[-1]
                leave = None
                if last.is_predicated and RETURN in block.successors:
                    body.pop()
                    leave = self._compile(function, replace(last, is_predicated=False), transfers)
                compiled = [self._compile(function, each, transfers) for each in body]
                for i, operation in enumerate(compiled):
                    if isinstance(operation, Predicated | Selection):
                        compiled[i] = replace(operation, tested=find_compared(body[:i]))
                blocks[address] = Code(
                    block, [o for o in compiled if o], leave, *self._cost(block), find_tested(block.instructions)
                )
            self._functions[name] = flow, blocks
        return self._functions[name]

    def _cost(self, block: Block) -> tuple[Cost, Cost]:
        count, timing = len(block.instructions), self._timing
        if not timing:
            return of_instructions(count), NOTHING
        taken = of_instructions(0, of_branch(block.instructions[-1], timing))
        return of_instructions(count, of_block(block.instructions, timing)), taken

    def _compile(self, function: Function, each: Instruction, transfers: Transfers) -> Operation | None:
        try:
            operation = compile_instruction(each, transfers)
        except NotCoveredError as error:
            raise NotCoveredError(f"{function.where(each.address)}: {error}") from None
        changes_stack = each.name in ("push", "vpush") or "sp" in each.text
        if not operation or not changes_stack:
            return operation

        def checked(state: State) -> None:
            operation(state)
            self._on_stack(function.name, state)

        return checked

    def reads(self, name: str) -> frozenset[int]:
        """Which of r0 to r3 it may read as its arguments."""
        if name not in self._arguments:
            self._arguments[name] = read_at_entry(self.function(name)[0], self.reads)
        return self._arguments[name]
