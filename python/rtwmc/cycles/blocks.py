# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What instructions that follow each other take."""

from __future__ import annotations

from collections.abc import Sequence

from ..disassembly import Instruction, Memory
from .kinds import address, count, destinations, is_vector, kind_of, reads_register_file, sources
from .tables import NO_CYCLES, PER_REGISTER, Cycles, Table

__all__ = ["of_block", "of_branch"]

_SINGLE = ("load", "store")
_TRANSFERS = ("load", "store", "load double", "store double", "load multiple", "store multiple")
# Those that do not go together with one of their own on the M7; others are issued alone.
_UNITS = {
    "multiply": "multiplier", "multiply-add": "multiplier", "long multiply": "multiplier",
    "long multiply-add": "multiplier", "shift": "shifter", "simd": "simd", "store": "store",
    "branch": "branch", "call": "branch", "return": "branch",
}  # fmt: skip
_ALONE = ("divide", "load double", "store double", "load multiple", "store multiple", "status", "barrier")
_PIPES = {"gather": "transfer", "vector transfer": "transfer", "vector multiply": "multiply",
          "vector data": "data", "vector move": "multiply", "vector control": "control"}  # fmt: skip
_MOVES = ("add", "sub", "mov", "uxtb", "uxth", "sxtb", "sxth", "nop", "it", "b")


def of_block(code: Sequence[Instruction], table: Table) -> Cycles:
    """What `code` takes if its last instruction does not branch. `likely` means nothing on a core
    that issues several instructions at once."""
    total = NO_CYCLES
    previous: Instruction | None = None
    for i, each in enumerate(code):
        following = code[i + 1] if i + 1 < len(code) else None
        total = total.plus(_alone(previous, each, following, table))
        previous = each
    if table.pairs:
        total = total._replace(least=_together(code, table))
    return total


def of_branch(last: Instruction, table: Table) -> Cycles:
    """What the last instruction of a block takes more if it branches."""
    return table.taken.get(kind_of(last), NO_CYCLES)


def _row(each: Instruction, table: Table) -> Cycles:
    kind = kind_of(each)
    row = table.cycles.get(kind, Cycles(1, 1, 1))
    if kind in PER_REGISTER:
        words = count(each)
        return Cycles(row.least + -(-words // table.words), row.likely + words, row.most + words)
    if kind == "gather":
        return Cycles(row.least, row.likely, max(row.most, count(each)))
    return row


def _alone(previous: Instruction | None, each: Instruction, following: Instruction | None, table: Table) -> Cycles:
    """An instruction behind another, of one at a time; `previous` is None where it is not known."""
    kind, row = kind_of(each), _row(each, table)
    if kind == "it" and previous and table.loads_pipeline:
        # Folded into a 16-bit instruction before it.
        row = Cycles(0, 0, 1) if previous.size == 2 else Cycles(1, 1, 1)
    if table.loads_pipeline and kind in _TRANSFERS:
        row = _transfer(previous, each, following, row)
    elif each.is_predicated and kind in table.cycles:
        # Where the condition does not hold it takes one.
        row = Cycles(min(row.least, 1), row.likely, row.most)
    if previous and table.delays.get(kind_of(previous)) and destinations(previous) & sources(each):
        row = row._replace(most=row.most + table.delays[kind_of(previous)])
    return row


def _transfer(previous: Instruction | None, each: Instruction, following: Instruction | None, row: Cycles) -> Cycles:
    """A load or store on M3 and M4 (section 3.3.2 of the M3's manual)."""
    kind = kind_of(each)
    before = kind_of(previous) if previous else None
    least, likely, most = row
    memory = next((one for one in each.operands if isinstance(one, Memory)), None)
    if kind in _SINGLE:
        is_free = before == "load" and previous and not destinations(previous) & address(each)
        if kind == "store" and memory and memory.index is None and not memory.writes_back:
            least, likely, most = 1, 1, 1
        elif is_free and memory and not memory.writes_back:
            # A load that writes its base back is not normally pipelined.
            least, likely, most = 1, 1 if previous and not _writes_back(previous) else 2, most - 1
        elif is_free or previous is None:
            least = 1
        elif memory and memory.writes_back and following and not reads_register_file(following):
            least = 1
        if kind == "load" and memory and memory.base == 15:
            most += 1
        if each.is_predicated:
            least = 1
    if before and before not in _TRANSFERS and previous and destinations(previous) & address(each):
        # The result of data processing is not forwarded to addresses.
        return Cycles(least, likely + 1, most + 1)
    return Cycles(least, likely, most)


def _writes_back(each: Instruction) -> bool:
    return any(isinstance(one, Memory) and one.writes_back for one in each.operands)


def _together(code: Sequence[Instruction], table: Table) -> int:
    """The fewest cycles, with what can be issued together or overlap."""
    time, i = 0, 0
    free: dict[str, int] = {}
    while i < len(code):
        kind, least = kind_of(code[i]), _row(code[i], table).least
        if table.pairs == "moves" and is_vector(kind):
            start = max(time, free.get(_PIPES[kind], 0))
            free[_PIPES[kind]] = start + least
            time = start + 1
        elif i + 1 < len(code) and _is_pair(code[i], code[i + 1], table):
            time += max(least, _row(code[i + 1], table).least)
            i += 1
        else:
            time += least
        i += 1
    return time


def _is_pair(first: Instruction, second: Instruction, table: Table) -> bool:
    """Whether the two can be issued together."""
    kinds = kind_of(first), kind_of(second)
    if any(is_vector(each) or each in _ALONE for each in kinds) or destinations(first) & sources(second):
        return False
    if table.pairs == "general":
        units = [_UNITS.get(each) for each in kinds]
        # Parallel arithmetic goes first.
        return (units[0] is None or units[0] != units[1]) and kinds[1] != "simd"
    if first.size != 2 or second.size != 2:
        return False
    if table.pairs == "moves":
        return any(each.name.removesuffix("s") in _MOVES or kind_of(each) == "it" for each in (first, second))
    return not all(each in _TRANSFERS for each in kinds)
