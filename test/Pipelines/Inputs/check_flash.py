# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a model within more and more flash: the object and its arena keep
within the budgets, the first the same twice, and more flash is not slower.

    check_flash.py LEAST MOST STEP RAM COMMAND...

The figures are bytes. Prints flash, RAM and estimated instructions of each.
"""

import json
import subprocess
import sys
from pathlib import Path

least, most, step, ram = map(int, sys.argv[1:5])
command = sys.argv[5:]


def compile_within(flash: int, name: str) -> bytes:
    outputs = [f"--flash={flash}", f"--ram={ram}", "-o", f"{name}.o", f"--report={name}.json"]
    subprocess.run([*command, *outputs], check=True)
    return Path(f"{name}.o").read_bytes()


slowest = None
for flash in range(least, most + 1, step):
    compiled = compile_within(flash, "once")
    assert slowest is not None or compiled == compile_within(flash, "again"), flash
    report = json.loads(Path("once.json").read_text())
    assert report["flash"] <= flash and report["ram"] <= ram, (flash, report["flash"], report["ram"])
    assert not report["optimized_for_size"]
    instructions = sum(layer["instructions"] for layer in report["layers"])
    assert slowest is None or instructions <= slowest, (flash, instructions, slowest)
    slowest = instructions
    print(report["flash"], report["ram"], instructions)
