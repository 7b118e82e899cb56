# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random operators and networks as `.tflite` files, bit for bit what TensorFlow Lite Micro gives.

A sample; `tflite_random.py` runs any number, and writes the file of one.
"""

from __future__ import annotations

import shutil

import pytest

pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")

import tflite_random  # noqa: E402

RIGHT = [kind for kind in tflite_random.KINDS if kind not in tflite_random.KNOWN]
SAMPLE = [(kind, 7) for kind in RIGHT] + [("NETWORK", seed) for seed in range(100, 112)]
# These were wrong.
SAMPLE += [("MAX_POOL_2D_activation", 0), ("AVERAGE_POOL_2D_activation", 0),
           ("RESIZE_NEAREST_NEIGHBOR", 1), ("RESIZE_BILINEAR", 5)]  # fmt: skip
# Of each kind that is known to be wrong at times, a seed with which it is.
WRONG = [
    ("SUM", 1), ("LOGISTIC_half_a_step", 0),
]  # fmt: skip


def _marked(kind: str, seed: int):
    reason = tflite_random.KNOWN[kind]
    return pytest.param(kind, seed, marks=pytest.mark.xfail(
        strict=True, raises=AssertionError, reason=reason
    ))


@pytest.mark.parametrize("kind, seed", SAMPLE + [_marked(*case) for case in WRONG])
def test_same_as_tflm(kind, seed):
    """Or refused: not all that the generator makes can be compiled."""
    outcome = tflite_random.run(kind, seed)
    assert not outcome.wrong, str(outcome)


def test_most_are_compared():
    """A generator whose files are all refused would test nothing."""
    for kind in ("CONV_2D", "FULLY_CONNECTED", "ADD", "MUL", "MEAN", "CONCATENATION"):
        assert tflite_random.run(kind, 8).what == "equal"
    outcomes = [tflite_random.run("NETWORK", seed).what for seed in range(100, 106)]
    assert outcomes.count("equal") >= 4


PRUNED = [5004, 5010, 5013]
QEMU = pytest.mark.skipif(
    not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed"
)


@QEMU
@pytest.mark.parametrize("kind, seed, mcpu", [
    ("NETWORK", 120, "cortex-m4"), ("NETWORK", 121, "cortex-m0"), ("CONV_2D", 122, "cortex-m55"),
    # Copies of vector registers, which LLVM loses in functions without low-overhead loops.
    ("CONV_2D", 4000, "cortex-m55"),
])  # fmt: skip
def test_same_as_tflm_on_a_core(kind, seed, mcpu):
    outcome = tflite_random.run(kind, seed, mcpu)
    assert outcome.what == "equal", str(outcome)


@QEMU
def test_pruned_on_a_core():
    """What the core drops is what this machine drops; unpruned it equals TensorFlow Lite Micro."""
    outcomes = [tflite_random.run("NETWORK", seed, "cortex-m4", pruned=True) for seed in PRUNED]
    assert [each.what for each in outcomes] == ["equal but for what is dropped"] * len(PRUNED), outcomes


def test_a_case_is_always_the_same():
    assert tflite_random.content("NETWORK", 3) == tflite_random.content("NETWORK", 3)
    assert tflite_random.content("NETWORK", 3) != tflite_random.content("NETWORK", 4)
