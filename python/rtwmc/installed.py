# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds what CMake built: the compiler and the shared libraries.

Looked for, in this order: below RTWMC_BUILD_DIR, if that is set, and nowhere else then; in
this package, where a wheel has them; on the PATH (a library: in `../lib` of the
rtwmc-compile found there); in `build` of the checkout this package is part of.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

__all__ = ["NotInstalledError", "cmake_dir", "environment", "library", "tool"]

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


class NotInstalledError(Exception):
    """A part that CMake builds was not found; str() is a message for the user."""


def _is_ours(program: Path) -> bool:
    """Whether it is what pip makes of `rtwmc.programs`, which looks for the compiler here."""
    with program.open("rb") as file:
        return file.read(2) == b"#!" and b"rtwmc.programs" in file.read(1000)


def _on_path() -> Path | None:
    """The rtwmc-compile on the PATH."""
    for folder in os.get_exec_path():
        found = shutil.which("rtwmc-compile", path=folder)
        if found and not _is_ours(Path(found)):
            return Path(found).resolve()
    return None


def _folders() -> list[Path]:
    if given := os.environ.get("RTWMC_BUILD_DIR"):
        return [Path(given)]
    if (_PACKAGE / "bin").is_dir():
        return [_PACKAGE]
    found = _on_path()
    installed = [found.parents[1]] if found else []
    return [*installed, _CHECKOUT / "build"]


def _find(part: str) -> Path:
    for folder in _folders():
        if (folder / part).is_file():
            return (folder / part).resolve()
    looked = ", ".join(f"'{folder}'" for folder in _folders())
    raise NotInstalledError(
        f"no {part} in {looked}; build it (see README), then put its directory bin on the PATH "
        "or name the build directory by RTWMC_BUILD_DIR"
    )


def tool(name: str) -> Path:
    """Path of an executable such as `rtwmc-compile`. Raises `NotInstalledError`."""
    return _find(f"bin/{name}")


def environment() -> dict[str, str]:
    """The environment to run tools in: they find the converter where pip put it, beside this
    Python, on the PATH or not."""
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    return {**os.environ, "PATH": path}


def library(name: str) -> Path:
    """Path of the shared library `lib<name>.so`. Raises `NotInstalledError`."""
    return _find(f"lib/lib{name}.so")


def cmake_dir() -> Path:
    """The folder of the CMake package, CMake's RTWMC_DIR. Raises `NotInstalledError`."""
    return _find("lib/cmake/RTWMC/RTWMCConfig.cmake").parent
