# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands of a page of the documentation, one after the other.

    run_commands.py PAGE PROGRAM...

A command is an indented line that begins with the name of one of the programs
(with or without a release, as in mlir-translate-22), and the lines behind it as
long as they end in a backslash. Prints each command that worked.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

page, *programs = map(Path, sys.argv[1:])
paths = {program.name: program for program in programs}
text = re.sub(r"\\\n\s*", "", page.read_text(encoding="utf-8"))
for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE):
    name, *arguments = shlex.split(line)
    program = paths.get(re.sub(r"-\d+$", "", name))
    if program:
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)
        print(line)
