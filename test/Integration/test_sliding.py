# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Maps that slide over the dead rows of others: bit for bit what they are apart, and proved."""

import json
import shutil

import generate
import pytest
from compiler import (
    compile_least, compile_network, difference, inputs_for, refusal, run_host, smallest_budget,
)  # fmt: skip
from mobilenet import mobilenet
from test_qemu_networks import run_core

from rtwmc.certificate import RefusedError, prove

# Networks of each kind, and in how many of them a map slides.
KINDS = {"tail": (10, 5), "network": (7, 1)}
needs_qemu = pytest.mark.skipif(
    not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed"
)


def _sliding(compiled):
    return [each for each in compiled.report["regions"] if each["rows"]]


def _check(kind, seed, folder):
    """Whether a map slides, without a budget and within the least; both are what the network gives
    that keeps every map in bytes of its own. The arena is filled with anything before each run."""
    folder = folder / f"{kind}{seed}"
    folder.mkdir()
    network = getattr(generate, kind)(seed)
    inputs = inputs_for(network.input_shape, 3, seed)
    apart = compile_network(network, folder, "--keep-maps")
    assert not _sliding(apart)
    want = run_host(apart, inputs, network.output_shape)
    slide = False
    for compiled in (compile_network(network, folder), compile_least(network, folder)):
        slide |= bool(_sliding(compiled))
        wrong = difference(run_host(compiled, inputs, network.output_shape), want)
        assert not wrong, f"{kind} {seed}: {wrong}"
    return slide


@pytest.mark.parametrize("kind", KINDS)
def test_random_networks(kind, pool, tmp_path):
    """Strides, residuals, depthwise, poolings, concatenations, moved elements."""
    count, least = KINDS[kind]
    jobs = [pool.submit(_check, kind, seed, tmp_path) for seed in range(count)]
    slide = [job.result() for job in jobs]
    assert sum(slide) >= least, slide


# Seeds in which a map slides on each of the cores.
SAMPLE = [11, 13]
CORES = ["cortex-m0", "cortex-m4", "cortex-m55"]


def _refused(claims, region, changes, folder, made):
    """Why the certificate with a region changed is refused; empty if it is not."""
    changed = json.loads(json.dumps(claims))
    next(each for each in changed["regions"] if each["name"] == region).update(changes)
    path = folder / "changed.json"
    path.write_text(json.dumps(changed))
    try:
        prove(made, path)
    except RefusedError as error:
        return str(error)
    return ""


@needs_qemu
@pytest.mark.parametrize("mcpu", CORES)
@pytest.mark.parametrize("seed", SAMPLE)
def test_on_a_core(seed, mcpu, tmp_path):
    """On painted memory, bit for bit what the host gives with maps apart. The certificate is proved
    from the object; with a map a row closer, or alive as a whole, it is refused."""
    network = generate.tail(seed)
    inputs = inputs_for(network.input_shape, 2)
    apart = compile_network(network, tmp_path, "--keep-maps")
    want = run_host(apart, inputs, network.output_shape)
    certificate = tmp_path / "net.cert.json"
    made = compile_network(network, tmp_path, f"--certificate={certificate}", mcpu=mcpu)
    assert _sliding(made)
    wrong = difference(run_core(made, mcpu, inputs, network.output_shape), want)
    assert not wrong, wrong
    proof = prove(made.object, certificate)
    assert proof.least <= (proof.most or proof.least)
    claims = json.loads(certificate.read_text())
    whole = []
    for each in _sliding(made):
        row = each["bytes"] // len(each["rows"])
        moved = [
            _refused(claims, each["name"], {"offset": each["offset"] + by}, tmp_path, made.object)
            for by in (-row, row)
        ]  # fmt: skip
        assert any("overlap, and both are in use" in reason for reason in moved), (each, moved)
        whole.append(_refused(claims, each["name"], {"rows": []}, tmp_path, made.object))
    assert any("overlap, and both are in use" in reason for reason in whole), whole


# Arenas, bytes, of MobileNetV1 (0.25, 96x96), the geometry of person detection.
MOBILENET = {0: 12_960, 25: 9_216}


@pytest.mark.parametrize("percent", MOBILENET)
def test_mobilenet(percent, tmp_path):
    """In chains of maps of one size, too; `docs/strips.md` has the figures."""
    model = tmp_path / "mobilenet.tflite"
    model.write_bytes(mobilenet())
    refused = refusal(
        model, tmp_path, "--lossless", "--ram=1", f"--max-recompute={percent}", mcpu="cortex-m4"
    )
    assert f"({MOBILENET[percent]:,} of arena" in refused.message, refused.message
    assert smallest_budget(refused) < MOBILENET[percent] + 256
