# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The version of this package, which is CMake's of the project."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

__all__ = ["version"]

_PROJECT = Path(__file__).resolve().parents[2] / "CMakeLists.txt"


def version() -> str:
    """Of the checkout that this file is in, else of the installed package."""
    if _PROJECT.is_file():
        found = re.search(r"project\(rtwmc VERSION ([\d.]+)", _PROJECT.read_text())
        if found:
            return found[1]
    return metadata.version("rtwmc")
