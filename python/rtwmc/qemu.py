# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs compiled networks on emulated Cortex-M cores.

    python3 -m rtwmc.qemu run --object lenet.o --header lenet.h --mcpu cortex-m4 \\
        --input in.bin --output out.bin --count
    python3 -m rtwmc.qemu firmware --object lenet.o --header lenet.h --mcpu cortex-m4 \\
        --flash 32KiB --ram 4KiB --input cat.bin -o lenet.elf

`run` measures: any number of inputs in one QEMU run, with guards around every
byte that belongs to the network, its deepest stack, and (`--count`) the exact
number of instructions of each inference. `firmware` builds and runs a complete
image within given memories. QEMU models no cycles: there are instructions, no
times, and an estimate from timing tables (`rtwmc.cycles`). Needs clang and ld.lld (22) and qemu-system-arm.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from . import commands
from .cycles import Cycles, by_function, read_profile, table_for
from .disassembly import disassemble
from .firmware import elf, image, toolchain
from .firmware.boards import BOARDS, Board, board_for
from .firmware.elf import Elf
from .firmware.gdb import GdbClient, GdbError
from .firmware.plugin import plugin_path
from .firmware.toolchain import Header, QemuError, ToolError

__all__ = ["Fault", "QemuError", "RunFailure", "RunResult", "Timeout", "run"]

GUARD_BYTES = 4096
_HARNESS_STACK_BYTES = 1024
# What the harness's own function takes that gives a network rows of its input.
READER_STACK_BYTES = 32
_ZONES = (
    "below the stack", "above the stack", "past the arena", "before the input",
    "to the input", "past the input", "before the output", "past the output",
)  # fmt: skip
_RECORD = struct.Struct(f"<IiI{3 * len(_ZONES)}I")

# CFSR bits (Armv7-M Architecture Reference Manual, B3.2.15), as a user says them.
_FAULTS = {
    0: "instruction access violation", 1: "data access violation", 8: "instruction bus error",
    9: "bus error", 10: "imprecise bus error", 12: "bus error while stacking",
    16: "undefined instruction", 17: "invalid state", 18: "invalid return",
    19: "coprocessor (FPU or MVE) not there or off", 20: "stack limit reached",
    24: "unaligned access", 25: "division by zero",
}  # fmt: skip


@dataclass
class RunResult:
    """What a run measured; sizes in bytes."""

    outputs: bytes
    """The outputs of all inputs, one after the other."""
    statuses: list[int]
    """What PREFIX_run returned for each input (0 = ok)."""
    stack_used: int
    """The deepest stack of all inferences, from the bytes written to it."""
    stack_bytes: int
    arena_bytes: int
    guards_intact: bool
    """Whether nothing was written outside the arena, the stack and the output."""
    instructions: list[int] | None = None
    """Executed instructions of each inference (with count=True); not those of the function here
    that gives it rows of its input."""
    functions: list[dict[str, int]] | None = None
    """The same for each function (with count=True); `?` is code without a symbol."""
    cycles: list[dict[str, Cycles]] | None = None
    """Estimated cycles for each function (with cycles=True, where the core has a table)."""
    failures: list[str] = field(default_factory=list)
    """What was found wrong, for the user; empty if nothing was."""


class RunFailure(QemuError):
    """The network ran and broke its contract; `result` has what was measured."""

    def __init__(self, message: str, result: RunResult | None = None):
        super().__init__(message)
        self.result = result


class Fault(RunFailure):
    """The core took a fault, or locked up."""


class Timeout(RunFailure):
    """The network did not return within the time allowed."""


def _stack_bytes(header: Header) -> int:
    """The stack that a run may take here, with that of the harness's function for rows."""
    if not header.input_rows:
        return header.stack_bytes
    return max(header.stack_bytes, header.callback_stack_bytes + READER_STACK_BYTES)


def _build_harness(object_path: Path, header: Header, mcpu: str, board: Board, out: Path) -> None:
    defines = [
        f"-DRTWMC_{name}={value}"
        for name, value in dict(
            RUN=header.function,
            ARENA_BYTES=header.arena_bytes, ARENA_ALIGN=header.arena_align,
            STACK_BYTES=_stack_bytes(header), GUARD=GUARD_BYTES,
            INPUT_BYTES=header.input_bytes, INPUT_ALIGN=header.input_align,
            INPUT_ROWS=header.input_rows,
            OUTPUT_BYTES=header.output_bytes, OUTPUT_ALIGN=header.output_align,
        ).items()
    ]  # fmt: skip
    if board.vtor is not None:
        defines.append(f"-DRTWMC_VTOR={board.vtor:#x}")
    harness = out.with_name("harness.o")
    source = toolchain.HERE / "harness.c"
    toolchain.compile_source(source, harness, mcpu, "-std=c11", "-O2", *defines)
    toolchain.link(
        [harness, object_path], out, board, flash_bytes=board.flash_bytes,
        ram_bytes=board.ram_bytes, stack_bytes=_HARNESS_STACK_BYTES,
    )  # fmt: skip


def _describe_fault(raw: tuple[int, ...], table: Elf) -> str:
    number, pc, lr, sp, cfsr, address = raw[3:9]
    reasons = [text for bit, text in _FAULTS.items() if cfsr >> bit & 1]
    message = f"input {number}: HardFault"
    if reasons:
        message += f" ({', '.join(reasons)}{f' at {address:#010x}' if address else ''})"
    if pc:  # the core could push its state
        message += f" in {table.place(pc)}"
        if lr & ~1 != table.address("rtwmc_return"):
            message += f", called from {table.place(lr & ~1)}"
    return message + _overflow(sp, table)


def _overflow(sp: int, table: Elf) -> str:
    """Says so if `sp` is below the measured stack, by how many bytes."""
    low = table.address("block") + GUARD_BYTES
    return f"; the stack had overflowed by {low - sp:,} bytes" if sp < low else ""


def _execute(
    command: list[str | os.PathLike[str]],
    work: Path,
    timeout: float,
    table: Elf,
    header: Header,
) -> int | str:
    """Runs QEMU; returns its exit code or, after `timeout` seconds, where it was."""
    with (work / "log").open("wb") as log:
        qemu = subprocess.Popen(
            command, cwd=work, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        return qemu.wait(timeout)
    except subprocess.TimeoutExpired:
        message = f"no result after {timeout:g} s; stopped in "
        try:
            gdb = GdbClient(work / "gdb", 2, lambda: qemu.poll() is None, running=True)
            pc, sp = gdb.register(15), gdb.register(13)
            message += table.place(pc) + _overflow(sp, table)
        except (GdbError, TimeoutError):
            message += header.function
        return message + " (an endless loop, or raise the timeout)"
    finally:
        qemu.kill()
        qemu.wait()


def _describe_zone(zone: int, changed: int, first: int, last: int, header: Header) -> str:
    count = f"{changed:,} byte{'s' if changed > 1 else ''}"
    if zone == 0:
        return (
            f"stack overflow: {GUARD_BYTES - first:,} bytes deeper than the "
            f"{_stack_bytes(header):,} bytes of {header.macro('STACK_BYTES')}"
        )
    if zone == 4:
        return f"wrote {count} to the input, the first at offset {first:,}"
    if zone == 1:
        where = f"nearest {last:,} before the arena"
    elif _ZONES[zone].startswith("before"):
        where = f"nearest {last:,} before it"
    else:
        where = f"nearest {first + 1:,} past its end"
    what = "before the arena" if zone == 1 else _ZONES[zone]
    return f"wrote {count} {what} ({where})"


def run(
    object_path: str | os.PathLike[str],
    header_path: str | os.PathLike[str],
    mcpu: str,
    inputs: bytes,
    *,
    count: bool = False,
    cycles: bool = False,
    repeat: int = 1,
    timeout: float = 120.0,
    check: bool = True,
) -> RunResult:
    """Runs a compiled network on every record of `inputs`.

    inputs   a whole number of records of PREFIX_INPUT_BYTES bytes, at least one
    count    count the instructions of each inference, in total and per function
    cycles   count them, and estimate the cycles that they take
    repeat   run all records this many times, over different garbage in the
             arena, and fail if an output differs (counts: of the first time)
    timeout  seconds of wall time for the whole run
    check    raise RunFailure if the network broke its contract; without it the
             findings are in the result's `failures`

    Raises Fault and Timeout (both RunFailure) whatever `check` says, HeaderError,
    ObjectError, ToolError, ValueError (bad mcpu or inputs), OSError; with `cycles`
    DisassemblyError.
    """
    board = board_for(mcpu)
    header = toolchain.read_header(header_path)
    toolchain.check_object(object_path, header)
    if not inputs or not header.input_bytes or len(inputs) % header.input_bytes:
        raise ValueError(
            f"{len(inputs):,} bytes of input are not a whole number of records of "
            f"{header.input_bytes:,} bytes ({header.macro('INPUT_BYTES')})"
        )
    records = len(inputs) // header.input_bytes
    if repeat < 1:
        raise ValueError(f"repeat is {repeat}, not 1 or more")

    with tempfile.TemporaryDirectory(prefix="rtwmc-") as directory:
        work = Path(directory)
        harness = work / "harness.elf"
        _build_harness(Path(object_path).resolve(), header, mcpu, board, harness)
        table = elf.read(harness)
        (work / "input").write_bytes(inputs * repeat)
        command = [
            toolchain.find_qemu(), "-M", board.machine, *board.qemu_args, "-kernel", harness,
            "-nodefaults", "-display", "none", "-serial", "null", "-monitor", "none",
            "-semihosting-config", "enable=on,target=native",
            "-gdb", "unix:gdb,server=on,wait=off",
        ]  # fmt: skip
        if count := count or cycles:
            lines = (f"{a:#x} {s} {n}\n" for a, s, n in table.functions())
            (work / "symbols").write_text("".join(lines))
            start, stop = table.address(header.function), table.address("rtwmc_return")
            command += [
                "-plugin", f"{plugin_path()},start={start:#x},stop={stop:#x},"
                "out=counts,symbols=symbols" + (",profile=profile" if cycles else ""),
            ]  # fmt: skip
        outcome = _execute(command, work, timeout, table, header)
        result = work / "result"
        raw = list(_RECORD.iter_unpack(_whole(result.read_bytes(), _RECORD.size))) if (
            result.exists()
        ) else []
        if isinstance(outcome, str):
            raise Timeout(f"input {len(raw)}: {outcome}")
        if raw and raw[-1][0] == 1:
            raise Fault(_describe_fault(raw[-1], table))
        if outcome:
            text = (work / "log").read_text(errors="replace").strip()
            if "Lockup" in text:
                raise Fault(f"input {len(raw)}: the core locked up (a fault within a fault)")
            raise ToolError(f"qemu-system-arm failed ({outcome}):\n{text}")
        if len(raw) != records * repeat:
            raise ToolError(f"QEMU ran {len(raw)} of {records * repeat} inputs")
        outputs = (work / "output").read_bytes()
        counts = (work / "counts").read_text().split("\n")[:records] if count else []
        estimates = _estimate(work, harness, mcpu, table)[:records] if cycles else []

    return _finish(header, raw, outputs, records, counts if count else None, estimates or None, check)


def _estimate(work: Path, harness: Path, mcpu: str, table: Elf) -> list[dict[str, Cycles]]:
    """Of each passage, by function; of none where the core has no timing table."""
    timing = table_for(mcpu)
    if not timing:
        return []
    code = [each for section in disassemble(harness, mcpu).values() for each in section]
    functions = table.functions()
    if not (work / "profile").exists():
        raise ToolError(f"{plugin_path()} writes no profile: it is older than this package; build it again")
    profile = read_profile((work / "profile").read_text())
    return [by_function(blocks, code, functions, timing) for blocks in profile]


def _whole(data: bytes, size: int) -> bytes:
    return data[: len(data) - len(data) % size]


def _finish(
    header: Header,
    raw: list[tuple[int, ...]],
    outputs: bytes,
    records: int,
    counts: list[str] | None,
    cycles: list[dict[str, Cycles]] | None,
    check: bool,
) -> RunResult:
    failures, intact = [], True
    for number, record in enumerate(raw):
        name = f"input {number % records}"
        if record[1]:
            failures.append(f"{name}: {header.function} returned {record[1]}")
        for zone in range(len(_ZONES)):
            changed, first, last = record[3 + 3 * zone : 6 + 3 * zone]
            if changed:
                intact = False
                what = _describe_zone(zone, changed, first, last, header)
                failures.append(f"{name}: {what}")
    size = records * header.output_bytes
    for number in range(records):
        begin = number * header.output_bytes
        first = outputs[begin : begin + header.output_bytes]
        for again in range(begin + size, len(outputs), size):
            if outputs[again : again + header.output_bytes] != first:
                failures.append(
                    f"input {number}: the output differs between runs; it depends on memory "
                    "that was not written"
                )
                break
    result = RunResult(
        outputs=outputs[:size],
        statuses=[record[1] for record in raw[:records]],
        stack_used=max(record[2] for record in raw),
        stack_bytes=_stack_bytes(header),
        arena_bytes=header.arena_bytes,
        guards_intact=intact,
        cycles=cycles,
        failures=failures,
    )
    if counts is not None:
        result.functions = [
            {name: int(n) for name, n in (item.rsplit("=", 1) for item in line.split()[1:])}
            for line in counts
        ]
        # What the caller's function takes is not the network's.
        given = [functions.pop("rtwmc_read_row", 0) for functions in result.functions]
        for each in cycles or []:
            each.pop("rtwmc_read_row", None)
        result.instructions = [
            int(line.split()[0]) - own for line, own in zip(counts, given, strict=True)
        ]
    if failures and check:
        more = len(failures) - 5
        text = "\n".join(failures[:5]) + (f"\n... and {more} more" if more > 0 else "")
        raise RunFailure(text, result)
    return result


def _run_command(options: argparse.Namespace) -> int:
    inputs = Path(options.input).read_bytes()
    result = run(
        options.object, options.header, options.mcpu, inputs, count=options.count,
        repeat=options.repeat, timeout=options.timeout, check=False,
    )  # fmt: skip
    if options.output:
        Path(options.output).write_bytes(result.outputs)
    if options.json:
        values = dataclasses.asdict(result)
        values["outputs"] = result.outputs.hex()
        print(json.dumps(values, indent=2))
    else:
        print(
            f"{len(result.statuses)} inputs on {options.mcpu}: stack {result.stack_used:,} of "
            f"{result.stack_bytes:,} bytes, arena {result.arena_bytes:,} bytes, guards "
            f"{'intact' if result.guards_intact else 'BROKEN'}"
        )
        if result.instructions:
            print(_count_table(result))
    for failure in result.failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if result.failures else 0


def _count_table(result: RunResult) -> str:
    """Instructions of an inference, mean over the inputs, by function."""
    assert result.instructions and result.functions
    n = len(result.instructions)
    mean = sum(result.instructions) / n
    lines = [f"{'function':40} {'instructions':>14} {'share':>7}"]
    totals: dict[str, int] = {}
    for functions in result.functions:
        for name, value in functions.items():
            totals[name] = totals.get(name, 0) + value
    for name, value in sorted(totals.items(), key=lambda item: -item[1]):
        lines.append(f"{name:40} {value / n:14,.0f} {value / n / mean:7.1%}")
    lines.append(f"{'one inference':40} {mean:14,.0f}")
    low, high = min(result.instructions), max(result.instructions)
    if low != high:
        lines.append(f"least {low:,}, most {high:,}")
    return "\n".join(lines)


def _firmware_command(options: argparse.Namespace) -> int:
    record = Path(options.input).read_bytes()
    output = options.output or Path(options.object).with_suffix(".elf").name
    firmware = image.build(
        options.object, options.header, options.mcpu, output, record,
        flash=options.flash, ram=options.ram, board=options.board, input_in=options.input_in,
        labels=[label.strip() for label in options.labels.split(",")] if options.labels else (),
    )  # fmt: skip
    result = None if options.build_only else image.run(firmware, record, timeout=options.timeout)
    if options.json:
        values = dict(
            elf=str(firmware.elf), machine=firmware.board.machine,
            flash=firmware.flash_bytes, flash_used=firmware.flash_used,
            ram=firmware.ram_bytes, ram_used=firmware.ram_used, startup=firmware.startup_bytes,
        )  # fmt: skip
        if result:
            values.update(dataclasses.asdict(result), output=result.output.hex())
        print(json.dumps(values, indent=2))
        return 0
    if result:
        print(result.printed)
    header = firmware.header
    parts = (
        f"stack {header.stack_bytes:,}, arena {header.arena_bytes:,}, "
        f"output {header.output_bytes:,}"
    )
    if firmware.input_in_ram:
        parts += f", input {header.input_bytes:,}"
    print(
        f"{firmware.board.machine} ({options.mcpu}): flash {firmware.flash_used:,} of "
        f"{firmware.flash_bytes:,} bytes (start-up {firmware.startup_bytes:,}), RAM "
        f"{firmware.ram_used:,} of {firmware.ram_bytes:,} bytes ({parts})"
    )
    if result:
        print(f"stack used {result.stack_used:,} bytes; RAM outside the firmware's own unchanged")
    else:
        print(image.qemu_command(firmware, options.input))
    return 0


def size_in_bytes(text: str) -> int:
    """Bytes of `4096`, `4KiB`, `1MiB`."""
    match = re.fullmatch(r"(\d+)\s*(KiB|MiB|B)?", text.strip(), re.IGNORECASE)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size; write 4096 or 4KiB")
    return int(match[1]) << {"k": 10, "m": 20}.get((match[2] or "")[:1].lower(), 0)


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("qemu", __doc__)
    kinds = parser.add_subparsers(dest="command", required=True)

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--object", required=True, help="object file of the compiled network")
    common.add_argument("--header", required=True, help="its header")
    common.add_argument("--mcpu", default="cortex-m4", help="core (default: %(default)s)")
    common.add_argument("--input", required=True, help="input, raw bytes")
    common.add_argument(
        "--timeout", type=float, default=120.0, help="seconds of wall time (default: %(default)g)"
    )
    common.add_argument("--json", action="store_true", help="print the result as JSON")

    command = kinds.add_parser(
        "run", parents=[common], help="run and measure on any number of inputs"
    )
    command.add_argument("--output", help="file for the outputs")
    command.add_argument("--count", action="store_true", help="count instructions")
    command.add_argument(
        "--repeat", type=int, default=1, metavar="N",
        help="run all inputs N times over different garbage and compare the outputs",
    )  # fmt: skip
    command.set_defaults(function=_run_command)

    command = kinds.add_parser(
        "firmware", parents=[common], help="build and run a complete image within given memories"
    )
    command.add_argument("-o", "--output", help="the image (default: the object's name with .elf)")
    for memory in ("--flash", "--ram"):
        command.add_argument(memory, type=size_in_bytes, help="bytes, or NKiB (default: the board's)")
    command.add_argument("--board", choices=BOARDS, help="a board with its real memories")
    command.add_argument(
        "--input-in", choices=("flash", "ram"), default="flash",
        help="where the input is (default: %(default)s)",
    )  # fmt: skip
    command.add_argument("--labels", help="names of the classes, separated by commas")
    command.add_argument("--build-only", action="store_true", help="do not run it")
    command.set_defaults(function=_firmware_command)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code: 0 ok, 1 with `error: ...` on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return options.function(options)
    except (QemuError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
