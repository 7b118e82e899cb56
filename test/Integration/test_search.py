# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the example search finds at 8 KiB does not fit unpruned, and is compiled pruned."""

from __future__ import annotations

import pytest
from architectures import tosa
from compiler import compile_least, compile_network
from rtwmc.planner import default_stack, layers_of

pytest.importorskip("optuna")

from rtwmc.search import Limits, search  # noqa: E402

RAM = 8192


@pytest.fixture(scope="module")
def found():
    return search(Limits(ram=RAM, drop=0.95), pruned=True, trials=300)[:2]


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4"])
def test_needs_pruning(found, number, core, tmp_path):
    network = tosa(layers_of(found[number].network), (32, 32, 3), seed=number)
    lossless = compile_least(network, tmp_path, mcpu=core, stem="lossless").report
    assert lossless["arena"] == found[number].cost.smallest_lossless - default_stack()
    report = compile_network(network, tmp_path, f"--ram={RAM}", "--flash=64KiB", "--max-recompute=0", mcpu=core).report
    assert report["ram"] <= RAM < lossless["arena"]
    assert any(m["drop"] for m in report["maps"])
