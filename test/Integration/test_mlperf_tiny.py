# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ResNet-8 and DS-CNN of MLPerf Tiny, as a front end writes them.

The TOSA reference model is compared with where `tosa-opt` and `tosa_reference_model` (PyPI:
tosa-tools) are on PATH.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import tosa_reference
from rtwmc import qemu

from compiler import (
    CORES, MORE_CORES, compile_network, compiler, difference, inputs_for, isolated, run_host,
)  # fmt: skip
from network import Network
from upstream import CIFACE, Library

FOLDER = Path(__file__).parents[1] / "models" / "mlperf-tiny"
NAMES = ["resnet8_int8", "dscnn_kws_int8"]
INPUTS = 20


@pytest.fixture(scope="module", params=NAMES)
def model(request, tmp_path_factory):
    """The file, the network in it with batch 1, inputs, and what upstream's lowering gives."""
    path = FOLDER / f"{request.param}.mlir"
    network = Network.read(path)
    folder = tmp_path_factory.mktemp(request.param)
    library = Library.build({"net": network.function("net", attributes=CIFACE)}, folder)
    inputs = inputs_for(network.input_shape, INPUTS)

    def all_outputs():
        return np.stack([library.run("net", [each], network.output_shape) for each in inputs])

    return path, network, inputs, isolated(all_outputs)


def test_host(model, tmp_path):
    path, network, inputs, want = model
    compiled = compile_network(path, tmp_path)
    assert compiled.report["batch_specialized"]
    wrong = difference(run_host(compiled, inputs, network.output_shape), want)
    assert not wrong, wrong


@pytest.mark.parametrize("mcpu", [*CORES, *MORE_CORES])
def test_compiles_for(mcpu, model, tmp_path):
    compiled = compile_network(model[0], tmp_path, mcpu=mcpu)
    assert compiled.report["ram"] == compiled.macro("RAM_BYTES")


@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed")
def test_cortex_m4(model, tmp_path):
    path, network, inputs, want = model
    compiled = compile_network(path, tmp_path, mcpu="cortex-m4")
    result = qemu.run(
        compiled.object, compiled.header, "cortex-m4", inputs.tobytes(), timeout=600
    )
    assert result.guards_intact and result.stack_used <= result.stack_bytes
    got = np.frombuffer(result.outputs, np.int8).reshape(INPUTS, *network.output_shape)
    wrong = difference(got, want)
    assert not wrong, wrong


@tosa_reference.NEEDS_REFERENCE
def test_oracles_agree(model, tmp_path):
    """The reference model gives what upstream's lowering gives."""
    _, network, inputs, want = model
    flat = tosa_reference.serialize(network.function("main"), tmp_path)
    for number, each in enumerate(inputs):
        wrong = difference(tosa_reference.run(flat, [each]), want[number])
        assert not wrong, f"input {number}: {wrong}"


@pytest.mark.skipif(
    not shutil.which("tosa-converter-for-tflite"),
    reason="tosa-converter-for-tflite (PyPI) is not installed",
)
@pytest.mark.parametrize("form", ["--text", "--bytecode"])
def test_converted_here(form, model, tmp_path):
    """What the installed converter writes today, as text and as bytecode."""
    path, network, inputs, want = model
    converted = tmp_path / "converted.mlir"
    subprocess.run(
        ["tosa-converter-for-tflite", path.with_suffix(".tflite"), form, "-o", converted],
        check=True, capture_output=True,
    )  # fmt: skip
    compiled = compile_network(converted, tmp_path)
    wrong = difference(run_host(compiled, inputs, network.output_shape), want)
    assert not wrong, wrong


def test_tflite(model, tmp_path):
    """A .tflite is compiled with the converter, and without it there is advice."""
    path, network, inputs, want = model
    tflite = path.with_suffix(".tflite")
    if shutil.which("tosa-converter-for-tflite"):
        compiled = compile_network(tflite, tmp_path)
        wrong = difference(run_host(compiled, inputs, network.output_shape), want)
        assert not wrong, wrong
        return
    done = subprocess.run(
        [compiler(), tflite, "-o", tmp_path / "x.o"], capture_output=True, text=True
    )
    assert done.returncode == 1 and not (tmp_path / "x.o").exists()
    assert "pip install tosa-converter-for-tflite" in done.stderr
