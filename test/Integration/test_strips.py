# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers computed in strips of columns: bit for bit what they compute as a whole."""

import json
import random
import re

import generate
import numpy as np
import pytest
from rtwmc import qemu
from compiler import (
    CompileError, compile_network, difference, inputs_for, refusal, run_host, smallest_budget,
)  # fmt: skip
from network import Network
from test_qemu_networks import MODELS, on_host, run_core

# Networks, and how many of them have a segment at least that has strips. The soak has more.
KINDS = {"network": (5, 2), "chain": (3, 2)}


def _most_strips(network, folder, first, last):
    """How many strips a segment can have, 0 if it cannot."""
    try:
        compile_network(network, folder, f"--strips={first}:{last}:99999")
    except CompileError as error:
        assert error.code == 1, error
        found = re.search(r"expects 2 to (\d+) strips", error.message)
        assert found or "error: strips=" in error.message, error
        return int(found[1]) if found else 0
    raise AssertionError("99999 strips")


def check(kind, seed, folder):
    """How many strips of a generated network were tried, all of them equal to the whole."""
    folder = folder / f"{kind}{seed}"
    folder.mkdir()
    network = getattr(generate, kind)(seed, 60_000)
    inputs = inputs_for(network.input_shape, 3, seed)
    whole = compile_network(network, folder)
    want = run_host(whole, inputs, network.output_shape)
    names = [layer["name"] for layer in whole.report["layers"]]
    r = random.Random(seed)
    segments = [(a, b) for a in range(len(names)) for b in range(a, len(names))]
    tried = 0
    for first, last in r.sample(segments, min(len(segments), 6)):
        most = _most_strips(network, folder, names[first], names[last])
        counts = range(2, most + 1)
        # Of one segment any number of strips there is, of others some.
        for count in r.sample(counts, min(len(counts), 3)) if tried else counts:
            strips = f"--strips={names[first]}:{names[last]}:{count}"
            try:
                compiled = compile_network(network, folder, strips)
            except CompileError as error:
                assert "nothing but padding" in error.message, f"{kind} {seed} {strips}: {error}"
                continue
            tried += 1
            wrong = difference(run_host(compiled, inputs, network.output_shape), want)
            assert not wrong, f"{kind} {seed} {strips}: {wrong}"
    return tried


@pytest.mark.parametrize("kind", KINDS)
def test_random_networks(kind, pool, tmp_path):
    """Strides, residuals, depthwise, poolings, paddings, sums, concatenations."""
    count, least = KINDS[kind]
    jobs = [pool.submit(check, kind, seed, tmp_path) for seed in range(count)]
    tried = [job.result() for job in jobs]
    assert np.count_nonzero(tried) >= least, tried


CORES = ["cortex-m4", "cortex-m0", "cortex-m55"]
RESNET = "mlperf-tiny/resnet8_int8"


@pytest.mark.parametrize("mcpu", CORES)
def test_resnet_on_a_core(mcpu, tmp_path):
    """From the input to the sums over all of the last map, with residuals; on painted memory."""
    network = Network.read(MODELS / f"{RESNET}.mlir")
    inputs = inputs_for(network.input_shape, 2)
    want = on_host(network, tmp_path, inputs)
    plain = compile_network(network, tmp_path, mcpu=mcpu)
    names = [layer["name"] for layer in plain.report["layers"]]
    end = next(name for name in names if name.startswith(("fc", "scale")))
    last = names[names.index(end) - 1]
    compiled = compile_network(network, tmp_path, f"--strips={names[0]}:{last}:2", mcpu=mcpu)
    # Scratch of kernels is as large as before.
    assert compiled.report["arena"] < 0.9 * plain.report["arena"]
    assert compiled.report["macs"] - compiled.report["recomputed_macs"] == plain.report["macs"]
    wrong = difference(run_core(compiled, mcpu, inputs, network.output_shape), want)
    assert not wrong, wrong


@pytest.mark.parametrize("mcpu", CORES)
@pytest.mark.parametrize("name", ["sonicnet_a", "sparsenet_a"])
def test_fully_connected_on_a_core(name, mcpu, tmp_path):
    """Sums of a fully connected layer, strip by strip, in any number of them; on painted memory."""
    network = Network.read(MODELS / f"{name}.mlir")
    inputs = inputs_for(network.input_shape, 2)
    want = on_host(network, tmp_path, inputs)
    plain = compile_network(network, tmp_path, mcpu=mcpu)
    for count in (2, 3):
        compiled = compile_network(network, tmp_path, f"--strips=conv1:fc1:{count}", mcpu=mcpu)
        assert compiled.report["strips"] == [f"conv1:fc1:{2 if name == 'sparsenet_a' else count}"]
        # Weights of the convolutions are there once, unless a column alone has another kernel.
        if count == 2:
            assert compiled.report["constants"] < 1.1 * plain.report["constants"]
        wrong = difference(run_core(compiled, mcpu, inputs, network.output_shape), want)
        assert not wrong, wrong


@pytest.mark.parametrize("name, ram, percent", [("sonicnet_a", 1600, 7), ("sparsenet_a", 1950, 18)])
def test_budgets_of_strips(name, ram, percent, tmp_path):
    """What a budget needs of strips: nothing is dropped."""
    model = MODELS / f"{name}.mlir"
    options = (f"--ram={ram}", f"--max-recompute={percent}")
    report = compile_network(model, tmp_path, *options, mcpu="cortex-m4").report
    assert report["strips"] and not any(each["drop"] for each in report["maps"])
    more = report["recomputed_macs"] / (report["macs"] - report["recomputed_macs"])
    assert 0 < more <= percent / 100
    assert any("in strips; without that" in note for note in report["notes"])
    # As a plan file the same strips are those of another core.
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"schema": 1, "strips": report["strips"]}))
    again = compile_network(model, tmp_path, f"--plan={plan}", mcpu="cortex-m0").report
    assert again["strips"] == report["strips"]
    assert again["recomputed_macs"] == report["recomputed_macs"]


@pytest.mark.parametrize("name, mcpu, ram", [("sonicnet_a", "cortex-m4", 3284), ("sparsenet_a", "cortex-m0", 2955)])
def test_strips_make_room_for_speed(name, mcpu, ram, tmp_path):
    """Where the whole network fits with slower kernels, strips with faster ones take its place."""
    network = Network.read(MODELS / f"{name}.mlir")
    inputs = inputs_for(network.input_shape, 1)
    runs = []
    for percent in (0, 25):
        options = (f"--ram={ram}", f"--max-recompute={percent}", "--lossless")
        compiled = compile_network(network, tmp_path, *options, mcpu=mcpu, stem=f"net{percent}")
        assert compiled.report["ram"] <= ram
        assert bool(compiled.report["strips"]) == (percent > 0)
        runs.append(qemu.run(compiled.object, compiled.header, mcpu, inputs.tobytes(), count=True))
    whole, strips = runs
    assert strips.outputs == whole.outputs
    assert strips.instructions[0] < 0.97 * whole.instructions[0]


def test_pruned_strips(tmp_path):
    """Where pruning is not enough, the narrowest strips are pruned: on a core as on the host."""
    network = Network.read(MODELS / "lenet_a.mlir")
    inputs = inputs_for(network.input_shape, 2)
    refused = refusal(network, tmp_path, "--ram=1", "--max-recompute=60", mcpu="cortex-m4")
    least = smallest_budget(refused)
    whole = smallest_budget(refusal(network, tmp_path, "--ram=1", "--max-recompute=0", mcpu="cortex-m4"))
    assert least < whole
    refusal(network, tmp_path, f"--ram={least - 1}", "--max-recompute=60", mcpu="cortex-m4")
    compiled = compile_network(
        network, tmp_path, f"--ram={least}", "--max-recompute=60", mcpu="cortex-m4"
    )
    assert compiled.report["ram"] == least and compiled.report["strips"]
    plan = tmp_path / "plan.json"
    maps = [
        {key: each[key] for key in ("name", "drop", "unit", "batch", "tau_q")}
        for each in compiled.report["maps"] if each["unit"]
    ]  # fmt: skip
    plan.write_text(json.dumps({"schema": 1, "strips": compiled.report["strips"], "maps": maps}))
    want = on_host(network, tmp_path, inputs, "host", f"--plan={plan}")
    wrong = difference(run_core(compiled, "cortex-m4", inputs, network.output_shape), want)
    assert not wrong, wrong


def test_budget_takes_the_least_work(tmp_path):
    """Below the least RAM without strips, those that fit; above it, what is faster; nothing is dropped."""
    network = Network.read(MODELS / f"{RESNET}.mlir")
    more = ("--max-recompute=40", "--lossless")
    refused = refusal(network, tmp_path, "--ram=1", *more, mcpu="cortex-m4")
    least = smallest_budget(refused)
    found = re.search(r"without recomputing anything ([\d,]+) bytes", refused.message)
    whole = int(found[1].replace(",", ""))
    assert least < 0.8 * whole
    work = []
    for ram in (least, (least + whole) // 2, whole, 2 * whole):
        report = compile_network(network, tmp_path, f"--ram={ram}", *more, mcpu="cortex-m4").report
        assert report["ram"] <= ram
        assert not any(each["drop"] for each in report["maps"])
        work.append(report["recomputed_macs"])
    assert work[0] >= work[1] >= work[2] > work[3] == 0
    slow = ("--max-recompute=0", "--lossless", f"--ram={whole}")
    slow = compile_network(network, tmp_path, *slow, mcpu="cortex-m4").report
    fast = compile_network(network, tmp_path, f"--ram={whole}", *more, mcpu="cortex-m4").report
    assert slow["recomputed_macs"] == 0 and fast["instructions"] < 0.6 * slow["instructions"]
