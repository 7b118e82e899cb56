# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles bytecode that was damaged, here and there: FILE STEP COMPILER OPTIONS...

It compiles, or there is an error: never a crash.
"""

import subprocess
import sys
from pathlib import Path

data, step = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
compiler, *options = sys.argv[3:]
refused = 0
for at in range(4, len(data), step):
    Path("damaged.mlirbc").write_bytes(data[:at] + bytes([data[at] ^ (4 << at % 5)]) + data[at + 1 :])
    done = subprocess.run(
        [compiler, "damaged.mlirbc", *options], capture_output=True, text=True, timeout=60,
        errors="replace",
    )  # fmt: skip
    assert done.returncode in (0, 1), (at, done.returncode, done.stderr[:500])
    assert done.returncode == 0 or "error: " in done.stderr, (at, done.stderr[:500])
    refused += done.returncode
print(f"{refused} refused")
