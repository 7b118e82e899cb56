# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Instructions as timing tables sort them, and the registers that they read and write."""

from __future__ import annotations

import re
from functools import lru_cache

from ..disassembly import REGISTERS, Instruction, Memory, Register

__all__ = ["address", "count", "destinations", "is_vector", "kind_of", "reads_register_file", "sources"]

_LONG = {
    "smull": "long multiply", "umull": "long multiply",
    "smlal": "long multiply-add", "umlal": "long multiply-add", "umaal": "long multiply-add",
}  # fmt: skip
_PLAIN = {
    "mul": "multiply", "mla": "multiply-add", "mls": "multiply-add", "udiv": "divide", "sdiv": "divide",
    "ldrd": "load double", "strd": "store double", "push": "store multiple", "pop": "load multiple",
    "bl": "call", "blx": "call", "bx": "return", "b": "branch", "cbz": "branch", "cbnz": "branch",
    "mrs": "status", "msr": "status", "nop": "nop",
    "dsb": "barrier", "dmb": "barrier", "isb": "barrier",
    "vpush": "store multiple", "vpop": "load multiple",
}  # fmt: skip
_SHIFTS = ("lsl", "lsr", "asr", "ror", "rrx")
_SIMD = re.compile(
    r"[su]xta?[bh](16)?|pkh(bt|tb)|[su]sat(16)?|(q|s|sh|u|uh|uq)(add|sub)(8|16)|qd?(add|sub)|sel|"
    r"rev(16|sh)?|rbit|[su]bfx|clz|bf[ic]|usada?8"
)
# Those of the pipe of multiplications and floating point (LLVM's scheduling model of the M55).
_VECTOR_MULTIPLY = re.compile(r"v(r?ml|mul|q?r?dml|q?r?d?mulh|qdmull|addl?v|cmp|pt\.|cvt|fm)")
_VECTOR_CONTROL = re.compile(r"v(ctp|pst|pnot|msr|mrs)")
_READS_ALL = ("cmp", "cmn", "tst", "teq", "cbz", "cbnz", "bx", "blx", "msr")


def kind_of(each: Instruction) -> str:
    """A row of the tables (`tables`)."""
    return _kind(each.name, each.operands)


@lru_cache(maxsize=1 << 16)
def _kind(name: str, operands: tuple[object, ...]) -> str:
    if found := _PLAIN.get(name) or _LONG.get(name):
        return found
    if name.startswith("v"):
        return _vector_kind(name, operands)
    if name.startswith(("le", "dls", "wls")):
        return "loop" if name.startswith("le") else "loop start"
    if re.fullmatch("it[te]*", name):
        return "it"
    if name.startswith(("ldm", "stm")):
        return "load multiple" if name.startswith("ldm") else "store multiple"
    if name.startswith("ldr"):
        return "load"
    if name.startswith("str"):
        return "store"
    bare = name.removesuffix("s")
    if bare in _PLAIN:
        return _PLAIN[bare]
    if re.match(r"[su]m(l|m|u)", name):
        return "multiply-add"
    if bare in _SHIFTS or any(isinstance(each, Register) and each.shift for each in operands):
        return "shift"
    return "simd" if _SIMD.fullmatch(name) else "data"


def _vector_kind(name: str, operands: tuple[object, ...]) -> str:
    if re.match(r"v(ldr|str|ld[24]|st[24])", name):
        memory = operands[-1]
        return "gather" if isinstance(memory, Memory) and memory.vector else "vector transfer"
    if _VECTOR_CONTROL.match(name):
        return "vector control"
    if name.startswith("vmov") and any(isinstance(each, Register) for each in operands):
        return "vector move"
    if _VECTOR_MULTIPLY.match(name):
        return "vector multiply"
    return "vector data"


def is_vector(kind: str) -> bool:
    return kind.startswith("vector") or kind == "gather"


def count(each: Instruction) -> int:
    """Registers of a list; elements of a gather or scatter."""
    if kind_of(each) == "gather":
        bits = re.search(r"\d+$", each.name)
        return 128 // int(bits[0]) if bits else 4
    return sum(_span(one) for one in _listed(each))


def _span(text: str) -> int:
    first, _, last = text.partition("-")
    return int(last[1:]) - int(first[1:]) + 1 if last else 1


def destinations(each: Instruction) -> frozenset[int | str]:
    """The registers that it writes, of the core by number, vectors by name."""
    kind, operands = kind_of(each), each.operands
    if not operands or kind in ("store", "store double", "store multiple") or each.name in _READS_ALL:
        return frozenset(_written_back(each))
    if kind == "load multiple":
        return frozenset(REGISTERS[one] for one in _listed(each) if one in REGISTERS) | _written_back(each)
    if is_vector(kind) and each.name.startswith("vst"):
        return frozenset(_written_back(each))
    first = 2 if kind in ("long multiply", "long multiply-add", "load double") or each.name.startswith("smlal") else 1
    found: set[int | str] = set()
    for one in operands[:first]:
        if isinstance(one, Register):
            found.add(one.number)
        elif isinstance(one, str):
            found.add(one)
    return frozenset(found) | _written_back(each)


def _listed(each: Instruction) -> tuple[str, ...]:
    return next((one for one in each.operands if isinstance(one, tuple)), ())


def _written_back(each: Instruction) -> frozenset[int]:
    return frozenset(one.base for one in each.operands if isinstance(one, Memory) and one.writes_back)


def sources(each: Instruction) -> frozenset[int | str]:
    """The registers that it reads, those of its address among them."""
    found: set[int | str] = set(address(each))
    kind = kind_of(each)
    skip = 0
    if kind in ("load", "load double"):
        skip = len(each.operands)
    elif len(each.operands) > 2 or each.name in ("mov", "movs", "mvn", "mvns") or kind == "simd":
        # What accumulates names its accumulator again, but for those into two registers and vectors.
        skip = 0 if kind == "long multiply-add" or each.name.startswith("smlal") else 1
        if is_vector(kind) and re.match(r"v(r?ml|q?r?dml|fm)", each.name):
            skip = 0
    for one in each.operands[skip:]:
        if isinstance(one, Register):
            found.add(one.number)
        elif isinstance(one, str):
            found.add(one)
        elif isinstance(one, tuple) and kind == "store multiple":
            found |= {REGISTERS[name] for name in one if name in REGISTERS}
    return frozenset(found)


def address(each: Instruction) -> frozenset[int | str]:
    """The registers of its address."""
    found: set[int | str] = set()
    for one in each.operands:
        if isinstance(one, Memory):
            found |= {one.base, one.vector} if one.base >= 0 else {one.vector}
            if one.index is not None:
                found.add(one.index)
    return frozenset(found - {""})


def reads_register_file(each: Instruction) -> bool:
    """Whether it reads any register at all."""
    return bool(sources(each))
