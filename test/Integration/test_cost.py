# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The planner as a cost function answers what the compiler reports."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from architectures import DSCNN, RESNET8, architecture, tosa
from compiler import compile_least, compile_network, compiler, refusal, smallest_budget
from rtwmc.networks import NETWORKS
from rtwmc.planner import default_stack, layers_of, plan

MODELS = Path(__file__).parents[1] / "models"
KNOWN = {
    **{name: (MODELS / f"{name}.mlir", layers_of(NETWORKS[name]), (32, 32, 3)) for name in NETWORKS},
    "resnet8": (MODELS / "mlperf-tiny" / "resnet8_int8.mlir", RESNET8, (32, 32, 3)),
    "dscnn": (MODELS / "mlperf-tiny" / "dscnn_kws_int8.mlir", DSCNN, (49, 10, 1)),
}


def _stream(model: Path, options: str) -> subprocess.CompletedProcess:
    """The compiler's passes up to its plan, for a budget of the arena alone."""
    passes = (
        "builtin.module(rtwmc-normalize-tosa,convert-tosa-to-rtwmc,rtwmc-crop-maps,rtwmc-fuse,cse,"
        f"rtwmc-outline-kernels,rtwmc-lower-generic-kernels,rtwmc-stream{{{options}}})"
    )
    return subprocess.run(
        [compiler().with_name("rtwmc-opt"), model, "--allow-unregistered-dialect",
         "--mlir-elide-elementsattrs-if-larger=4", f"--pass-pipeline={passes}"],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def _smallest_arena(model: Path, order: str = "nhwc") -> int:
    refused = _stream(model, f"arena-budget=0 alpha=0.8 order={order}")
    assert refused.returncode == 1
    found = re.search(r"the smallest arena that works is ([\d,]+) bytes", refused.stderr)
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("name", KNOWN)
def test_known_network(name, tmp_path):
    model, layers, shape = KNOWN[name]
    report = compile_least(model, tmp_path, mcpu="cortex-m4").report
    cost = plan(layers, shape, stack=report["stack"])
    assert (cost.arena, cost.ram) == (report["arena"], report["ram"])
    # A softmax multiplies nothing.
    assert cost.macs == report["macs"]
    arena = _smallest_arena(model)
    cost = plan(layers, shape, ram=arena, stack=0, max_recompute=0, smallest=True)
    assert (cost.fits, cost.arena, cost.smallest) == (True, arena, arena)
    assert not plan(layers, shape, ram=arena - 1, stack=0, max_recompute=0).fits


@pytest.mark.parametrize("name", KNOWN)
def test_strips(name, tmp_path):
    """With the smallest budget of any strips, the compiler takes those of the cost function."""
    model, layers, shape = KNOWN[name]
    cost = plan(layers, shape, stack=0, max_recompute=40, smallest=True)
    options = ("--lossless", "--max-recompute=40")
    least = smallest_budget(refusal(model, tmp_path, "--ram=1", *options, mcpu="cortex-m4"))
    report = compile_network(model, tmp_path, f"--ram={least}", *options, mcpu="cortex-m4").report
    assert report["ram"] == least
    assert report["arena"] == cost.smallest_recomputing
    found = plan(layers, shape, ram=report["arena"], stack=0, max_recompute=40)
    assert (found.arena, found.recomputed_macs) == (report["arena"], report["recomputed_macs"])


@pytest.mark.parametrize("order", ["nhwc", "nchw"])
@pytest.mark.parametrize("name", NETWORKS)
def test_paper_mode(name, order, tmp_path):
    network = NETWORKS[name]
    report = compile_network(
        MODELS / f"{name}.mlir", tmp_path, "--mode=paper", f"--ram={network.ram}",
        f"--batch={network.batch}", f"--alpha={network.alpha}", f"--order={order}", mcpu="cortex-m4",
    ).report  # fmt: skip
    cost = plan(
        layers_of(network), (32, 32, 3), ram=network.ram, mode="paper", batch=network.batch,
        alpha=network.alpha, order=order, stack=report["stack"],
    )  # fmt: skip
    # Of the kernels that take the least; what overshoots its budget has faster ones.
    assert cost.arena <= report["arena"] and cost.ram <= report["ram"]
    assert [d for d in cost.drop if d] == [m["drop"] for m in report["maps"] if m["drop"]]
    assert cost.fits == (cost.ram <= network.ram)


@pytest.mark.parametrize("seed", range(20))
def test_random_network(seed, tmp_path):
    layers, shape = architecture(seed)
    network = tosa(layers, shape, seed)
    report = compile_least(network, tmp_path).report
    model = tmp_path / "net.mlir"
    model.write_text(network.module())
    for order in ("nhwc", "nchw"):
        cost = plan(layers, shape, order=order, stack=0, max_recompute=0, smallest=True)
        # What drops nothing is in no order.
        assert cost.arena == report["arena"], layers
        assert cost.macs == report["macs"]
        _check_pruned(layers, shape, order, cost, model)


def _check_pruned(layers, shape, order: str, cost, model: Path) -> None:
    """The smallest arena, and what is dropped halfway to it."""
    assert cost.smallest == _smallest_arena(model, order), layers
    if cost.smallest == cost.smallest_lossless:
        return
    budget = (cost.smallest + cost.smallest_lossless) // 2
    less = plan(layers, shape, ram=budget, order=order, stack=0, max_recompute=0)
    planned = _stream(model, f"arena-budget={budget} alpha=0.8 order={order}").stdout
    dropped = re.findall(r"rtwmc\.prune .*?drop = (\d+)", planned)
    assert [d for d in less.drop if d] == [int(d) for d in dropped if int(d)], layers
    assert f"memref<{less.arena}xi8" in planned


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4", "cortex-m55"])
def test_stack_allowance(core, tmp_path):
    """The allowance is above the stack of every network, at its largest budget and its smallest."""
    for name, (model, _, _) in KNOWN.items():
        report = compile_network(model, tmp_path, mcpu=core, stem=name).report
        assert report["stack"] <= default_stack()
        refused = refusal(model, tmp_path, "--ram=1", mcpu=core, stem=name)
        assert int(re.search(r"and ([\d,]+) of stack", refused.message)[1].replace(",", "")) <= default_stack()
