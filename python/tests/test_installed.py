# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the compiler is looked for."""

from __future__ import annotations

import re
from pathlib import Path

from rtwmc import __version__

ROOT = Path(__file__).resolve().parents[2]


def test_version_is_that_of_cmake() -> None:
    project = (ROOT / "CMakeLists.txt").read_text()
    assert __version__ == re.search(r"project\(rtwmc VERSION (\S+)", project)[1]
