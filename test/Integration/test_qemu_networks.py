# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks on emulated cores: outputs as on the host, nothing written outside their RAM."""

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
from rtwmc import qemu

import generate
from compiler import (
    CORES, MORE_CORES, CompileError, compile_network, difference, inputs_for, isolated, refusal,
    run_host, smallest_budget,
)  # fmt: skip
from network import Network
from pruned import PrunedOracle
from test_pruning import budgets

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
    return run_host(compiled, inputs, network.output_shape)


# Convolutions, depthwise, residual with average, average pooling, matmul, and a chain.
SAMPLE = [("network", 0), ("network", 4), ("network", 16), ("network", 12), ("network", 18),
          ("chain", 3)]  # fmt: skip


def load(name):
    """A network by its job, `("chain", seed)`, or by the name of a model."""
    if isinstance(name, str):
        return Network.read(MODELS / f"{name}.mlir")
    return getattr(generate, name[0])(name[1], 150_000)


def run_sample(name, cores, folder):
    """What is wrong with a network on each core, compared with the host."""
    network = load(name)
    inputs = inputs_for(network.input_shape, 3, name[1])
    want = on_host(network, folder, inputs, "_".join(map(str, name)))
    failures = {}
    for mcpu in cores:
        try:
            compiled = compile_network(
                network, folder, mcpu=mcpu, stem="_".join(map(str, name))
            )
            failures[mcpu] = difference(
                run_core(compiled, mcpu, inputs, network.output_shape), want
            )
        except (AssertionError, CompileError, qemu.QemuError) as error:
            failures[mcpu] = str(error)
    return failures


@pytest.fixture(scope="module")
def runs(request, pool, tmp_path_factory):
    """All selected samples and budgets, shared out to the pool."""
    folder = tmp_path_factory.mktemp("cores")
    samples, budgets = {}, {}
    for item in request.session.items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "sample" in parameters:
            samples.setdefault(parameters["sample"], []).append(parameters["mcpu"])
        if "budget" in parameters:
            budgets[parameters["budget"]] = None
    futures = {name: pool.submit(run_sample, name, cores, folder)
               for name, cores in samples.items()}  # fmt: skip
    return futures | {budget: pool.submit(check_budget, *budget, folder) for budget in budgets}


def names(value):
    return value if isinstance(value, str) else "-".join(names(str(v) if isinstance(v, int) else v)
                                                         for v in value)  # fmt: skip


@pytest.mark.parametrize("sample, mcpu", [
    *itertools.product(SAMPLE, CORES), *itertools.product(SAMPLE[::2], MORE_CORES),
], ids=names)  # fmt: skip
def test_sample(sample, mcpu, runs):
    failure = runs[sample].result()[mcpu]
    assert not failure, failure


def check_budget(name, mcpu, order, folder):
    """At the smallest lossless budget, and at the smallest of all: fits, runs as the reference
    says; one byte less is refused and nothing written."""
    network = load(name)
    inputs = inputs_for(network.input_shape, 2)
    stem = f"{name if isinstance(name, str) else '_'.join(map(str, name))}_{mcpu[7:]}_{order}"
    options = ("--batch=8", f"--order={order}", "--max-recompute=0")
    lossless = compile_network(network, folder, *options, mcpu=mcpu, stem=stem)
    want = on_host(network, folder, inputs, stem, *options)
    wrong = difference(run_core(lossless, mcpu, inputs, network.output_shape), want)
    assert not wrong, f"lossless: {wrong}"

    refused = refusal(network, folder, "--ram=1", *options, mcpu=mcpu, stem=stem)
    smallest = smallest_budget(refused)
    assert smallest <= lossless.report["ram"]

    compiled = compile_network(
        network, folder, f"--ram={smallest}", *options, mcpu=mcpu, stem=stem
    )
    assert compiled.report["ram"] <= smallest
    oracle = PrunedOracle(network, compiled.report, folder, stem)
    assert all(m["order"] == order for m in oracle.maps)
    if not oracle.maps:  # where whole maps slide, the least budget may drop nothing
        compile_network(
            network, folder, f"--ram={smallest}", "--lossless", *options, mcpu=mcpu
        )
    got = run_core(compiled, mcpu, inputs, network.output_shape)
    for number, each in enumerate(inputs):
        wrong = difference(got[number], isolated(oracle.run, each)[0])
        assert not wrong, f"at {smallest} bytes, input {number}: {wrong}"

    less = refusal(
        network, folder, f"--ram={smallest - 1}", *options, mcpu=mcpu, stem=stem
    )
    assert smallest_budget(less) == smallest
    assert f"bytes of {smallest - 1:,}" in less.message


BUDGETS = [
    *(("lenet_a", mcpu, "nhwc") for mcpu in CORES),
    *((("chain", seed), mcpu, "nhwc") for seed, mcpu in (
        (1, "cortex-m0"), (5, "cortex-m4"), (6, "cortex-m0"), (10, "cortex-m4"))),
    *((("network", seed), "cortex-m3", "nhwc") for seed in (0, 4, 12)),
    *((("chain", 3), mcpu, "nchw") for mcpu in ("cortex-m0", "cortex-m4", "cortex-m55")),
    *((("chain", seed), mcpu, "nchw") for seed, mcpu in ((6, "cortex-m4"), (10, "cortex-m0"))),
    *((("network", seed), "cortex-m3", "nchw") for seed in (1, 21)),
]  # fmt: skip


@pytest.mark.parametrize("budget", BUDGETS, ids=names)
def test_budget(budget, runs):
    runs[budget].result()


@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m55"])
@pytest.mark.parametrize("name", ["lenet_a", "sparsenet_a"])
def test_between_budgets(name, mcpu, tmp_path):
    """Maps of which something is kept, and something dropped, are read back right: of windows of
    5x5x17 elements a row at a time, behind the sums of 16 channels."""
    network = load(name)
    inputs = inputs_for(network.input_shape, 2)
    least, lossless = budgets(network, tmp_path, "net", "--max-recompute=0", mcpu=mcpu)
    for third in (1, 2):
        ram = least + (lossless - least) * third // 3
        compiled = compile_network(network, tmp_path, f"--ram={ram}", "--max-recompute=0", mcpu=mcpu)
        oracle = PrunedOracle(network, compiled.report, tmp_path, "net")
        assert any(0 < each["keep"] for each in oracle.maps), f"{ram} bytes"
        if name == "sparsenet_a":
            regions = {each["name"]: each["bytes"] for each in compiled.report["regions"]}
            assert regions["conv4_window"] == 5 * 17 + 4 * 16, f"{ram} bytes"
        got = run_core(compiled, mcpu, inputs, network.output_shape)
        want = np.stack([isolated(oracle.run, each)[0] for each in inputs])
        wrong = difference(got, want)
        assert not wrong, f"{ram} bytes: {wrong}"


@pytest.mark.parametrize("name, ram, batch, alpha", [
    ("lenet_a", 4096, 10, 0.8), ("sparsenet_a", 8192, 40, 0.5), ("sonicnet_a", 8192, 30, 0.8),
])  # fmt: skip
@pytest.mark.parametrize("mcpu, order", [("cortex-m0", "nhwc"), ("cortex-m0", "nchw"), ("cortex-m3", "nhwc")])
def test_paper_setting(name, ram, batch, alpha, mcpu, order, tmp_path):
    """The paper's layout on a core; it may overshoot the budget, but not what is promised."""
    path = MODELS / f"{name}.mlir"
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    network = Network.read(path)
    inputs = inputs_for(network.input_shape, 1)
    compiled = compile_network(
        network, tmp_path, "--mode=paper", f"--ram={ram}", f"--batch={batch}", f"--alpha={alpha}",
        f"--order={order}", mcpu=mcpu, stem=name,
    )  # fmt: skip
    got = run_core(compiled, mcpu, inputs, network.output_shape)
    oracle = PrunedOracle(network, compiled.report, tmp_path, name)
    wrong = difference(got[0], isolated(oracle.run, inputs[0])[0])
    assert not wrong, wrong


# Batches shorter than eight, around multiples of it, and longer than a row; no threshold, one that drops some, and one
# that drops all.
ROWS = [(1, 0, "paper"), (3, 2, "proportional"), (7, 0, "proportional"), (9, 1, "paper"), (16, 0, "paper"),
        (33, 255, "paper"), (40, 256, "proportional"), (57, 5, "proportional"), (200, 0, "paper")]  # fmt: skip


@pytest.mark.parametrize("mcpu, setting", [
    *itertools.product(["cortex-m0", "cortex-m4"], ROWS), *(("cortex-m3", setting) for setting in ROWS[::2]),
], ids=names)  # fmt: skip
def test_rows_behind_a_relu(mcpu, setting, tmp_path):
    """What is pruned by the code for rows of zero point -128 is what the reference prunes."""
    batch, tau, policy = setting
    network = load("lenet_a")
    inputs = inputs_for(network.input_shape, 2, batch)
    compiled = compile_network(
        network, tmp_path, "--mode=paper", "--ram=4096", f"--batch={batch}", f"--tau-q={tau}", f"--policy={policy}",
        mcpu=mcpu,
    )  # fmt: skip
    assert f"prune_rows_{policy}\0".encode() in compiled.object.read_bytes()
    oracle = PrunedOracle(network, compiled.report, tmp_path, "net")
    assert any(each["drop"] for each in oracle.maps)
    got = run_core(compiled, mcpu, inputs, network.output_shape)
    wrong = difference(got, np.stack([isolated(oracle.run, each)[0] for each in inputs]))
    assert not wrong, wrong
