# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the smallest budget that an error or a warning names: that one
compiles, one byte less does not. Arguments: ram|flash MESSAGE COMMAND..."""

import re
import subprocess
import sys

option, message, command = sys.argv[1], open(sys.argv[2]).read(), sys.argv[3:]
named = re.search(r"(?:budget that fits is|drops nothing is|layers need) ([\d,]+) bytes", message)
smallest = int(named[1].replace(",", ""))


def compiles(budget):
    run = subprocess.run(
        command + [f"--{option}={budget}", "-o", "smallest.o"],
        capture_output=True,
        text=True,
    )
    assert run.returncode in (0, 1), run.stderr
    return run.returncode == 0


assert compiles(smallest), f"{smallest} bytes do not fit"
assert not compiles(smallest - 1), f"{smallest - 1} bytes fit as well"
