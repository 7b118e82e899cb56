# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads the sections and symbols of 32-bit little-endian ELF files.

Done here and not by llvm-nm and llvm-readelf, because starting those takes
longer than most of the runs this package makes.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path

EM_ARM = 40
SHT_SYMTAB, SHT_NOBITS = 2, 8
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
STT_SECTION, STT_FILE = 3, 4
SHN_UNDEF, SHN_ABS, SHN_COMMON = 0, 0xFFF1, 0xFFF2


class ElfError(ValueError):
    """Not a file this reader understands."""


@dataclass(frozen=True)
class Section:
    name: str
    flags: int
    address: int
    size: int  # bytes


@dataclass(frozen=True)
class Symbol:
    """`section` is None for an undefined, an absolute and a common symbol."""

    name: str
    address: int  # without the Thumb bit
    size: int  # bytes, 0 if the assembler was not told
    section: Section | None
    undefined: bool
    common: bool

    @property
    def is_code(self) -> bool:
        return self.section is not None and bool(self.section.flags & SHF_EXECINSTR)


@dataclass(frozen=True)
class Elf:
    sections: list[Section]
    symbols: list[Symbol]

    def address(self, name: str) -> int:
        """Address of the symbol `name`. Raises KeyError."""
        for symbol in self.symbols:
            if symbol.name == name and symbol.section:
                return symbol.address
        raise KeyError(name)

    def functions(self) -> list[tuple[int, int, str]]:
        """(address, size in bytes, name) of all code, sorted and without
        overlaps; code without a size reaches to the next symbol or the end of
        its section. Of two names for one place the larger, then the first wins."""
        found = sorted(
            ((s.address, -s.size, s.name, s.section) for s in self.symbols if s.is_code),
            key=lambda item: item[:3],
        )
        table: list[tuple[int, int, str]] = []
        for i, (address, size, name, section) in enumerate(found):
            if table and address == table[-1][0]:
                continue
            end = section.address + section.size
            following = next((a for a, *_ in found[i + 1 :] if a > address), end)
            reach = address - size if size else end
            table.append((address, min(reach, following, end) - address, name))
        return table

    def place(self, address: int) -> str:
        """`function+0xOFFSET`, or the address where there is no function."""
        for start, size, name in self.functions():
            if start <= address < start + size:
                return f"{name}+{address - start:#x}"
        return f"{address:#010x}"


def _string(table: bytes, at: int) -> str:
    return table[at : table.index(b"\0", at)].decode(errors="replace")


def read(path: str | os.PathLike[str]) -> Elf:
    """Raises ElfError if the file is not Arm ELF, OSError if it cannot be read."""
    data = Path(path).read_bytes()
    if data[:6] != b"\x7fELF\x01\x01":
        raise ElfError(f"{path}: not a 32-bit little-endian ELF file")
    try:
        return _parse(data, path)
    except (struct.error, ValueError, IndexError) as error:
        if isinstance(error, ElfError):
            raise
        raise ElfError(f"{path}: damaged ELF file") from None


def _parse(data: bytes, path: str | os.PathLike[str]) -> Elf:
    if struct.unpack_from("<H", data, 18)[0] != EM_ARM:
        raise ElfError(f"{path}: not for Arm")
    (table_offset,) = struct.unpack_from("<I", data, 32)
    entry, count, names_index = struct.unpack_from("<3H", data, 46)
    raw = [struct.unpack_from("<10I", data, table_offset + i * entry) for i in range(count)]

    def contents(index: int) -> bytes:
        return data[raw[index][4] : raw[index][4] + raw[index][5]]

    names = contents(names_index)
    sections = [Section(_string(names, r[0]), r[2], r[3], r[5]) for r in raw]
    symbols = []
    for index, header in enumerate(raw):
        if header[1] != SHT_SYMTAB:
            continue
        strings = contents(header[6])
        for name, value, size, info, _, where in struct.iter_unpack("<IIIBBH", contents(index)):
            text = _string(strings, name)
            # Mapping symbols ($a, $t, $d) tell code from data, and name nothing.
            if not text or text.startswith("$") or info & 15 in (STT_SECTION, STT_FILE):
                continue
            section = sections[where] if 0 < where < len(sections) else None
            if section and section.flags & SHF_EXECINSTR:
                value &= ~1
            symbols.append(
                Symbol(text, value, size, section, where == SHN_UNDEF, where == SHN_COMMON)
            )
    return Elf(sections, symbols)
