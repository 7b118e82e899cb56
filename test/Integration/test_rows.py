# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks that ask for their input row by row: the same bits, rows once and in order.

That rows are asked for once and in order is looked at by whoever gives them: `Compiled.run` here,
`harness.c` and the adapter of `rtwmc.emulate` on cores.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rtwmc
from rtwmc import verify
from upstream import tool

MODELS = Path(__file__).parents[1] / "models"
OPERATORS = sorted((MODELS / "operators").glob("*.tflite"))
NETWORKS = [*sorted(MODELS.glob("*.tflite")), *sorted((MODELS / "mlperf-tiny").glob("*.tflite"))]
QEMU = pytest.mark.skipif(
    not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed"
)


@pytest.fixture
def oracle():
    pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
    pytest.importorskip("tosa_converter_for_tflite")


@pytest.mark.usefixtures("oracle")
@pytest.mark.parametrize("model", OPERATORS + NETWORKS, ids=lambda path: path.stem)
def test_same_as_tflm(model):
    result = verify.verify(model, input="rows")
    assert result.equal, verify.table(result)


@QEMU
@pytest.mark.usefixtures("oracle")
@pytest.mark.parametrize("name, mcpu, options", [
    ("lenet_a", "cortex-m4", {}), ("lenet_a", "cortex-m0", {"ram": 1200}),
    ("sparsenet_a", "cortex-m4", {"ram": 2600}), ("operators/uint8_in_uint8_out", "cortex-m0", {}),
    ("operators/chain_conv1d_h1", "cortex-m4", {}), ("operators/two_in_swapped", "cortex-m4", {}),
    ("operators/delay_line", "cortex-m0", {}), ("mlperf-tiny/dscnn_kws_int8", "cortex-m4", {}),
])  # fmt: skip
def test_same_as_tflm_on_a_core(name, mcpu, options):
    """Also pruned, several inputs, with state, along time."""
    result = verify.verify(MODELS / f"{name}.tflite", mcpu=mcpu, count=4, input="rows", **options)
    assert len(result.comparisons) >= 2 and result.equal, verify.table(result)


@pytest.mark.usefixtures("oracle")
@pytest.mark.parametrize("seed", range(100, 108))
def test_random_network(seed):
    import tflite_random

    outcome = tflite_random.run("NETWORK", seed, input="rows")
    assert not outcome.wrong, str(outcome)


@QEMU
@pytest.mark.usefixtures("oracle")
def test_random_network_on_a_core():
    import tflite_random

    outcome = tflite_random.run("NETWORK", 120, "cortex-m4", input="rows")
    assert outcome.what == "equal", str(outcome)


def least(model, **options):
    options["max_recompute"] = 0
    ram = rtwmc.compiler.smallest_budget(model, lossless=True, **options)
    return rtwmc.compile(model, ram=ram, lossless=True, **options)


def test_the_input_is_a_ring():
    """Rows that the first layer reads, in the same arena; and what the header says of them."""
    by_rows = least(MODELS / "lenet_a.mlir", input="rows", name="net")
    whole = least(MODELS / "lenet_a.mlir", input="arena")
    rows = by_rows.report["maps"][0]
    assert (rows["name"], rows["store"]) == ("rows1", "ring") and rows["rows"] <= 6
    assert by_rows.report["ram"] < whole.report["ram"] - 2048
    port = by_rows.report["inputs"][0]
    assert (port["rows"], port["row_bytes"], port["bytes"]) == (32, 96, 3072)
    at_callback = by_rows.report["callback_stack"]
    assert 0 < at_callback <= by_rows.report["stack"]
    for name, value in {"INPUT_ROWS": 32, "INPUT_ROW_BYTES": 96,
                        "CALLBACK_STACK_BYTES": at_callback}.items():  # fmt: skip
        assert re.search(rf"^#define NET_{name} {value}$", by_rows.header, re.M)
    assert ("int net_run(int (*read_row)(void *context, int32_t row, void *destination), void *context, "
            "int8_t *output, void *arena);") in by_rows.header  # fmt: skip


@pytest.mark.parametrize("language", ["c", "c++"])
@pytest.mark.parametrize("name", ["uint8_in_uint8_out", "two_in_swapped", "delay_line"])
@pytest.mark.usefixtures("oracle")
def test_header(name, language, tmp_path):
    rtwmc.compile(MODELS / "operators" / f"{name}.tflite", input="rows", name="net").save(tmp_path)
    source = tmp_path / "use.txt"
    source.write_text('#include "net.h"\n')
    subprocess.run(
        [tool("clang"), "-x", language, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", source],
        check=True,
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["strips", "keep_maps", "paper"])
def test_with_other_options(mode):
    """Layer by layer, in strips, and with all maps kept, the input is stored as a whole."""
    options = {"strips": {"strips": "conv1:conv2:2"}, "keep_maps": {"keep_maps": True},
               "paper": {"mode": "paper", "ram": "8KiB"}}[mode]  # fmt: skip
    name = "sparsenet_a" if mode == "strips" else "lenet_a"
    model = MODELS / f"{name}.mlir"
    network = rtwmc.compile(model, mcpu="host", input="rows", **options)
    # Rows that nobody reads, the last, need not be there with all others.
    assert network.report["maps"][0]["rows"] >= 28
    images = np.random.default_rng(1).integers(-128, 128, (3, 32, 32, 3)).astype(np.int8)
    expected = rtwmc.compile(model, mcpu="host", **options).run(images)
    assert np.array_equal(network.run(images), expected)


def test_strips_of_the_input_are_refused():
    with pytest.raises(rtwmc.CompileError, match="'rows1' asks for whole rows, and for each once"):
        rtwmc.compile(MODELS / "sparsenet_a.mlir", input="rows", strips="rows1:conv2:2")


@QEMU
@pytest.mark.usefixtures("oracle")
def test_a_budget_takes_strips_of_rows_that_are_kept():
    """Without them it would be 11,080 bytes; rows that strips read again are not asked for again."""
    model = MODELS / "mlperf-tiny" / "resnet8_int8.tflite"
    options = {"input": "rows", "ram": 10700, "max_recompute": 100, "lossless": True}
    report = rtwmc.compile(model, mcpu="cortex-m4", **options).report
    assert report["recomputed_macs"] > 0 and report["strips"][0].startswith("conv1:")
    rows = report["maps"][0]
    assert (rows["name"], rows["rows"]) == ("rows1", 32)
    # Guards of the run see rows that are not asked for once and in order.
    result = verify.verify(model, count=1, mcpu="cortex-m4", **options)
    assert result.equal, verify.table(result)


@pytest.mark.usefixtures("oracle")
def test_mobilenet(tmp_path):
    """A picture that is twice as large as all the rest."""
    from mobilenet import mobilenet
    from rtwmc import tflm

    model = tmp_path / "mobilenet.tflite"
    model.write_bytes(mobilenet())
    network = rtwmc.compile(model, mcpu="cortex-m4", input="rows", ram="15KiB", lossless=True)
    assert network.inputs[0].bytes == 96 * 96 * 3 > network.report["ram"]
    assert 6 * network.report["ram"] < tflm.arena(model.read_bytes()).total
    result = verify.verify(model, count=2, input="rows", ram="15KiB")
    assert result.equal, verify.table(result)
