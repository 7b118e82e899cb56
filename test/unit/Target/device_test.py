# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Helper functions and stack bounds on emulated cores.

    python3 device_test.py path/to/rtwmc-target-emit

Every helper function runs on numbers that are easy to get wrong and on random
ones, and has to give what Python gives; no call chain may use more stack than its
object says, or much less. Exits with 77 (skipped) where there is no QEMU.
"""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rtwmc import qemu

CORES = (
    "cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m23", "cortex-m33",
    "cortex-m33+nodsp", "cortex-m55", "cortex-m55+nomve", "cortex-m85",
)  # fmt: skip
MASK32, MASK64 = (1 << 32) - 1, (1 << 64) - 1
BUFFER = 24  # bytes that the memory functions work on

HEADER = """
int {prefix}_run(const signed char *, signed char *, void *);
#define {macros}_ARENA_BYTES 8
#define {macros}_ARENA_ALIGN 8
#define {macros}_STACK_BYTES {stack}
#define {macros}_RAM_BYTES (8 + {stack})
#define {macros}_INPUT_BYTES {inputs}
#define {macros}_OUTPUT_BYTES {outputs}
#define {macros}_INPUT_ALIGN 8
#define {macros}_OUTPUT_ALIGN 8
"""


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def divide(a: int, b: int) -> tuple[int, int]:
    """C's division: the quotient is rounded to zero, and 0 by our convention."""
    if b == 0:
        return 0, 0
    quotient = abs(a) // abs(b) * (-1 if (a < 0) != (b < 0) else 1)
    return quotient, a - quotient * b


def quotient(bits: int, is_signed: bool, index: int) -> Callable[[int, int], int]:
    def compute(a: int, b: int) -> int:
        a, b = a & ((1 << bits) - 1), b & ((1 << bits) - 1)
        if is_signed:
            a, b = signed(a, bits), signed(b, bits)
        return divide(a, b)[index] & ((1 << bits) - 1)

    return compute


def pair(bits: int, name: str, index: int) -> str:
    """The result `index` of a helper function with two results."""
    kind = f"{{ i{bits}, i{bits} }}"
    return (
        f"%p# = call {kind} @{name}(i{bits} %a{bits}, i{bits} %b{bits})\n"
        f"  %r# = extractvalue {kind} %p#, {index}"
    )


def operation(bits: int, name: str) -> str:
    return f"%r# = {name} i{bits} %a{bits}, %b{bits}"


def call(bits: int, name: str, arguments: str) -> str:
    return f"%r# = call i{bits} @{name}({arguments})"


# (bits of the result, IR, what it gives for two 64-bit numbers); `#` is a number
# of its own. The shift %s is b mod 64.
VALUES: list[tuple[int, str, Callable[[int, int], int]]] = [
    (64, operation(64, "mul"), lambda a, b: a * b & MASK64),
    (64, call(64, "__aeabi_lmul", "i64 %a64, i64 %b64"), lambda a, b: a * b & MASK64),
    (64, call(64, "__aeabi_llsl", "i64 %a64, i32 %s"), lambda a, b: a << b % 64 & MASK64),
    (64, call(64, "__aeabi_llsr", "i64 %a64, i32 %s"), lambda a, b: a >> b % 64),
    (
        64,
        call(64, "__aeabi_lasr", "i64 %a64, i32 %s"),
        lambda a, b: signed(a, 64) >> b % 64 & MASK64,
    ),
    (32, call(32, "__clzsi2", "i32 %a32"), lambda a, b: 32 - (a & MASK32).bit_length()),
    (32, call(32, "__clzdi2", "i64 %a64"), lambda a, b: 64 - a.bit_length()),
    (32, call(32, "__popcountsi2", "i32 %a32"), lambda a, b: (a & MASK32).bit_count()),
    (32, call(32, "__popcountdi2", "i64 %a64"), lambda a, b: a.bit_count()),
    (32, call(32, "__aeabi_idiv", "i32 %a32, i32 %b32"), quotient(32, True, 0)),
    (32, call(32, "__aeabi_uidiv", "i32 %a32, i32 %b32"), quotient(32, False, 0)),
]
for bits, prefix in ((32, "i"), (64, "l")):
    for is_signed, sign in ((True, ""), (False, "u")):
        name = f"__aeabi_{sign}{prefix}divmod"
        for index in (0, 1):
            VALUES.append((bits, pair(bits, name, index), quotient(bits, is_signed, index)))

# The same through the operations, which must not divide by zero (%n.. is not 0).
for bits in (32, 64):
    for index, letters in ((0, "div"), (1, "rem")):
        for is_signed in (True, False):
            ir = f"%r# = {'us'[is_signed]}{letters} i{bits} %a{bits}, %n{bits}"
            VALUES.append((
                bits, ir,
                lambda a, b, f=quotient(bits, is_signed, index): f(a, b | 1),
            ))  # fmt: skip


def values_module() -> str:
    lines = [
        "define i32 @values_run(ptr %in, ptr %out, ptr %arena) {",
        "  %a64 = load i64, ptr %in",
        "  %q = getelementptr i8, ptr %in, i32 8",
        "  %b64 = load i64, ptr %q",
        "  %a32 = trunc i64 %a64 to i32",
        "  %b32 = trunc i64 %b64 to i32",
        "  %n32 = or i32 %b32, 1",
        "  %n64 = or i64 %b64, 1",
        "  %s = and i32 %b32, 63",
    ]
    declared = set()
    for number, (bits, ir, _) in enumerate(VALUES):
        ir = ir.replace("#", str(number))
        lines.append(f"  {ir}")
        lines.append(f"  %o{number} = getelementptr i8, ptr %out, i32 {8 * number}")
        if bits == 32:
            lines.append(f"  %z{number} = zext i32 %r{number} to i64")
        lines.append(f"  store i64 %{'z' if bits == 32 else 'r'}{number}, ptr %o{number}")
        if "@" in ir:
            kind, rest = ir.split("call ")[1].split("@")
            name, arguments = rest.split("(")
            kinds = ", ".join(a.split()[0] for a in arguments.split(")")[0].split(", "))
            declared.add(f"declare {kind}@{name}({kinds})")
    return "\n".join([*sorted(declared), *lines, "  ret i32 0\n}\n"])


def memory_cases() -> list[tuple[str, Callable[[bytearray, int, int], None]]]:
    def move(to: int, start: int) -> Callable[[bytearray, int, int], None]:
        def run(m: bytearray, n: int, v: int) -> None:
            m[to : to + n] = bytes(m[start : start + n])

        return run

    def fill(zero: bool) -> Callable[[bytearray, int, int], None]:
        def run(m: bytearray, n: int, v: int) -> None:
            m[:n] = bytes([0 if zero else v]) * n

        return run

    half = BUFFER // 2
    apart = [(half, 0), (0, half), (half + 1, 0), (1, half + 1), (half, 2)]
    overlapping = [(4, 0), (0, 4), (1, 0), (0, 1), (8, 3), (3, 8), (4, 4)]
    moves = [
        ("void @__aeabi_memcpy", apart),
        ("ptr @memcpy", apart),
        ("void @__aeabi_memmove", overlapping),
        ("ptr @memmove", overlapping),
    ]
    for n in ("4", "8"):
        moves.append((f"void @__aeabi_memcpy{n}", [(16, 0), (0, 16)]))
        moves.append((f"void @__aeabi_memmove{n}", [(8, 0), (0, 8)]))
    cases = [
        (f"call {name}(ptr T{to}, ptr T{start}, i32 %n)", move(to, start))
        for name, places in moves
        for to, start in places
    ]
    for n in ("", "4", "8"):
        cases.append((f"call void @__aeabi_memset{n}(ptr T0, i32 %n, i32 %v)", fill(False)))
        cases.append((f"call void @__aeabi_memclr{n}(ptr T0, i32 %n)", fill(True)))
    cases.append(("call ptr @memset(ptr T0, i32 %v, i32 %n)", fill(False)))
    return cases


def memory_module() -> str:
    """Input: a size (0 to 12), a value, 6 bytes of nothing, BUFFER bytes."""
    lines = [
        "define i32 @memory_run(ptr %in, ptr %out, ptr %arena) {",
        "  %n8 = load i8, ptr %in",
        "  %n = zext i8 %n8 to i32",
        "  %vp = getelementptr i8, ptr %in, i32 1",
        "  %v8 = load i8, ptr %vp",
        "  %v = sext i8 %v8 to i32",
        "  %from = getelementptr i8, ptr %in, i32 8",
    ]
    declared = set()
    for number, (ir, _) in enumerate(memory_cases()):
        lines.append(f"  %b{number} = getelementptr i8, ptr %out, i32 {number * BUFFER}")
        lines.append(
            f"  call void @llvm.memcpy.p0.p0.i32(ptr align 8 %b{number}, ptr align 8 %from, "
            f"i32 {BUFFER}, i1 true)"
        )
        head, arguments = ir[:-1].split("(")
        values = []
        for argument in arguments.split(", "):
            kind, value = argument.split()
            if value[0] == "T":
                pointer = f"%p{number}.{len(values)}"
                lines.append(f"  {pointer} = getelementptr i8, ptr %b{number}, i32 {value[1:]}")
                value = pointer
            values.append(f"{kind} {value}")
        result = f"%r{number} = " if head.startswith("call ptr") else ""
        lines.append(f"  {result}{head}({', '.join(values)})")
        kinds = ", ".join(value.split()[0] for value in values)
        declared.add(f"declare {head.removeprefix('call ')}({kinds})")
    declared.add("declare void @llvm.memcpy.p0.p0.i32(ptr, ptr, i32, i1)")
    return "\n".join([*sorted(declared), *lines, "  ret i32 0\n}\n"])


def stack_module() -> str:
    """Two functions with arrays; the deepest writes all of its own."""
    return """
define i32 @stack_run(ptr %in, ptr %out, ptr %arena) {
  %p = alloca [20 x i32]
  %v = load i8, ptr %in
  %n = sext i8 %v to i32
  %r = call i32 @leaf(i32 %n, ptr %p)
  store i32 %r, ptr %out
  ret i32 0
}
define i32 @leaf(i32 %n, ptr %up) {
entry:
  %p = alloca [60 x i32]
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %s = phi i32 [ 0, %entry ], [ %t, %loop ]
  %q = getelementptr i32, ptr %p, i32 %i
  store volatile i32 %n, ptr %q
  %a = sdiv i32 %i, %n
  %w = sext i32 %a to i64
  %x = mul i64 %w, 1234567890123
  %y = lshr i64 %x, 40
  %z = trunc i64 %y to i32
  %t = add i32 %s, %z
  store volatile i32 %t, ptr %up
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, 60
  br i1 %done, label %exit, label %loop
exit:
  ret i32 %t
}
"""


class Device:
    def __init__(self, emit: str, directory: str):
        self.emit, self.directory = emit, Path(directory)

    def run(
        self, prefix: str, module: str, mcpu: str, inputs: list[bytes], outputs: int, *extra: str
    ) -> tuple[qemu.RunResult, int]:
        source, obj = self.directory / "test.ll", self.directory / "test.o"
        source.write_text(module)
        command = [self.emit, source, mcpu, f"{prefix}_run", obj, *extra]
        sizes = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        stack = int(sizes.split()[2])
        header = self.directory / "test.h"
        header.write_text(
            HEADER.format(prefix=prefix, macros=prefix.upper(), stack=stack,
                          inputs=len(inputs[0]), outputs=outputs)
        )  # fmt: skip
        return qemu.run(obj, header, mcpu, b"".join(inputs)), stack


def check_values(device: Device, mcpu: str, *extra: str) -> None:
    edges = [0, 1, 2, 3, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, MASK32,
             1 << 32, (1 << 63) - 1, 1 << 63, (1 << 63) + 1, MASK64 - 1, MASK64]  # fmt: skip
    generator = random.Random(1)
    cases = [(a, b) for a in edges for b in edges]
    cases += [
        tuple(generator.getrandbits(64) >> generator.randrange(64) for _ in "ab")
        for _ in range(300)
    ]
    inputs = [struct.pack("<QQ", a, b) for a, b in cases]
    size = 8 * len(VALUES)
    result, _ = device.run("values", values_module(), mcpu, inputs, size, *extra)
    for number, (a, b) in enumerate(cases):
        got = struct.unpack_from(f"<{len(VALUES)}Q", result.outputs, number * size)
        for value, (_, ir, compute) in zip(got, VALUES):
            assert value == compute(a, b), (
                f"{mcpu}: {ir.strip()} of {a:#x}, {b:#x} is {value:#x}, not {compute(a, b):#x}"
            )


def check_memory(device: Device, mcpu: str, *extra: str) -> None:
    cases = memory_cases()
    inputs = [
        bytes([n, v, *bytes(6), *range(v + 1, v + 1 + BUFFER)])
        for n in range(9)
        for v in (1, 0x81)
    ]
    size = BUFFER * len(cases)
    result, _ = device.run("memory", memory_module(), mcpu, inputs, size, *extra)
    for number, record in enumerate(inputs):
        for index, (ir, effect) in enumerate(cases):
            wanted = bytearray(record[8:])
            effect(wanted, record[0], record[1])
            start = number * size + index * BUFFER
            got = result.outputs[start : start + BUFFER]
            assert got == wanted, f"{mcpu}: {ir}, n = {record[0]}: {got.hex()}, not {wanted.hex()}"


def check_stack(device: Device, mcpu: str, *extra: str) -> None:
    # qemu.run fails if more is used.
    result, stack = device.run("stack", stack_module(), mcpu, [b"\x07", b"\x81"], 4, *extra)
    assert stack - 16 <= result.stack_used <= stack, f"{mcpu}: {result.stack_used} of {stack}"


def main(emit: str) -> int:
    if not shutil.which("qemu-system-arm"):
        return 77
    with tempfile.TemporaryDirectory() as directory:
        device = Device(emit, directory)
        for mcpu in CORES:
            for extra in ((), ("size",)):
                check_values(device, mcpu, *extra)
                check_memory(device, mcpu, *extra)
                check_stack(device, mcpu, *extra)
            print(f"{mcpu}: ok", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
