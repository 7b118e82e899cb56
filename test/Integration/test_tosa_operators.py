# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TOSA's operations, one by one, against the TOSA reference model (PyPI: tosa-tools).

Upstream's own lowering is no oracle for them: what has no layer is compiled by it.
"""

from __future__ import annotations

import numpy as np
import pytest
import rtwmc
import tosa_reference
from compiler import difference
from tosa_operators import CASES

pytestmark = tosa_reference.NEEDS_REFERENCE


def _input(port: rtwmc.Port, limits: tuple[int, int] | None) -> np.ndarray:
    """Anything in the limits, and these first."""
    low, high = limits or (np.iinfo(port.dtype).min, np.iinfo(port.dtype).max)
    values = np.random.default_rng(len(port.shape)).integers(low, high, port.shape, endpoint=True)
    flat = values.reshape(-1)
    flat[: min(4, flat.size)] = [low, high, (low + high) // 2, low][: flat.size]
    return values.astype(port.dtype)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_as_the_reference_model(case, tmp_path):
    compiled = rtwmc.compile(case.module(), mcpu="host")
    inputs = [_input(port, limits) for port, limits in zip(compiled.inputs, case.ranges)]
    got = np.asarray(compiled.run(*(each[None] for each in inputs)))[0]
    flat = tosa_reference.serialize(case.module(), tmp_path)
    want = tosa_reference.run(flat, inputs, "--tosa_level", "NONE").astype(compiled.outputs[0].dtype)
    wrong = difference(got.reshape(want.shape), want)
    assert not wrong, wrong
