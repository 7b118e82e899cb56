# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Complete firmware of the paper's networks within the paper's memories.

Flash and RAM of the paper's boards are 32/4, 32/8 and 64/8 KB (Table 2). The
linker refuses what does not fit, and everything outside the firmware's own RAM
is painted and checked after the run.
"""

import os
import pathlib
import random
import subprocess
import sys

import numpy as np
import pytest
import rtwmc

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RTWMC_BUILD_DIR", ROOT / "build"))
KIB = 1024

BOARDS = [
    # model, core, flash KiB, RAM KiB, options of the firmware command
    ("lenet_a", "cortex-m3", 32, 4, ["--flash=32KiB", "--ram=4KiB"]),
    ("lenet_a", "cortex-m0", 32, 4, ["--flash=32KiB", "--ram=4KiB"]),
    ("lenet_a", "cortex-m4", 32, 4, ["--flash=32KiB", "--ram=4KiB"]),
    # These networks leave no flash for a picture: it is loaded into RAM.
    ("sparsenet_a", "cortex-m3", 32, 8, ["--flash=32KiB", "--ram=8KiB", "--input-in=ram"]),
    ("sparsenet_a", "cortex-m0", 32, 8, ["--flash=32KiB", "--ram=8KiB", "--input-in=ram"]),
    ("sonicnet_a", "cortex-m4", 64, 8, ["--flash=64KiB", "--ram=8KiB", "--input-in=ram"]),
    (
        "sonicnet_a",
        "cortex-m3",
        64,
        8,
        ["--board=lm3s811evb", "--input-in=ram"],
    ),
]


@pytest.mark.parametrize("model,core,flash,ram,options", BOARDS)
def test_network_fits_the_board(tmp_path, model, core, flash, ram, options):
    """Builds, links and runs the firmware: logits are the host's, its class the largest."""
    network = tmp_path / f"{model}.o"
    # What the network may take beside a picture, its output and start-up code:
    # kernels are the fastest that fit.
    in_ram = "--input-in=ram" in options
    ram_budget = ram * KIB - 16 - (3072 if in_ram else 0)
    flash_budget = flash * KIB - 256 - (0 if in_ram else 3072)
    subprocess.run(
        [
            BUILD / "bin" / "rtwmc-compile",
            ROOT / "test" / "models" / f"{model}.mlir",
            f"--mcpu={core}",
            f"--ram={ram_budget}",
            f"--flash={flash_budget}",
            "-o",
            network,
        ],
        check=True,
    )
    picture = tmp_path / "picture.bin"
    picture.write_bytes(random.Random(1).randbytes(3072))
    base = [sys.executable, "-m", "rtwmc.qemu"]
    header = network.with_suffix(".h")
    common = ["--object", network, "--header", header, "--mcpu", core]
    measured = tmp_path / "logits.bin"
    subprocess.run(
        [*base, "run", *common, "--input", picture, "--output", measured],
        check=True,
    )
    logits = np.fromfile(measured, np.int8)
    host = rtwmc.compile(ROOT / "test" / "models" / f"{model}.mlir", mcpu="host")
    image = np.fromfile(picture, np.int8).reshape(1, 32, 32, 3)
    assert (logits == host.run(image)[0].ravel()).all()
    firmware = subprocess.run(
        [
            *base,
            "firmware",
            *common,
            "--input",
            picture,
            *options,
            "-o",
            tmp_path / "firmware.elf",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(firmware.stdout.split()[0]) == logits.argmax()
    assert "unchanged" in firmware.stdout
