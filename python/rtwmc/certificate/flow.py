# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The flow of control in a function: blocks, where branches meet again, loops."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..disassembly import Instruction, Register
from .failures import NotCoveredError
from .objectfile import Function, ObjectFile
from .vectors import elements_of

__all__ = ["RETURN", "Block", "Flow", "find_flow"]

RETURN = -1
"""The address behind a return."""
_LOOP_ENDS = ("le", "letp")


@dataclass
class Block:
    """Instructions one after the other, of which the last may be a branch.

    kind  of the end: `next`, `goto`, `if`, `call`, `callback` (through a register), `return`,
          `loop` (LE)
    """

    address: int
    instructions: list[Instruction] = field(default_factory=list)
    kind: str = "next"
    successors: tuple[int, ...] = ()
    """Where to when the branch is taken, else where to."""
    callee: str = ""
    """Of a callback the register, as a number."""
    elements: int = 1
    """Of LE and LETP: what a round takes of the count."""


@dataclass
class Flow:
    function: Function
    blocks: dict[int, Block]
    meets: dict[int, int]
    """Where all ways from a block meet again (its immediate post-dominator)."""
    loops: dict[int, frozenset[int]]
    """The blocks of the loops that begin here."""
    exits: dict[int, frozenset[int]]
    """Where they leave to."""

    def meeting(self, places: list[int]) -> int:
        """Where all ways from several places meet."""
        ways = [self._behind(each) for each in places]
        return next(each for each in ways[0] if all(each in way for way in ways))

    def _behind(self, at: int) -> list[int]:
        """What all ways from a place come to, itself first."""
        result = [at]
        while at != RETURN:
            at = self.meets[at]
            result.append(at)
        return result


def _leaves(instruction: Instruction) -> bool:
    """Whether it writes the program counter."""
    operands = instruction.operands
    if instruction.name in ("pop", "ldm"):
        return any(isinstance(each, tuple) and "pc" in each for each in operands)
    return bool(operands) and operands[0] == Register(15) and instruction.name in ("mov", "ldr")


def _end(each: Instruction, function: Function, made: ObjectFile) -> tuple[str, int, str] | None:
    """How the instruction ends a block: kind, where to, callee."""
    callee = made.callee(function.section, each.address) or ""
    target = each.operands[-1] if each.operands else None
    if each.name in ("b", "bl"):
        if callee and callee != function.name:
            return ("call" if each.name == "bl" else "tail"), RETURN, callee
        if not isinstance(target, int):
            raise NotCoveredError(f"{function.where(each.address)}: a branch to nowhere")
        inside = function.start <= target < function.start + function.size
        if callee or not inside:
            raise NotCoveredError(f"{function.where(each.address)}: recursion")
        # A BL within a function is a far jump of Armv6-M.
        return ("if" if each.condition != "al" else "goto"), target, ""
    if each.name in ("cbz", "cbnz"):
        return "if", target, ""  # type: ignore[return-value]
    if each.name in _LOOP_ENDS:
        return "loop", target, ""  # type: ignore[return-value]
    if each.name.startswith("wls"):
        return "if", target, ""  # type: ignore[return-value]
    if each.name == "bx" and each.operands == (Register(14),) or _leaves(each):
        return "return", RETURN, ""
    if each.name == "blx" and isinstance(target, Register):
        return "callback", RETURN, str(target.number)
    if each.name in ("bx", "blx", "tbb", "tbh", "udf", "svc", "bkpt"):
        raise NotCoveredError(f"{function.where(each.address)}: '{each.text}' cannot be followed")
    return None


def _blocks(code: list[Instruction], function: Function, made: ObjectFile) -> dict[int, Block]:
    ends = {each.address: end for each in code if (end := _end(each, function, made))}
    leaders = {function.start}
    for each in code:
        if end := ends.get(each.address):
            leaders |= {each.address + each.size} | ({end[1]} if end[1] != RETURN else set())
    blocks: dict[int, Block] = {}
    current = None
    for each in code:
        if each.address in leaders:
            current = blocks[each.address] = Block(each.address)
        assert current
        current.instructions.append(each)
        current.successors = (each.address + each.size,)
        if end := ends.get(each.address):
            kind, target, current.callee = end
            after = current.successors
            is_unsure = each.is_predicated
            if kind in ("call", "callback", "tail") and (is_unsure or each.condition != "al"):
                raise NotCoveredError(f"{function.where(each.address)}: a call on condition")
            current.kind = "if" if is_unsure else kind
            if kind == "goto" or kind in ("tail", "return") and not is_unsure:
                current.successors = (target,)
            elif kind in ("if", "loop") or kind == "return":
                current.successors = (target, *after)
            if each.name == "letp":
                current.elements = _elements(code, target)
    return blocks


def _elements(code: list[Instruction], target: int) -> int:
    """Elements of a round of the loop that begins at `target`: its start is right before it."""
    starts = [each for each in code if each.address < target and "lstp." in each.name]
    if not starts:
        raise NotCoveredError("a loop with tail predication that nothing begins")
    return elements_of(starts[-1])


def _reachable(blocks: dict[int, Block], start: int, name: str) -> list[int]:
    """In reverse post-order."""
    order: list[int] = []
    seen = {start}
    stack = [(start, iter(blocks[start].successors))]
    while stack:
        at, rest = stack[-1]
        for after in rest:
            if after == RETURN or after in seen:
                continue
            if after not in blocks:
                raise NotCoveredError(f"{name}: flow leaves the code at {after:#x}")
            seen.add(after)
            stack.append((after, iter(blocks[after].successors)))
            break
        else:
            order.append(at)
            stack.pop()
    return order[::-1]


def _dominators(order: list[int], before: dict[int, set[int]], root: int) -> dict[int, set[int]]:
    """The nodes that are on every way from `root` to a node, itself among them."""
    everything = set(order) | {root}
    result = {each: everything for each in order}
    result[root] = {root}
    changed = True
    while changed:
        changed = False
        for each in order:
            if each == root:
                continue
            found = set.intersection(*(result[one] for one in before[each])) | {each}
            if found != result[each]:
                result[each], changed = found, True
    return result


def find_flow(code: list[Instruction], function: Function, made: ObjectFile) -> Flow:
    """Of the instructions of `function`. Raises NotCoveredError for what cannot be followed:
    branches through registers and tables, loops with several entries, recursion."""
    end = function.start + function.size
    own = [each for each in code if function.start <= each.address < end]
    blocks = _blocks(own, function, made)
    if function.start not in blocks:
        raise NotCoveredError(f"{function.name}: no instructions where it begins")
    order = _reachable(blocks, function.start, function.name)
    before: dict[int, set[int]] = {each: set() for each in order}
    for each in order:
        for after in blocks[each].successors:
            if after != RETURN:
                before[after].add(each)
    dominators = _dominators(order, before, function.start)
    after_of = {each: set(blocks[each].successors) for each in order}
    behind = _dominators(order[::-1], after_of, RETURN)
    meets = {
        each: max(behind[each] - {each}, key=lambda node: len(behind[node])) for each in order
    }
    loops: dict[int, set[int]] = {}
    position = {each: i for i, each in enumerate(order)}
    for each in order:
        for header in blocks[each].successors:
            if header == RETURN or position[header] > position[each]:
                continue
            if header not in dominators[each]:
                raise NotCoveredError(f"{function.where(header)}: a loop with several entries")
            body = loops.setdefault(header, {header})
            todo = [each]
            while todo:
                if (node := todo.pop()) not in body:
                    body.add(node)
                    todo += before[node]
    exits = {
        header: frozenset(s for node in body for s in blocks[node].successors if s not in body)
        for header, body in loops.items()
    }
    return Flow(
        function, {each: blocks[each] for each in order}, meets,
        {header: frozenset(body) for header, body in loops.items()}, exits,
    )  # fmt: skip
