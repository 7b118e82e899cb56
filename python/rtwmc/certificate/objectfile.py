# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What an object file contains: sections, functions, and what its relocations refer to."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from .failures import CertificateError

__all__ = ["Function", "ObjectFile", "Place", "Section"]

_WRITE, _ALLOC, _CODE = 1, 2, 4
_RELOCATIONS = {
    2: "word",  # R_ARM_ABS32
    10: "call",  # R_ARM_THM_CALL
    30: "jump",  # R_ARM_THM_JUMP24
    51: "jump",  # R_ARM_THM_JUMP19
    47: "low",  # R_ARM_THM_MOVW_ABS_NC
    48: "high",  # R_ARM_THM_MOVT_ABS
}


@dataclass(frozen=True)
class Section:
    index: int
    name: str
    data: bytes
    align: int
    is_code: bool


@dataclass(frozen=True)
class Function:
    name: str
    section: int
    start: int
    size: int  # bytes, with its literal pool

    def where(self, address: int) -> str:
        """A place in it, for people."""
        return f"{self.name}+{address - self.start:#x}"


@dataclass(frozen=True)
class Place:
    """What a relocation refers to: a function or a place in a section."""

    kind: str
    symbol: str
    section: int
    offset: int


class ObjectFile:
    """A relocatable object for a Cortex-M. Raises CertificateError if it is none, or if it holds
    what no object of the compiler does: writable data, symbols that nothing defines."""

    def __init__(self, path: Path):
        contents = path.read_bytes()
        self.path = path
        self.sha256 = hashlib.sha256(contents).hexdigest()
        self.sections: dict[int, Section] = {}
        self.functions: dict[str, Function] = {}
        self.relocations: dict[tuple[int, int], Place] = {}
        """By section and offset."""
        try:
            self._read(ELFFile(io.BytesIO(contents)))
        except (ELFError, UnicodeDecodeError, KeyError, IndexError, AttributeError) as error:
            raise CertificateError(f"{path}: not an object file: {error}") from None

    def _read(self, elf: ELFFile) -> None:
        if elf["e_machine"] != "EM_ARM" or elf["e_type"] != "ET_REL" or not elf.little_endian:
            raise CertificateError(f"{self.path}: not an object file for a Cortex-M")
        table: Any = elf.get_section_by_name(".symtab")
        if table is None:
            raise CertificateError(f"{self.path}: an object without symbols")
        symbols = list(table.iter_symbols())
        sections: list[Any] = list(elf.iter_sections())
        for index, section in enumerate(sections):
            flags = section["sh_flags"]
            if not flags & _ALLOC or not section["sh_size"]:
                continue
            if flags & _WRITE:
                raise CertificateError(f"{self.path}: writable data: {section.name}")
            if section["sh_type"] != "SHT_PROGBITS":
                continue  # the tables of unwinders
            self.sections[index] = Section(
                index, section.name, section.data(), section["sh_addralign"], bool(flags & _CODE)
            )
        for symbol in symbols:
            place, kind = symbol["st_shndx"], symbol["st_info"]["type"]
            if place == "SHN_UNDEF":
                if symbol.name:
                    raise CertificateError(f"{self.path}: nothing defines '{symbol.name}'")
            elif kind == "STT_FUNC":
                if place not in self.sections or not self.sections[place].is_code:
                    raise CertificateError(f"{self.path}: '{symbol.name}' is in no section with code")
                self.functions[symbol.name] = Function(
                    symbol.name, place, symbol["st_value"] & ~1, symbol["st_size"]
                )
        names = {each.section: each.name for each in self.functions.values()}
        if len(names) != len(self.functions):
            raise CertificateError(f"{self.path}: two functions share a section")
        for section in sections:
            if section["sh_type"] == "SHT_RELA":
                raise CertificateError(f"{self.path}: relocations with addends of their own")
            if section["sh_type"] != "SHT_REL" or section["sh_info"] not in self.sections:
                continue
            for entry in section.iter_relocations():
                target = symbols[entry["r_info_sym"]]
                kind = _RELOCATIONS.get(entry["r_info_type"])
                if kind is None:
                    raise CertificateError(
                        f"{self.path}: a relocation of unknown type {entry['r_info_type']}"
                    )
                where, value = target["st_shndx"], target["st_value"]
                self.relocations[section["sh_info"], entry["r_offset"]] = Place(
                    kind, names.get(where, target.name), where, value & ~1 if where in names else value
                )

    def callee(self, section: int, offset: int) -> str | None:
        """The function that the branch at this place goes to, if it leaves its own."""
        place = self.relocations.get((section, offset))
        return place.symbol if place and place.kind in ("call", "jump") else None

    def calls(self, function: Function) -> set[str]:
        """Every function that `function` refers to."""
        return {
            place.symbol
            for (section, _), place in self.relocations.items()
            if section == function.section and place.symbol in self.functions
        }
