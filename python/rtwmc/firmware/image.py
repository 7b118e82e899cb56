# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Complete firmware: built for given memories, run, and checked."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import elf, toolchain
from .boards import Board, board_for
from .gdb import GdbClient, GdbError
from .toolchain import Header, QemuError, ToolError

# What loads an output of a type as a word.
_LOADS = {"int8": "ldrsb", "uint8": "ldrb", "int16": "ldrsh", "int32": "ldr"}
# Bytes past the firmware's own RAM that are painted and must not change.
_PAINTED_PAST_RAM = 64 * 1024


class DoesNotFit(QemuError):
    """The firmware is larger than the memories it is to be linked for."""


class FirmwareFailure(QemuError):
    """The firmware ran, and failed or wrote where it must not."""


@dataclass(frozen=True)
class Firmware:
    """A linked image; sizes in bytes."""

    elf: Path
    header: Header
    board: Board
    flash_bytes: int
    """Flash the image was linked for."""
    ram_bytes: int
    flash_used: int
    """Vectors, start-up, code, constants, the lines printed and, if it is there, the input."""
    ram_used: int
    """Stack, arena, output and, if it is there, the input."""
    startup_bytes: int
    """Of flash_used: vectors and everything that is not the network, its input or the lines."""
    input_in_ram: bool


@dataclass(frozen=True)
class FirmwareResult:
    """What a run of the image showed; sizes in bytes."""

    printed: str
    """The line of the winning class."""
    index: int
    """The winning class: the largest output, the first among equals."""
    output: bytes
    stack_used: int
    ram_outside_intact: bool
    """Whether RAM that is not the firmware's kept what was painted there."""


def build(
    object_path: str | os.PathLike[str],
    header_path: str | os.PathLike[str],
    mcpu: str,
    output: str | os.PathLike[str],
    input_record: bytes,
    *,
    flash: int | None = None,
    ram: int | None = None,
    board: str | None = None,
    input_in: str = "flash",
    labels: Sequence[str] = (),
) -> Firmware:
    """Links a complete image to `output`.

    flash, ram  bytes the image may use (default: all the board has)
    board       `lm3s811evb`, `stm32vldiscovery`, `microbit`; default: the
                largest machine QEMU has for the core
    input_in    `flash`: the record is a constant in the image; `ram`: a debugger
                or QEMU's loader puts it at `rtwmc_input` before reset
    labels      a name for each class, printed after its number

    Raises DoesNotFit, HeaderError, ObjectError, ToolError, ValueError.
    """
    target = board_for(mcpu, board)
    header = toolchain.read_header(header_path)
    toolchain.check_object(object_path, header)
    if header.input_rows:
        raise ValueError(
            f"{header.function} asks for its input row by row: whoever gives it the rows is firmware "
            "of yours, such as examples/line-camera"
        )
    flash = target.flash_bytes if flash is None else flash
    ram = target.ram_bytes if ram is None else ram
    for name, wanted, there in (
        ("flash", flash, target.flash_bytes), ("RAM", ram, target.ram_bytes),
    ):  # fmt: skip
        if not 0 < wanted <= there:
            raise ValueError(f"{target.machine} has {there:,} bytes of {name}, not {wanted:,}")
    if len(input_record) != header.input_bytes:
        raise ValueError(
            f"the input has {len(input_record):,} bytes, {header.prefix} takes "
            f"{header.input_bytes:,}"
        )
    if labels and len(labels) != header.outputs:
        raise ValueError(f"{len(labels)} labels for {header.outputs} outputs")
    if input_in not in ("flash", "ram"):
        raise ValueError(f"the input can be in flash or ram, not '{input_in}'")

    defines = [
        f"-DRTWMC_{name}={value}"
        for name, value in dict(
            RUN=header.function,
            ARENA_BYTES=header.arena_bytes, ARENA_ALIGN=header.arena_align,
            INPUT_BYTES=header.input_bytes, INPUT_ALIGN=header.input_align,
            OUTPUT_BYTES=header.output_bytes, OUTPUT_ALIGN=header.output_align,
            OUTPUT_LOAD=_LOADS[header.output_type],
            OUTPUT_ELEMENT=toolchain.ELEMENT_BYTES[header.output_type],
        ).items()
    ]  # fmt: skip
    if target.vtor is not None:
        defines.append(f"-DRTWMC_VTOR={target.vtor:#x}")
    output_path = Path(output)
    with tempfile.TemporaryDirectory(prefix="rtwmc-") as directory:
        work = Path(directory)
        names = labels or [""] * header.outputs
        lines = (f"{i} {name}".strip() + "\n\0" for i, name in enumerate(names))
        (work / "lines").write_bytes("".join(lines).encode())
        defines.append(f'-DRTWMC_LINES_FILE="{work / "lines"}"')
        if input_in == "flash":
            (work / "input").write_bytes(input_record)
            defines.append(f'-DRTWMC_INPUT_FILE="{work / "input"}"')
        startup, image = work / "product.o", work / "image.elf"
        toolchain.compile_source(toolchain.HERE / "product.S", startup, mcpu, *defines)
        try:
            toolchain.link(
                [startup, Path(object_path).resolve()], image, target,
                flash_bytes=flash, ram_bytes=ram, stack_bytes=header.stack_bytes,
            )  # fmt: skip
        except ToolError as error:
            raise _explain_link(error, header, flash, ram, input_in) from None
        linked = elf.read(image)
        flash_used, ram_used = _sizes(linked, target)
        startup_bytes = sum(
            symbol.size for symbol in linked.symbols if symbol.name in ("vectors", "rtwmc_reset")
        )
        output_path.write_bytes(image.read_bytes())
    return Firmware(
        elf=output_path, header=header, board=target, flash_bytes=flash, ram_bytes=ram,
        flash_used=flash_used, ram_used=ram_used,
        startup_bytes=startup_bytes, input_in_ram=input_in == "ram",
    )  # fmt: skip


def _explain_link(
    error: ToolError, header: Header, flash: int, ram: int, input_in: str
) -> QemuError:
    """The linker's overflow messages in terms of the memories and their users."""
    over: dict[str, int] = {}
    for region, by in re.findall(r"region '(FLASH|RAM)': overflowed by (\d+) bytes", str(error)):
        over[region] = max(over.get(region, 0), int(by))
    messages = []
    if "RAM" in over:
        parts = [
            f"stack {header.stack_bytes:,}", f"arena {header.arena_bytes:,}",
            f"output {header.output_bytes:,}",
        ]  # fmt: skip
        if input_in == "ram":
            parts.append(f"input {header.input_bytes:,}")
        messages.append(
            f"the firmware needs {ram + over['RAM']:,} bytes of {ram:,} bytes of RAM "
            f"({', '.join(parts)}, and alignment)"
        )
    if "FLASH" in over:
        hint = (
            f"; {header.input_bytes:,} of them are the input, which --input-in ram puts into RAM"
            if input_in == "flash"
            else ""
        )
        messages.append(
            f"the firmware needs {flash + over['FLASH']:,} bytes of {flash:,} bytes of flash{hint}"
        )
    return DoesNotFit("\n".join(messages)) if messages else error


def _sizes(image: elf.Elf, board: Board) -> tuple[int, int]:
    """Bytes used (flash, RAM), from the lowest to the highest address, so that
    padding between sections counts."""

    def used(origin: int, size: int) -> int:
        ends = [
            s.address + s.size
            for s in image.sections
            if s.flags & elf.SHF_ALLOC and s.size and origin <= s.address < origin + size
        ]
        return max(ends, default=origin) - origin

    return used(board.flash_origin, board.flash_bytes), used(board.ram_origin, board.ram_bytes)


def _paint(origin: int, size: int) -> bytes:
    """Bytes that depend on the address, so that a shifted copy shows."""
    return bytes((origin + i) * 167 + 90 & 255 for i in range(size))


def run(
    firmware: Firmware, input_record: bytes | None = None, *, timeout: float = 120.0
) -> FirmwareResult:
    """Runs the image in QEMU, with all its RAM and what lies past it painted.

    input_record  the input, for an image that has it in RAM
    timeout       seconds of wall time

    Raises FirmwareFailure (a fault, PREFIX_run not 0, RAM outside written, no
    end in time), ToolError, ValueError.
    """
    header, board = firmware.header, firmware.board
    if firmware.input_in_ram and (
        input_record is None or len(input_record) != header.input_bytes
    ):
        raise ValueError(f"the image needs an input of {header.input_bytes:,} bytes in RAM")
    table = elf.read(firmware.elf)
    painted = min(firmware.ram_used + _PAINTED_PAST_RAM, board.ram_bytes)
    image = bytearray(_paint(board.ram_origin, painted))
    if firmware.input_in_ram:
        at = table.address("rtwmc_input") - board.ram_origin
        image[at : at + header.input_bytes] = input_record  # type: ignore[assignment]

    with tempfile.TemporaryDirectory(prefix="rtwmc-") as directory:
        work = Path(directory)
        (work / "ram").write_bytes(image)
        command = [
            toolchain.find_qemu(), "-M", board.machine, *board.qemu_args,
            "-kernel", firmware.elf.resolve(), "-nodefaults", "-display", "none",
            "-serial", "null", "-monitor", "none", "-S", "-gdb", "unix:gdb,server=on,wait=off",
            "-chardev", "file,id=out,path=printed",
            "-semihosting-config", "enable=on,target=native,chardev=out",
            "-device", f"loader,file=ram,addr={board.ram_origin:#x},force-raw=on",
        ]  # fmt: skip
        with (work / "log").open("wb") as log:
            qemu = subprocess.Popen(
                command, cwd=work, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        gdb = None
        try:
            gdb = GdbClient(work / "gdb", timeout, lambda: qemu.poll() is None)
            where = _run_to_end(gdb, table, timeout)
            gdb.allow(30)
            if where == "rtwmc_fault":
                raise FirmwareFailure(f"the core took a fault (HardFault){_origin(gdb, table)}")
            if where == "rtwmc_failed":
                raise FirmwareFailure(f"{header.function} failed: it did not return 0")
            after = gdb.read(board.ram_origin, painted)
        except GdbError as error:
            qemu.wait(10)
            text = (work / "log").read_text(errors="replace").strip()
            if "Lockup" in text:
                raise FirmwareFailure("the core locked up (a fault within a fault)") from None
            raise ToolError(f"QEMU: {error}\n{text}") from None
        finally:
            if gdb:
                gdb.close()
            qemu.kill()
            qemu.wait()
        printed = (work / "printed").read_text(errors="replace")

    outside = range(firmware.ram_used, painted)
    changed = [i for i in outside if after[i] != image[i]]
    if changed:
        raise FirmwareFailure(
            f"{len(changed):,} bytes outside the firmware's {firmware.ram_used:,} bytes of RAM "
            f"were written, the first at {board.ram_origin + changed[0]:#010x}"
        )
    # The stack is at the bottom of RAM and grows down.
    deepest = next(
        (i for i in range(header.stack_bytes) if after[i] != image[i]), header.stack_bytes
    )
    at = table.address("rtwmc_output") - board.ram_origin
    output = after[at : at + header.output_bytes]
    signed = [byte - 256 if byte > 127 else byte for byte in output]
    return FirmwareResult(
        printed=printed.strip(),
        index=signed.index(max(signed)),
        output=output,
        stack_used=header.stack_bytes - deepest,
        ram_outside_intact=True,
    )


def _origin(gdb: GdbClient, table: elf.Elf) -> str:
    """Where the fault was taken, from the state the core has pushed."""
    try:
        pc = int.from_bytes(gdb.read(gdb.register(13) + 24, 4), "little")
    except GdbError:  # the stack had left RAM
        return ", and its stack was outside RAM"
    return f" in {table.place(pc)}"


def qemu_command(firmware: Firmware, input_path: str = "INPUT") -> str:
    """The shell command that runs the image without this package."""
    board = firmware.board
    words = ["qemu-system-arm", "-M", board.machine, *board.qemu_args, "-display", "none"]
    words += ["-semihosting-config", "enable=on,target=native", "-kernel", str(firmware.elf)]
    if firmware.input_in_ram:
        at = elf.read(firmware.elf).address("rtwmc_input")
        words += ["-device", f"loader,file={input_path},addr={at:#x},force-raw=on"]
    return shlex.join(words)


def _run_to_end(gdb: GdbClient, table: elf.Elf, timeout: float) -> str:
    """Runs to one of the image's ends and returns its symbol."""
    ends = {table.address(name): name for name in ("rtwmc_done", "rtwmc_failed", "rtwmc_fault")}
    for address in ends:
        gdb.break_at(address)
    try:
        gdb.resume()
    except TimeoutError:
        gdb.allow(5)
        gdb.interrupt()
        place = table.place(gdb.register(15))
        if gdb.register(13) < table.address("rtwmc_ram_low"):
            place += ", its stack below RAM"
        raise FirmwareFailure(
            f"no end after {timeout:g} s; stopped in {place} (an endless loop, or raise the "
            "timeout)"
        ) from None
    pc = gdb.register(15)
    if pc not in ends:
        raise FirmwareFailure(f"the core stopped at {pc:#010x}")
    return ends[pc]
