# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a .tflite file that was damaged, here and there: FILE COMPILER OPTIONS...

What it says of its boundary may be lost, or it is refused with an error: the converter, a
stand-in, takes any.
"""

import subprocess
import sys
from pathlib import Path

data, (compiler, *options) = Path(sys.argv[1]).read_bytes(), sys.argv[2:]
damaged = [data[:size] for size in range(0, len(data), 61)]
for at in range(0, len(data), 47):
    damaged += [data[:at] + filler + data[at + 4 :] for filler in (b"\xff\xff\xff\xff", b"\0\0\0\1")]
refused = 0
for number, contents in enumerate(damaged):
    Path("damaged.tflite").write_bytes(contents)
    done = subprocess.run(
        [compiler, "damaged.tflite", *options], capture_output=True, text=True, timeout=20
    )
    what = (number, done.returncode, done.stderr[:500])
    assert done.returncode == 0 or (done.returncode == 1 and "error: " in done.stderr), what
    refused += done.returncode
print(f"{len(damaged)} damaged files, {refused} refused")
