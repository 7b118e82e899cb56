# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reading what the compiler wrote (object, header) and linking images."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import elf
from .boards import CORES_WITH_FPU, Board, core

HERE = Path(__file__).resolve().parent
# What networks take and give.
ELEMENT_BYTES = {"int8": 1, "uint8": 1, "int16": 2, "int32": 4}


class QemuError(Exception):
    """Base of every error of this package; str() is a message for the user."""


class ToolError(QemuError):
    """A tool is missing or failed."""


class HeaderError(QemuError):
    """The header lacks a definition or contradicts itself."""


class ObjectError(QemuError):
    """The object breaks the contract: undefined symbols, writable data."""


def find_tool(name: str) -> str:
    """Path of an LLVM tool (`clang`, `ld.lld`): the newest
    versioned one, `name-22` first. RTWMC_LLVM_BIN names a directory to look
    in before all others. Raises ToolError."""
    directory = os.environ.get("RTWMC_LLVM_BIN")
    if directory and (found := shutil.which(name, path=directory)):
        return found
    for candidate in (f"{name}-22", name):
        if found := shutil.which(candidate):
            return found
    if found := shutil.which(name, path="/usr/lib/llvm-22/bin"):
        return found
    raise ToolError(f"'{name}' not found; install clang-22 and lld-22")


def find_qemu() -> str:
    """Path of qemu-system-arm. Raises ToolError."""
    if found := shutil.which(os.environ.get("RTWMC_QEMU", "qemu-system-arm")):
        return found
    raise ToolError("'qemu-system-arm' not found; install the package qemu-system-arm")


def call(command: list[str | os.PathLike[str]], cwd: Path | None = None) -> str:
    """Runs `command` and returns what it printed. Raises ToolError with its
    messages if it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        name = Path(command[0]).name
        raise ToolError(f"{name} failed:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout


@dataclass(frozen=True)
class Header:
    """The macros of a compiled network's header; all sizes in bytes."""

    prefix: str
    arena_bytes: int
    arena_align: int
    stack_bytes: int
    input_bytes: int
    output_bytes: int
    ram_bytes: int
    input_align: int = 1
    output_align: int = 1
    output_type: str = "int8"
    input_rows: int = 0
    """Rows that are asked for; 0: the input is memory."""
    callback_stack_bytes: int = 0
    """Stack where they are."""

    @property
    def function(self) -> str:
        return f"{self.prefix}_run"

    @property
    def outputs(self) -> int:
        """Elements of the output."""
        return self.output_bytes // ELEMENT_BYTES[self.output_type]

    def macro(self, what: str) -> str:
        """The macro that says `what` of the network."""
        return macro_name(self.prefix, what)


def macro_name(prefix: str, what: str) -> str:
    """The macro of a header that says `what` of the network whose C names begin with `prefix`."""
    return f"{prefix}_{what}".upper()


def _evaluate(expression: str, macros: dict[str, str], depth: int = 0) -> int:
    """Value of an integer constant expression of literals, macros, + - * ( )."""

    def expand(match: re.Match[str]) -> str:
        word = match[0]
        if word[0].isdigit():
            return str(int(word.rstrip("uUlL"), 0))
        if depth > 20 or word not in macros:
            raise HeaderError(f"cannot evaluate '{expression}'")
        return str(_evaluate(macros[word], macros, depth + 1))

    text = re.sub(r"\w+", expand, expression)
    if not re.fullmatch(r"[\d\s()+*-]+", text):
        raise HeaderError(f"cannot evaluate '{expression}'")
    try:
        return int(eval(text, {"__builtins__": {}}))  # digits and operators only
    except SyntaxError:
        raise HeaderError(f"cannot evaluate '{expression}'") from None


def read_header(path: str | os.PathLike[str]) -> Header:
    """Reads OUT.h. Raises HeaderError if a macro is missing or the sizes
    contradict each other, OSError if the file cannot be read."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", Path(path).read_text(), flags=re.S)
    text = text.replace("\\\n", " ")
    declared = re.search(r"\b(\w+)_run\s*\((.*?)\)\s*;", text, re.S)
    if not declared:
        raise HeaderError(f"{path}: no declaration of PREFIX_run")
    prefix = declared[1]
    # An input that is asked for by rows is a function and its context.
    parameters, readers = re.subn(r"int \(\*\w+\)\([^)]*\), void \*\w+,", "", declared[2])
    if parameters.count("*") + readers > 3:
        raise HeaderError(f"{path}: {prefix}_run has several inputs or outputs; networks with one "
                          "of each can be emulated")  # fmt: skip
    # What a pointer points to is aligned as its type.
    types = re.findall(rf"\b({'|'.join(ELEMENT_BYTES)})_t\b", parameters) or ["int8"]
    macros = dict(re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(\S[^\n]*)", text, re.M))

    def value(name: str, default: int | None = None) -> int:
        macro = macro_name(prefix, name)
        if macro in macros:
            return _evaluate(macros[macro], macros)
        if default is None:
            raise HeaderError(f"{path}: no definition of {macro}")
        return default

    header = Header(
        prefix=prefix,
        arena_bytes=value("ARENA_BYTES"),
        arena_align=value("ARENA_ALIGN"),
        stack_bytes=value("STACK_BYTES"),
        input_bytes=value("INPUT_BYTES"),
        output_bytes=value("OUTPUT_BYTES"),
        ram_bytes=value("RAM_BYTES"),
        input_align=value("INPUT_ALIGN", ELEMENT_BYTES[types[0]]),
        output_align=value("OUTPUT_ALIGN", ELEMENT_BYTES[types[-1]]),
        output_type=types[-1],
        input_rows=value("INPUT_ROWS") if readers else 0,
        callback_stack_bytes=value("CALLBACK_STACK_BYTES") if readers else 0,
    )
    if header.ram_bytes != header.arena_bytes + header.stack_bytes:
        raise HeaderError(
            f"{path}: {header.macro('RAM_BYTES')} is {header.ram_bytes:,}, but arena + stack = "
            f"{header.arena_bytes:,} + {header.stack_bytes:,} bytes"
        )
    if header.stack_bytes % 8:
        raise HeaderError(
            f"{path}: {header.macro('STACK_BYTES')} is {header.stack_bytes:,}, not a multiple of 8, "
            "to which the procedure call standard aligns the stack"
        )
    for name in ("arena_align", "input_align", "output_align"):
        align = getattr(header, name)
        if align < 1 or align & (align - 1):
            raise HeaderError(f"{path}: {header.macro(name)} is {align}, not a power of two")
    return header


def check_object(path: str | os.PathLike[str], header: Header) -> None:
    """Raises ObjectError unless the object is Arm ELF, defines PREFIX_run,
    needs no other symbol and has no writable data."""
    try:
        object_file = elf.read(path)
    except elf.ElfError as error:
        raise ObjectError(str(error)) from None
    undefined = [s.name for s in object_file.symbols if s.undefined]
    if undefined:
        raise ObjectError(f"{path}: undefined symbols: {', '.join(undefined)}")
    if not any(s.name == header.function and s.is_code for s in object_file.symbols):
        raise ObjectError(f"{path}: does not define {header.function}")
    both = elf.SHF_WRITE | elf.SHF_ALLOC
    writable = [s for s in object_file.sections if s.flags & both == both and s.size]
    names = [s.name for s in object_file.symbols if s.section in writable or s.common]
    if writable or names:
        names = names or [s.name for s in writable]
        raise ObjectError(f"{path}: writable data: {', '.join(names)}")


def compile_source(source: Path, output: Path, mcpu: str, *flags: str) -> None:
    """Compiles one of our C or assembly files for `mcpu`. Raises ToolError."""
    has_fpu = int(core(mcpu) in CORES_WITH_FPU)
    call([
        find_tool("clang"), "--target=arm-none-eabi", f"-mcpu={mcpu}", "-mthumb",
        "-mfloat-abi=soft", "-ffreestanding", "-nostdlibinc", "-Wall", "-Wextra", "-Werror",
        "-ffunction-sections", f"-DRTWMC_HAS_FPU={has_fpu}", *flags, "-c", source, "-o", output,
    ])  # fmt: skip


def link(
    objects: list[str | os.PathLike[str]],
    output: Path,
    board: Board,
    *,
    flash_bytes: int,
    ram_bytes: int,
    stack_bytes: int,
) -> None:
    """Links an image for `board` with memories of the given sizes. Raises
    ToolError, among others when it does not fit: the message then has a line
    `MEMORY overflowed by N bytes` for each memory."""
    script = (HERE / "link.ld.in").read_text()
    values = dict(
        FLASH_ORIGIN=board.flash_origin, FLASH_BYTES=flash_bytes,
        RAM_ORIGIN=board.ram_origin, RAM_BYTES=ram_bytes, STACK_BYTES=stack_bytes,
    )  # fmt: skip
    for name, value in values.items():
        script = script.replace(f"@{name}@", hex(value))
    script_path = output.with_suffix(".ld")
    script_path.write_text(script)
    call([
        find_tool("ld.lld"), "--gc-sections", "--build-id=none", "-z", "max-page-size=4",
        "-T", script_path, *objects, "-o", output,
    ])  # fmt: skip
