# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The TOSA reference model (PyPI: tosa-tools), as an oracle."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

__all__ = ["NEEDS_REFERENCE", "run", "serialize"]

NEEDS_REFERENCE = pytest.mark.skipif(
    not (shutil.which("tosa-opt") and shutil.which("tosa_reference_model")),
    reason="the TOSA reference model (PyPI: tosa-tools) is not installed",
)


@cache
def _program(name: str) -> str:
    """The program itself: the command of that name is a script in Python that takes ten times as
    long to start it."""
    program = Path(metadata.distribution("tosa-tools").locate_file(f"bin/{name}"))
    return str(program) if program.exists() else name


def serialize(content: str, folder: Path) -> Path:
    """The model's file of a module of this content."""
    source, flat = folder / "m.mlir", folder / "m.tosa"
    source.write_text(f"module {{\n{content}}}\n")
    subprocess.run(
        [_program("tosa-opt"), source, "--tosa-serialize", f"--tosa-flatbuffer-filename={flat}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return flat


def run(flat: Path, inputs: Sequence[np.ndarray], *options: str) -> np.ndarray:
    """The first output for these inputs, one array for each."""
    folder = flat.parent
    names = [f"TosaInput_{index}" for index in range(len(inputs))]
    for name, each in zip(names, inputs, strict=True):
        np.save(folder / f"{name}.npy", each)
    files = ",".join(f"{name}.npy" for name in names)
    subprocess.run(
        [_program("tosa_reference_model"), "--tosa_file", flat, "--ifm_name", ",".join(names), "--ifm_file",
         files, "--ofm_name", "TosaOutput_0", "--ofm_file", "y.npy", *options],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    return np.load(folder / "y.npy")
