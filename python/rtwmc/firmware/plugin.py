# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds or builds the QEMU plugin that counts instructions."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from . import toolchain
from .toolchain import ToolError


def plugin_path() -> Path:
    """The instruction counting plugin: RTWMC_QEMU_PLUGIN, else the one the
    CMake build or the package has, else compiled into the user's cache.
    Raises ToolError."""
    if given := os.environ.get("RTWMC_QEMU_PLUGIN"):
        if not Path(given).is_file():
            raise ToolError(f"RTWMC_QEMU_PLUGIN: no file '{given}'")
        return Path(given).resolve()
    name = "libqemu_insn_count.so"
    package = toolchain.HERE.parent
    root = package.parents[1]
    source = root / "tools" / "qemu-insn-count" / "qemu_insn_count.c"
    for built in (package / "lib" / name, *sorted(root.glob(f"build*/lib/{name}"))):
        if built.is_file() and not (
            source.is_file() and source.stat().st_mtime > built.stat().st_mtime
        ):
            return built
    if not source.is_file():
        raise ToolError(f"{name} not found; set RTWMC_QEMU_PLUGIN to its path")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rtwmc"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        cache = Path(tempfile.gettempdir()) / f"rtwmc-{os.getuid()}"
        cache.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    built = cache / f"{digest}-{name}"
    if not built.is_file():
        compiler = shutil.which("cc") or toolchain.find_tool("clang")
        # Renamed when complete: several runs may get here at once.
        partial = built.with_suffix(f".{os.getpid()}")
        toolchain.call([
            compiler, "-std=c11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden",
            source, "-o", partial,
        ])  # fmt: skip
        partial.replace(built)
    return built
