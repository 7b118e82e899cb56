# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks on emulated cores: outputs as on the host, nothing written outside their RAM."""

import shutil
from pathlib import Path

import pytest
from rtwmc import qemu

import generate
from compiler import (
    CORES, CompileError, compile_network, difference, inputs_for, isolated, link_host, run_host,
    smallest_budget,
)  # fmt: skip
from network import Network
from pruned import PrunedOracle

import numpy as np

MODELS = Path(__file__).parents[1] / "models"
pytestmark = pytest.mark.skipif(
    not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed"
)


def run_core(compiled, mcpu, inputs, shape):
    """The outputs; every guard and the stack's depth are checked."""
    result = qemu.run(compiled.object, compiled.header, mcpu, inputs.tobytes(), repeat=2)
    assert result.guards_intact
    assert result.stack_used <= result.stack_bytes == compiled.report["stack"]
    assert result.arena_bytes + result.stack_bytes == compiled.report["ram"]
    return np.frombuffer(result.outputs, np.int8).reshape(len(inputs), *shape)


def on_host(network, folder, inputs, stem="net", *options):
    compiled = compile_network(network, folder, *options, stem=stem)

    def ours():
        library = link_host([compiled.object], compiled.object.with_suffix(".so"))
        return run_host(compiled, library, inputs, network.output_shape)

    return isolated(ours)


# Convolutions, depthwise, residual with average, average pooling, matmul, and a chain.
SAMPLE = [("network", 0), ("network", 4), ("network", 16), ("network", 12), ("network", 18),
          ("chain", 3)]  # fmt: skip


@pytest.fixture(scope="module", params=SAMPLE, ids=lambda job: f"{job[0]}-{job[1]}")
def sample(request, tmp_path_factory):
    """A generated network with inputs and its outputs on the host."""
    kind, seed = request.param
    network = getattr(generate, kind)(seed, 150_000)
    folder = tmp_path_factory.mktemp("sample")
    inputs = inputs_for(network.input_shape, 3, seed)
    return network, inputs, on_host(network, folder, inputs)


@pytest.mark.parametrize("mcpu", CORES)
def test_sample(sample, mcpu, tmp_path):
    network, inputs, want = sample
    compiled = compile_network(network, tmp_path, mcpu=mcpu)
    wrong = difference(run_core(compiled, mcpu, inputs, network.output_shape), want)
    assert not wrong, wrong


def check_budget(network, mcpu, folder, inputs, stem, *options):
    """At the smallest lossless budget, and at the smallest of all: fits, runs as the reference
    says; one byte less is refused and nothing written."""
    lossless = compile_network(network, folder, *options, mcpu=mcpu, stem=stem)
    want = on_host(network, folder, inputs, stem, *options)
    wrong = difference(run_core(lossless, mcpu, inputs, network.output_shape), want)
    assert not wrong, f"lossless: {wrong}"

    with pytest.raises(CompileError) as refused:
        compile_network(network, folder, "--ram=1", *options, mcpu=mcpu, stem=stem)
    assert refused.value.code == 1 and "left behind" not in refused.value.message
    smallest = smallest_budget(refused.value)
    assert smallest <= lossless.report["ram"]

    compiled = compile_network(
        network, folder, f"--ram={smallest}", *options, mcpu=mcpu, stem=stem
    )
    assert compiled.report["ram"] <= smallest
    oracle = PrunedOracle(network, compiled.report, folder, stem)
    got = run_core(compiled, mcpu, inputs, network.output_shape)
    for number, each in enumerate(inputs):
        wrong = difference(got[number], isolated(oracle.run, each)[0])
        assert not wrong, f"at {smallest} bytes, input {number}: {wrong}"

    with pytest.raises(CompileError) as less:
        compile_network(
            network, folder, f"--ram={smallest - 1}", *options, mcpu=mcpu, stem=stem
        )
    assert less.value.code == 1 and "left behind" not in less.value.message
    assert smallest_budget(less.value) == smallest
    assert f"bytes of {smallest - 1:,}" in less.value.message


@pytest.mark.parametrize("mcpu", [*CORES, "cortex-m0plus"])
def test_budget_lenet(mcpu, tmp_path):
    network = Network.read(MODELS / "lenet_a.mlir")
    inputs = inputs_for(network.input_shape, 2)
    check_budget(network, mcpu, tmp_path, inputs, "lenet_a")


@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m4", "cortex-m55"])
@pytest.mark.parametrize("seed", [1, 5, 6, 10])
def test_budget_generated(seed, mcpu, tmp_path):
    network = generate.chain(seed, 150_000)
    inputs = inputs_for(network.input_shape, 2)
    check_budget(network, mcpu, tmp_path, inputs, "net", "--batch=8")


@pytest.mark.parametrize("seed", [0, 4, 12])
def test_budget_of_any_layers(seed, tmp_path):
    network = generate.network(seed, 150_000)
    inputs = inputs_for(network.input_shape, 2)
    check_budget(network, "cortex-m3", tmp_path, inputs, "net")


@pytest.mark.parametrize("name, ram, batch, alpha", [
    ("lenet_a", 4096, 10, 0.8), ("sparsenet_a", 8192, 40, 0.5), ("sonicnet_a", 8192, 30, 0.8),
])  # fmt: skip
@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m3"])
def test_paper_setting(name, ram, batch, alpha, mcpu, tmp_path):
    """The paper's layout on a core; it may overshoot the budget, but not what is promised."""
    path = MODELS / f"{name}.mlir"
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    network = Network.read(path)
    inputs = inputs_for(network.input_shape, 1)
    compiled = compile_network(
        network, tmp_path, "--mode=paper", f"--ram={ram}", f"--batch={batch}", f"--alpha={alpha}",
        mcpu=mcpu, stem=name,
    )  # fmt: skip
    got = run_core(compiled, mcpu, inputs, network.output_shape)
    oracle = PrunedOracle(network, compiled.report, tmp_path, name)
    wrong = difference(got[0], isolated(oracle.run, inputs[0])[0])
    assert not wrong, wrong
