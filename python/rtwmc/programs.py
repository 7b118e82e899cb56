# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The programs of the build by their own names, where pip installs commands."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from . import installed

__all__ = ["compile", "opt"]


def _become(name: str) -> NoReturn:
    """Runs the program in place of this one, with its arguments."""
    try:
        program = installed.tool(name)
    except installed.NotInstalledError as error:
        sys.exit(f"error: {error}")
    os.execve(program, [name, *sys.argv[1:]], installed.environment())


def compile() -> NoReturn:
    """The command `rtwmc-compile`."""
    _become("rtwmc-compile")


def opt() -> NoReturn:
    """The command `rtwmc-opt`."""
    _become("rtwmc-opt")
