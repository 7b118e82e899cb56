# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Objects in firmware that GCC compiled, of every float ABI, by GNU ld and by lld.

Every message of a linker is an error: GNU ld runs with --fatal-warnings.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from compiler import compile_network
from upstream import tool

ROOT = Path(__file__).resolve().parents[2]
MODELS = {
    "first": ROOT / "test" / "Tools" / "rtwmc-compile" / "Inputs" / "conv.mlir",
    "second": ROOT / "test" / "models" / "lenet_a.mlir",
}
FPU = [
    "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m33+nodsp", "cortex-m35p", "cortex-m52",
    "cortex-m55", "cortex-m55+nomve", "cortex-m85",
]  # fmt: skip
NO_FPU = ["cortex-m0plus", "cortex-m3", "cortex-m23"]
# The core of the networks, that of the firmware, and a float ABI that GCC has for the latter.
CASES = [
    *((core, core, abi) for core in FPU for abi in ("soft", "softfp", "hard")),
    *((core, core, abi) for core in NO_FPU for abi in ("soft", "softfp")),
    # Code for a core without an FPU runs on one that has it.
    *((core, "cortex-m4", "hard") for core in ("cortex-m0plus", "cortex-m3")),
]
# What GCC 12 does not know by name.
ARCHITECTURES = dict.fromkeys(("cortex-m52", "cortex-m85"), "armv8.1-m.main+mve.fp+fp.dp")

SOURCE = """
#include "first.h"
#include "second.h"
#ifdef __cplusplus
extern "C"
#endif
void _start(void);
static int8_t input[SECOND_INPUT_BYTES], output[FIRST_OUTPUT_BYTES];
static unsigned char arena[SECOND_ARENA_BYTES] __attribute__((aligned(16)));
extern const int shape[4];
const int shape[] = FIRST_INPUT_SHAPE;
volatile float kept;
void keep(float value);
void keep(float value) { kept = value; }
void _start(void) {
  if (first_run(input, output, arena) == 0 && second_run(input, output, arena) == 0)
    keep(0.5f);
}
"""


def call(*command: str | Path) -> str:
    """Runs `command`, which must succeed and have nothing to say, and returns what it printed."""
    done = subprocess.run(command, capture_output=True, text=True)
    name = Path(command[0]).name
    assert done.returncode == 0 and not done.stderr, f"{name} said:\n{done.stderr[:2000]}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """A function of a core: the folder of its objects and headers."""
    folders: dict[str, Path] = {}

    def compiled(core: str) -> Path:
        if core not in folders:
            folders[core] = tmp_path_factory.mktemp(core)
            for name, model in MODELS.items():
                made = compile_network(model, folders[core], mcpu=core, stem=name)
                made.object.rename(folders[core] / f"{name}.o")
                made.header.rename(folders[core] / f"{name}.h")
        return folders[core]

    return compiled


@pytest.mark.parametrize("core,target,abi", CASES)
def test_two_networks_link(networks, tmp_path, core, target, abi):
    folder = networks(core)
    objects = [folder / f"{name}.o" for name in MODELS]
    flag = f"-march={ARCHITECTURES[target]}" if target in ARCHITECTURES else f"-mcpu={target}"
    gcc = ["arm-none-eabi-gcc", flag, "-mthumb", f"-mfloat-abi={abi}"]
    for language in ("c", "c++"):
        source = tmp_path / "firmware.txt"
        source.write_text(SOURCE)
        firmware = tmp_path / "firmware.o"
        call(*gcc, "-O1", "-ffreestanding", "-fno-exceptions", "-Wall", "-Wextra", "-Werror",
             "-pedantic", f"-I{folder}", "-x", language, "-c", source, "-o", firmware)  # fmt: skip
        for inputs in ([firmware, *objects], [*objects, firmware]):
            by_gnu, by_lld = tmp_path / "gnu.elf", tmp_path / "lld.elf"
            call(*gcc, "-nostdlib", "-Wl,--fatal-warnings", *inputs, "-o", by_gnu)
            call(tool("ld.lld"), "--fatal-warnings", *inputs, "-o", by_lld)
            for linked in (by_gnu, by_lld):
                symbols = call(tool("llvm-nm"), "--defined-only", linked)
                assert " T first_run" in symbols and " T second_run" in symbols
            # The firmware's, not what the networks say of theirs; lld keeps the first it sees.
            attributes = call("arm-none-eabi-readelf", "-A", by_gnu)
            assert ("Tag_ABI_VFP_args: VFP registers" in attributes) == (abi == "hard")
