# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TOSA's operations, one by one, against the TOSA reference model (PyPI: tosa-tools).

Upstream's own lowering is no oracle for them: what has no layer is compiled by it.
"""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
import rtwmc
from compiler import difference
from tosa_operators import CASES, Case

pytestmark = pytest.mark.skipif(
    not (shutil.which("tosa-opt") and shutil.which("tosa_reference_model")),
    reason="the TOSA reference model (PyPI: tosa-tools) is not installed",
)


def _input(port: rtwmc.Port, limits: tuple[int, int] | None) -> np.ndarray:
    """Anything in the limits, and these first."""
    low, high = limits or (np.iinfo(port.dtype).min, np.iinfo(port.dtype).max)
    values = np.random.default_rng(len(port.shape)).integers(low, high, port.shape, endpoint=True)
    flat = values.reshape(-1)
    flat[: min(4, flat.size)] = [low, high, (low + high) // 2, low][: flat.size]
    return values.astype(port.dtype)


def _reference(case: Case, inputs: list[np.ndarray], folder) -> np.ndarray:
    source, flat = folder / "m.mlir", folder / "m.tosa"
    source.write_text(f"module {{\n{case.module()}}}\n")
    subprocess.run(
        ["tosa-opt", source, "--tosa-serialize", f"--tosa-flatbuffer-filename={flat}"],
        check=True, capture_output=True,
    )  # fmt: skip
    names = [f"TosaInput_{index}" for index in range(len(inputs))]
    for name, each in zip(names, inputs):
        np.save(folder / f"{name}.npy", each)
    files = ",".join(f"{name}.npy" for name in names)
    subprocess.run(
        ["tosa_reference_model", "--tosa_file", flat, "--ifm_name", ",".join(names), "--ifm_file",
         files, "--ofm_name", "TosaOutput_0", "--ofm_file", "y.npy", "--tosa_level", "NONE"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    return np.load(folder / "y.npy")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_as_the_reference_model(case, tmp_path):
    compiled = rtwmc.compile(case.module(), mcpu="host")
    inputs = [_input(port, limits) for port, limits in zip(compiled.inputs, case.ranges)]
    got = np.asarray(compiled.run(*(each[None] for each in inputs)))[0]
    want = _reference(case, inputs, tmp_path).astype(compiled.outputs[0].dtype)
    wrong = difference(got.reshape(want.shape), want)
    assert not wrong, wrong
