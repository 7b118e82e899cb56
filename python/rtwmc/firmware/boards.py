# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cores and the QEMU machines that have them, with their memory maps."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Board:
    """A QEMU machine. Origins are addresses, sizes are bytes."""

    name: str
    machine: str
    mcpu: str
    flash_origin: int
    flash_bytes: int
    ram_origin: int
    ram_bytes: int
    qemu_args: tuple[str, ...] = ()
    # Set where the core does not come out of reset with VTOR at the image.
    vtor: int | None = None


# Cores whose FPU (or MVE) start-up code has to switch on.
CORES_WITH_FPU = ("cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")

_MPS2 = dict(
    flash_origin=0, flash_bytes=4 * MIB, ram_origin=0x20000000, ram_bytes=4 * MIB
)

# The machine a core is measured on: the largest memory QEMU has for it. Only
# the nRF51 has a Cortex-M0; its memories are properties, so they can be grown.
_NRF51_LARGE = (
    "-global", f"nrf51-soc.flash-size={4 * MIB}",
    "-global", f"nrf51-soc.sram-size={MIB}",
)  # fmt: skip
MEASURING_BOARDS = {
    board.mcpu: board
    for board in (
        Board("m0", "microbit", "cortex-m0", 0, 4 * MIB, 0x20000000, MIB, _NRF51_LARGE),
        Board("m3", "mps2-an385", "cortex-m3", **_MPS2),
        Board("m4", "mps2-an386", "cortex-m4", **_MPS2),
        Board("m7", "mps2-an500", "cortex-m7", **_MPS2),
        # Secure alias of the code memory; the PSRAM has no protection controller.
        Board("m33", "mps2-an505", "cortex-m33", 0x10000000, 4 * MIB, 0x80000000, 16 * MIB),
        # Secure aliases of the tightly coupled memories.
        Board(
            "m55", "mps3-an547", "cortex-m55", 0x10000000, 512 * KIB, 0x30000000, 512 * KIB,
            vtor=0x10000000,
        ),
    )
}  # fmt: skip

# Boards with their real memories.
BOARDS = {
    board.name: board
    for board in (
        Board("lm3s811evb", "lm3s811evb", "cortex-m3", 0, 64 * KIB, 0x20000000, 8 * KIB),
        Board(
            "stm32vldiscovery", "stm32vldiscovery", "cortex-m3",
            0x08000000, 128 * KIB, 0x20000000, 8 * KIB,
        ),
        Board("microbit", "microbit", "cortex-m0", 0, 256 * KIB, 0x20000000, 16 * KIB),
    )
}  # fmt: skip


def core(mcpu: str) -> str:
    """The core QEMU emulates for `mcpu`: it has no Cortex-M0+, and the
    Cortex-M0 executes the same instructions. Raises ValueError."""
    name = "cortex-m0" if mcpu == "cortex-m0plus" else mcpu
    if name not in MEASURING_BOARDS:
        known = ", ".join(sorted({*MEASURING_BOARDS, "cortex-m0plus"}))
        raise ValueError(f"QEMU has no machine for --mcpu={mcpu}; known: {known}")
    return name


def board_for(mcpu: str, name: str | None = None) -> Board:
    """The board called `name`, or the one `mcpu` is measured on. A board may
    run code for a smaller core (a Cortex-M3 runs a Cortex-M0's). Raises
    ValueError where it cannot."""
    if name is None:
        return MEASURING_BOARDS[core(mcpu)]
    if name not in BOARDS:
        raise ValueError(f"unknown board '{name}'; known: {', '.join(BOARDS)}")
    board = BOARDS[name]
    if core(mcpu) not in (board.mcpu, "cortex-m0"):
        raise ValueError(f"board {name} has a {board.mcpu}, which cannot run {mcpu} code")
    return board
