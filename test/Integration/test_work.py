# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Estimated instructions against those that QEMU counts, and cycles against the timing tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from rtwmc.benchmark import measure

MODELS = Path(__file__).parents[1] / "models"
LENET = MODELS / "lenet_a.mlir"


@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m55"])
@pytest.mark.parametrize("model", ["lenet_a", "mlperf-tiny/dscnn_kws_int8"])
def test_convolutions_within_a_fifth(model, mcpu):
    measured = measure(MODELS / f"{model}.mlir", mcpu)
    large = [x for x in measured.layers if x.macs > 20_000]
    assert large
    for layer in large:
        ratio = layer.estimated / layer.instructions
        assert 0.8 < ratio < 1.2, f"{layer.name}: {layer.estimated} for {layer.instructions}"
    # What the tables say of the code that was executed; vectors of the M55 take two cycles, or overlap.
    least = sum(layer.cycles.least for layer in large)
    most = sum(layer.cycles.likely or layer.cycles.most for layer in large)
    cycles = sum(layer.estimated_cycles for layer in large)
    assert 0.8 * least < cycles < 1.15 * most, f"{cycles} cycles for {least} to {most}"


def test_cheaper_is_faster():
    """The order of estimates is the order of counts: what the choice relies on."""
    forms = ["direct:1x1", "direct:4x1", "smlad:1x1", "smlad:4x1", "smlad16:4x1"]
    layers = {}
    for form in forms:
        measured = measure(LENET, "cortex-m4", kernel=f"conv2={form}")
        layers[form] = next(x for x in measured.layers if x.name == "conv2")
        assert layers[form].kernel == form.split(":")[0]
    by_estimate = sorted(forms, key=lambda form: layers[form].estimated)
    by_count = sorted(forms, key=lambda form: layers[form].instructions)
    assert by_estimate == by_count
    assert len({layers[form].instructions for form in forms}) == len(forms)
