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


# Emulated cores whose FPU (or MVE) start-up code has to switch on. Without it, code that uses
# them faults, as it would on a core that has none.
CORES_WITH_FPU = ("cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")

_MPS2 = dict(
    flash_origin=0, flash_bytes=4 * MIB, ram_origin=0x20000000, ram_bytes=4 * MIB
)

# Secure alias of the code memory; the PSRAM has no protection controller.
_AN505 = dict(
    machine="mps2-an505",
    flash_origin=0x10000000, flash_bytes=4 * MIB, ram_origin=0x80000000, ram_bytes=16 * MIB,
)  # fmt: skip
_NO_DSP = ("-global", "iotkit.CPU0_DSP=off")
_NO_FPU = ("-global", "iotkit.CPU0_FPU=off")

# Secure aliases of the tightly coupled memories.
_AN547 = dict(
    machine="mps3-an547",
    flash_origin=0x10000000, flash_bytes=512 * KIB, ram_origin=0x30000000, ram_bytes=512 * KIB,
    vtor=0x10000000,
)  # fmt: skip

# The machine a core is measured on: the largest memory QEMU has for it. Only
# the nRF51 has a Cortex-M0; its memories are properties, so they can be grown.
# None has a Cortex-M23: a Cortex-M33 without its extensions executes all that
# it does, and more.
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
        Board("m23", mcpu="cortex-m23", qemu_args=(*_NO_DSP, *_NO_FPU), **_AN505),
        Board("m33", mcpu="cortex-m33", **_AN505),
        Board("m33+nodsp", mcpu="cortex-m33+nodsp", qemu_args=_NO_DSP, **_AN505),
        Board("m55", mcpu="cortex-m55", **_AN547),
        Board("m55+nomve", mcpu="cortex-m55+nomve", **_AN547),
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


# Cores QEMU lacks, and those it has that execute the same instructions.
_EMULATED_BY = {
    "cortex-m0plus": "cortex-m0",
    "cortex-m35p": "cortex-m33",
    "cortex-m52": "cortex-m55",
    "cortex-m85": "cortex-m55",
}


def core(mcpu: str) -> str:
    """The core QEMU emulates for `mcpu`: itself, or one that executes the same instructions.
    Raises ValueError."""
    complete, plus, variant = mcpu.partition("+")
    name = _EMULATED_BY.get(complete, complete) + plus + variant
    if name not in MEASURING_BOARDS:
        known = ", ".join(sorted({*MEASURING_BOARDS, *_EMULATED_BY}))
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
