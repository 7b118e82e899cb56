# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The instructions of an object or an image, as llvm-objdump decodes them.

llvm-objdump, because it decodes all that the compiler emits: of the released versions of capstone
none knows the instructions of the Cortex-M55. What is read here is the assembly language of Arm's
manuals (UAL), one operand after the other.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .firmware import toolchain

__all__ = ["CONDITIONS", "INVERSE", "REGISTERS", "DisassemblyError", "Instruction", "Memory", "Operand", "Register",
           "UnknownInstructionError", "disassemble"]  # fmt: skip

CONDITIONS = ("eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le")
INVERSE = {each: CONDITIONS[i ^ 1] for i, each in enumerate(CONDITIONS)}
REGISTERS = {f"r{i}": i for i in range(13)} | {"sp": 13, "lr": 14, "pc": 15}
_SHIFT = re.compile(r"(lsl|lsr|asr|ror|uxtw) #(\w+)|(rrx)")


class DisassemblyError(Exception):
    """llvm-objdump fails, or writes what is not understood."""


class UnknownInstructionError(DisassemblyError):
    """An instruction or an operand that cannot be decoded."""


@dataclass(frozen=True)
class Register:
    """A core register, perhaps shifted."""

    number: int
    shift: str = ""
    amount: int = 0


@dataclass(frozen=True)
class Memory:
    """`[base, index, lsl #shift]`, `[base, #offset]!`, or `[base], #offset` (post)."""

    base: int
    index: int | None
    shift: int
    offset: int
    writes_back: bool
    is_post: bool
    vector: str = ""
    """The vector register of a gather or a scatter."""


Operand = int | Register | Memory | tuple[str, ...] | str
"""An immediate, a register, memory, a list of registers, or a register that is not of the core."""


@dataclass(frozen=True)
class Instruction:
    address: int
    size: int
    name: str
    """Without condition and width; of vectors with the type."""
    condition: str
    """`al` if there is none."""
    is_predicated: bool
    """By an IT instruction."""
    operands: tuple[Operand, ...]
    text: str


def disassemble(path: Path, mcpu: str) -> dict[str, list[Instruction]]:
    """By section, in order. Raises DisassemblyError, ToolError."""
    tool = toolchain.find_tool("llvm-objdump")
    core = mcpu.partition("+")[0]
    done = subprocess.run(
        [tool, "-d", f"--mcpu={core}", path], capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode or "unrecognized" in done.stderr.lower() or "not a recognized" in done.stderr:
        raise DisassemblyError(f"llvm-objdump: {done.stderr.strip() or done.stdout.strip()}")
    sections: dict[str, list[Instruction]] = {}
    current: list[Instruction] = []
    pending: list[str] = []
    for line in done.stdout.splitlines():
        if line.startswith("Disassembly of section "):
            current = sections.setdefault(line.removeprefix("Disassembly of section ")[:-1], [])
            pending = []
            continue
        found = re.match(r" *([0-9a-f]+): ([0-9a-f ]+)\t(\S+)\t?(.*)", line)
        if not found or found[3].startswith("."):
            continue
        if found[3] == "<unknown>":
            raise UnknownInstructionError(f"{path.name}: an instruction that cannot be decoded: {line.strip()}")
        current.append(_parse(found, pending))
    return sections


def _parse(found: re.Match[str], pending: list[str]) -> Instruction:
    """`pending`: conditions of the instructions that follow an IT."""
    address, size = int(found[1], 16), 2 * len(found[2].split())
    mnemonic, text = found[3], found[4].split("@")[0].strip()
    name, _, rest = mnemonic.partition(".")
    if name.startswith("v") or name.startswith(("dls", "wls")):
        # Types say what an element is; `.w` says nothing.
        name = mnemonic.removesuffix(".w")
    condition, is_predicated = "al", False
    if re.fullmatch(r"it[te]*", name):
        if text not in INVERSE:
            raise UnknownInstructionError(f"'{mnemonic} {text}' is not covered")
        for letter in name[1:]:
            pending.append(text if letter == "t" else INVERSE[text])
    elif pending:
        condition, is_predicated = pending.pop(0), True
        head, dot, tail = name.partition(".")
        if not head.endswith(condition):
            raise DisassemblyError(f"'{mnemonic} {text}' does not have the condition of its IT")
        name = head.removesuffix(condition) + dot + tail
    elif name[:1] == "b" and name[1:] in CONDITIONS:
        name, condition = "b", name[1:]
    return Instruction(
        address, size, name, condition, is_predicated, tuple(_operands(text)),
        f"{mnemonic} {text}",
    )  # fmt: skip


def _operands(text: str) -> list[Operand]:
    pieces = re.findall(r"\[[^\]]*\]!?|\{[^}]*\}|[^,\s][^,]*", text)
    result: list[Operand] = []
    for piece in (each.strip() for each in pieces):
        if piece.startswith("["):
            result.append(_memory(piece))
        elif piece.startswith("{"):
            result.append(tuple(each.strip() for each in piece.strip("{}").split(",")))
        elif (shift := _SHIFT.fullmatch(piece)) and result and isinstance(result[-1], Register):
            result[-1] = Register(
                result[-1].number, shift[1] or "rrx", int(shift[2], 0) if shift[2] else 1
            )
        else:
            result.append(_scalar(piece))
    # The offset behind a closed bracket.
    if len(result) > 1 and isinstance(result[-2], Memory) and isinstance(result[-1], int):
        base = result[-2]
        result[-2:] = [Memory(base.base, None, 0, result[-1], True, True, base.vector)]
    return result


def _scalar(piece: str) -> Operand:
    word = piece.removesuffix("!")
    if word in REGISTERS:
        return Register(REGISTERS[word])
    if word == "zr":
        return 0
    number = re.match(r"#?(-?(?:0x[0-9a-f]+|\d+))(?: <.*>)?$", word)
    return int(number[1], 0) if number else piece


def _memory(piece: str) -> Memory:
    inside, bang = piece.strip("[]!"), piece.endswith("!")
    parts = [each.strip() for each in inside.split(",")]
    index, shift, offset, vector = None, 0, 0, ""
    base = REGISTERS.get(parts[0])
    if base is None:
        base, vector = -1, parts[0]
    for part in parts[1:]:
        if part.startswith("#"):
            offset = int(part[1:], 0)
        elif part in REGISTERS:
            index = REGISTERS[part]
        elif part.startswith("q"):
            vector = part
        else:
            found = _SHIFT.fullmatch(part)
            if not found or found[1] not in ("lsl", "uxtw"):
                raise UnknownInstructionError(f"an address that is not understood: {piece}")
            shift = int(found[2], 0)
    return Memory(base, index, shift, offset, bang, False, vector)
