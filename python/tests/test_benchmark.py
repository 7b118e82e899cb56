# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counting instructions: what is added up, what is printed, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rtwmc import benchmark, installed
from rtwmc.firmware import toolchain


def test_functions_belong_to_the_layer_with_the_longest_name() -> None:
    functions = {"conv1_row": 5, "conv1_pixel": 7, "conv10_row": 11, "net_run": 3, "conv1": 1}
    layers = benchmark.by_layer(functions, [("conv1", 100), ("conv10", 200)])
    assert [(each.name, each.macs, each.instructions) for each in layers] == [
        ("conv1", 100, 13), ("conv10", 200, 11), ("rest", 0, 3),
    ]  # fmt: skip
    assert sum(each.instructions for each in layers) == sum(functions.values())


def test_default_models_are_different_networks() -> None:
    stems = [path.stem for path in benchmark.default_models()]
    assert {"lenet_a", "sparsenet_a", "sonicnet_a"} <= set(stems)
    assert not any(stem.endswith(("_pruned", "_static")) for stem in stems)


@pytest.fixture
def tools() -> None:
    try:
        installed.tool("rtwmc-compile")
        toolchain.find_qemu()
    except (installed.NotInstalledError, toolchain.ToolError) as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("tools")
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lenet = next(p for p in benchmark.default_models() if p.stem == "lenet_a")
    figures = tmp_path / "figures.json"
    arguments = [str(lenet), "--cores", "cortex-m3,cortex-m4", "--layers", "--json", str(figures)]
    assert benchmark.main(arguments) == 0
    m3, m4 = json.loads(figures.read_text())
    assert (m3["mcpu"], m4["mcpu"]) == ("cortex-m3", "cortex-m4")
    # The M4 has instructions for two multiply-accumulates at once.
    assert m3["macs"] == m4["macs"]
    assert m4["macs"] / 2 < m4["instructions"] < m3["instructions"]
    for each in (m3, m4):
        assert sum(layer["instructions"] for layer in each["layers"]) == each["instructions"]
    printed = capsys.readouterr().out
    assert f"{m4['instructions']:,}" in printed and "conv2" in printed


@pytest.mark.usefixtures("tools")
def test_a_network_that_does_not_compile_fails_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.mlir"
    bad.write_text("func.func @main()\n")
    assert benchmark.main([str(bad), "--cores", "cortex-m3"]) == 1
    assert "bad for cortex-m3" in capsys.readouterr().err
