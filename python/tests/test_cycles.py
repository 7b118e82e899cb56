# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cycles by the timing tables: of short code, against what the manuals say it takes; and of what
QEMU executed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from rtwmc import qemu
from rtwmc.cycles import TABLES, Block, Cycles, by_function, of_block, of_branch, read_profile, table_for
from rtwmc.disassembly import Instruction, disassemble
from rtwmc.firmware import toolchain

TARGETS = {
    "cortex-m0": "thumbv6m-none-eabi", "cortex-m0plus": "thumbv6m-none-eabi", "cortex-m3": "thumbv7m-none-eabi",
    "cortex-m4": "thumbv7em-none-eabi", "cortex-m7": "thumbv7em-none-eabi", "cortex-m33": "thumbv8m.main-none-eabi",
    "cortex-m55": "thumbv8.1m.main-none-eabihf",
}  # fmt: skip


def assemble(folder: Path, mcpu: str, text: str) -> list[Instruction]:
    made = folder / "made.o"
    subprocess.run(
        [toolchain.find_tool("clang"), f"--target={TARGETS[mcpu]}", f"-mcpu={mcpu}", "-x", "assembler",
         "-c", "-", "-o", made], input=f".syntax unified\n.thumb\n{text}\n", text=True, check=True,
    )  # fmt: skip
    return disassemble(made, mcpu)[".text"]


@pytest.mark.parametrize(
    ("mcpu", "text", "cycles"),
    [
        # What the tables say, and what the manual of the M3 gives as examples (3.3.2).
        ("cortex-m0", "adds r0, r1; ldr r2, [r3]; strb r2, [r3, #1]; push {r4, r5, lr}", (9, 9, 9)),
        ("cortex-m0", "muls r0, r1, r0", (1, 1, 32)),
        ("cortex-m0plus", "ldm r0!, {r1, r2, r3}", (4, 4, 4)),
        ("cortex-m4", "nop; ldr r0, [r1]; ldr r2, [r3]", (4, 4, 4)),
        ("cortex-m4", "nop; ldr r0, [r1, r2]; str r0, [r3, #20]", (4, 4, 4)),
        ("cortex-m4", "nop; ldr r0, [r1, r2]; str r1, [r3, r2]", (4, 4, 4)),
        ("cortex-m4", "nop; ldr r0, [r1, r5]; ldr r1, [r2]; ldr r2, [r3, #4]", (5, 5, 5)),
        ("cortex-m4", "nop; ldr r1, [r0]; ldr r2, [r1]", (5, 5, 5)),
        ("cortex-m4", "adds r1, #4; ldr r0, [r1]", (3, 4, 4)),
        ("cortex-m4", "ldrd r0, r1, [r2]; ldm r2, {r0, r1, r3-r9}", (13, 13, 13)),
        ("cortex-m4", "smlad r0, r1, r2, r0; smlal r0, r1, r2, r3; sdiv r0, r1, r2", (4, 9, 14)),
        ("cortex-m4", "cmp r0, #1; it eq; moveq r0, #2", (2, 2, 3)),
        ("cortex-m3", "mla r0, r1, r2, r0; smlal r0, r1, r2, r3; mul r0, r1, r2", (7, 8, 10)),
        # At least by two, at most one at a time, with the delays of what the next one needs.
        ("cortex-m7", "add r0, r1; add r2, r3; smlad r4, r0, r1, r4; ldr r5, [r0]", (2, None, 4)),
        ("cortex-m7", "ldr r0, [r1]; add r0, r2; smlad r4, r1, r1, r4; smlad r5, r1, r1, r5", (3, None, 5)),
        ("cortex-m33", "adds r0, r1; adds r2, r3; smlad r4, r0, r1, r4; ldr r5, [r0]; ldr r6, [r0]", (4, None, 6)),
        ("cortex-m55", "ands r0, r1; movs r2, #3; ands r0, r1; ands r2, r3", (3, None, 4)),
        ("cortex-m55", "vldrb.u8 q0, [r0]; vmlava.s8 r2, q1, q2; vldrb.u8 q3, [r1]; vadd.i8 q4, q1, q2",
         (4, None, 8)),
        ("cortex-m55", "vldrb.u8 q0, [r0]; vldrb.u8 q3, [r1]", (3, None, 4)),
        ("cortex-m55", "vldrb.u8 q0, [r0, q1]", (1, None, 16)),
    ],
)  # fmt: skip
def test_code_takes_what_the_manuals_say(
    tmp_path: Path, mcpu: str, text: str, cycles: tuple[int, int | None, int]
) -> None:
    found = of_block(assemble(tmp_path, mcpu, text), TABLES[mcpu])
    assert (found.least, found.most) == (cycles[0], cycles[2])
    if cycles[1] is not None:
        assert found.likely == cycles[1]


@pytest.mark.parametrize(
    ("mcpu", "text", "more"),
    [
        ("cortex-m0", "beq 1f; 1:", (2, 2, 2)),
        ("cortex-m0", "bl 1f; 1:", (3, 3, 3)),
        ("cortex-m0", "pop {r4, pc}", (3, 3, 3)),
        ("cortex-m0plus", "beq 1f; 1:", (1, 1, 1)),
        ("cortex-m3", "cbz r0, 1f; nop; 1:", (1, 2, 3)),
        ("cortex-m4", "bx lr", (1, 2, 3)),
        ("cortex-m4", "mov pc, r1", (1, 2, 3)),
        ("cortex-m55", "1: le lr, 1b", (0, 0, 0)),
    ],
)
def test_branches_take_more(tmp_path: Path, mcpu: str, text: str, more: tuple[int, int, int]) -> None:
    assert of_branch(assemble(tmp_path, mcpu, text)[0], TABLES[mcpu]) == more


def test_tables_say_where_they_are_from() -> None:
    for mcpu, table in TABLES.items():
        assert table.source and set(TARGETS) == set(TABLES)
        for row in (*table.cycles.values(), *table.taken.values(), table.splits):
            assert 0 <= row.least <= row.likely <= row.most, mcpu
    assert table_for("cortex-m55+nomve") is TABLES["cortex-m55"]
    assert table_for("host") is None


def test_blocks_add_up_by_function(tmp_path: Path) -> None:
    code = assemble(tmp_path, "cortex-m4", "movs r0, #1; 1: subs r0, #1; bne 1b; bx lr")
    passage, other = read_profile("0x0 3 1 1 0\n0x2 2 9 8 4\n0x6 1 1 1 0\n\n0x6 1 2 2 0\n\n")
    assert passage[1] == Block(2, 2, 9, 8, 4)
    total = by_function(passage, code, [(0, 6, "loop"), (6, 2, "end")], TABLES["cortex-m4"])
    # The block at 0 goes through the one at 2; four transfers for unaligned words.
    taken, refill = 1 + 8, Cycles(1, 2, 3)
    assert total["loop"] == Cycles(3 + 18 + 4, 3 + 18 + 4, 3 + 18 + 4).plus(refill, taken)
    assert total["end"] == Cycles(1, 1, 1).plus(refill)
    assert by_function(other, code, [(0, 6, "loop")], TABLES["cortex-m4"]) == {"?": Cycles(2, 2, 2).plus(refill, 2)}


@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed")
@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m4"])
def test_profile_of_what_qemu_executes(tmp_path: Path, mcpu: str) -> None:
    offset = 0 if mcpu == "cortex-m0" else 1
    text = f"""
        .global toy_run
        .type toy_run, %function
        .thumb_func
    toy_run:
        movs r3, #10
    1:  ldr r1, [r2, #{offset}]
        subs r3, #1
        bne 1b
        movs r0, #0
        bx lr
        .size toy_run, . - toy_run
    """
    assemble(tmp_path, mcpu, text)
    header = tmp_path / "toy.h"
    sizes = dict(ARENA_BYTES=64, ARENA_ALIGN=4, STACK_BYTES=64, INPUT_BYTES=16, OUTPUT_BYTES=4, RAM_BYTES=128)
    lines = [f"#define TOY_{name} {value}" for name, value in sizes.items()]
    header.write_text("\n".join([*lines, "int toy_run(const int8_t *input, int8_t *output, void *arena);\n"]))
    result = qemu.run(tmp_path / "made.o", header, mcpu, bytes(32), cycles=True)
    assert result.instructions == [33, 33]
    first, second = result.cycles or []
    assert first == second and first.keys() == {"toy_run"}
    if mcpu == "cortex-m0":
        assert first["toy_run"] == Cycles(*[1 + 10 * 4 + 9 * 2 + 2 + 2] * 3)
    else:
        # Two transfers more for each word at an odd address.
        assert first["toy_run"].likely == 1 + 10 * (4 + 2) + 9 * 2 + 2 + 2
        assert first["toy_run"].least < first["toy_run"].likely < first["toy_run"].most
