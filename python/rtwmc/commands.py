# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Parsers of the package's commands, which say how they were called.

A command is a module with a function `main`: `python -m rtwmc.verify` and `rtwmc verify` are the
same. Its documentation, with the examples in it, is its help.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["call", "parser"]

# The command that `rtwmc` runs, by the name that it has there.
_called: str | None = None


def call(name: str, main: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Runs a module's `main` as the command `rtwmc NAME`; returns the exit status."""
    global _called
    _called = name
    try:
        return main(arguments)
    finally:
        _called = None


def parser(module: str, documentation: str | None, **options: Any) -> argparse.ArgumentParser:
    """The parser of `module`, of which `documentation` is the help.

    Its first paragraph comes before the options, the rest behind them; where it has
    `python -m rtwmc.MODULE`, the help has what the user called.
    """
    called = f"rtwmc {_called}" if _called else f"python -m rtwmc.{module}"
    text = re.sub(rf"python3? -m rtwmc\.{module}\b", called, (documentation or "").strip())
    summary, _, rest = text.partition("\n\n")
    return argparse.ArgumentParser(
        prog=called, description=summary, epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter, **options,
    )  # fmt: skip
