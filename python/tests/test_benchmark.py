# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counting instructions: what is added up, what is printed, what is refused, and the page about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rtwmc import benchmark, installed, performance
from rtwmc.cycles import Cycles
from rtwmc.firmware import toolchain
from rtwmc.measurement import Estimate, by_layer, layer_ram, read_json

DOCS = Path(__file__).parents[2] / "docs"


def test_functions_belong_to_the_layer_with_the_longest_name() -> None:
    functions = {"conv1_row": 5, "conv1_pixel": 7, "conv10_row": 11, "net_run": 3, "conv1": 1}
    layers = by_layer(functions, [("conv1", 100), ("conv10", 200)])
    assert [(each.name, each.macs, each.instructions) for each in layers] == [
        ("conv1", 100, 13), ("conv10", 200, 11), ("rest", 0, 3),
    ]  # fmt: skip
    assert sum(each.instructions for each in layers) == sum(functions.values())


def test_cycles_belong_to_the_layer_of_the_function() -> None:
    cycles = {"conv1_row": Cycles(1, 2, 3), "conv1": Cycles(10, 20, 30), "net_run": Cycles(4, 4, 4)}
    layers = by_layer(dict.fromkeys(cycles, 1), [("conv1", 100)], cycles)
    assert [each.cycles for each in layers] == [Estimate(11, 22, 33), Estimate(4, 4, 4)]


def test_ram_of_a_layer_is_what_is_in_use_while_it_runs() -> None:
    report = {
        "layers": [{"name": "conv1"}, {"name": "relu1"}],
        "schedule": [0, 1, 0],
        "regions": [
            {"offset": 0, "bytes": 40, "live": [[0, 2]]},
            {"offset": 64, "bytes": 8, "live": [[0, 0]]},
            {"offset": 0, "bytes": 40, "live": [[1, 1]]},  # in place
            {"offset": 64, "bytes": 20, "live": [[1, 2]]},
        ],
    }
    assert layer_ram(report) == {"conv1": 60, "relu1": 60}


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
        # Loads take two cycles, and there are as many as a third of them.
        assert each["instructions"] < each["cycles"]["least"] < each["cycles"]["most"] < 2.2 * each["instructions"]
        for end in ("least", "likely", "most"):
            assert sum(layer["cycles"][end] for layer in each["layers"]) == each["cycles"][end]
        assert max(layer["ram"] for layer in each["layers"][:-1]) == each["arena"]
        assert sum(layer["flash"] for layer in each["layers"][:-1]) <= each["flash"]
    printed = capsys.readouterr().out
    assert f"{m4['instructions']:,}" in printed and "conv2" in printed
    assert "3,021,505" in printed  # CMSIS-NN's
    assert benchmark.main(["--from", str(figures), "--layers"]) == 0
    assert capsys.readouterr().out == printed


def test_figures_that_are_none_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("{", "[{}]", "[1]"):
        (tmp_path / "figures.json").write_text(text)
        assert benchmark.main(["--from", str(tmp_path / "figures.json")]) == 1
        assert "not what --json writes" in capsys.readouterr().err


def test_the_page_says_what_was_measured() -> None:
    measured = read_json((DOCS / "results" / "performance.json").read_text())
    assert performance.page(measured) == (DOCS / "performance.md").read_text(), performance.COMMAND
    free = {(m.model, m.mcpu) for m in measured if not m.ram_budget}
    assert free == {(path.stem, core) for path in benchmark.default_models() for core in benchmark.CORES}
    bounded = {(m.model, m.ram_budget, m.flash_budget) for m in measured if m.ram_budget}
    assert bounded == {(model, *budgets) for model, budgets in benchmark.BOARDS.items()}


def test_dual_issue_leaves_a_range() -> None:
    measured = read_json((DOCS / "results" / "performance.json").read_text())
    for m in measured:
        assert m.cycles and m.cycles.least <= m.cycles.most
        assert (m.cycles.likely is None) == (m.mcpu in ("cortex-m7", "cortex-m33", "cortex-m55"))


@pytest.mark.usefixtures("tools")
def test_the_page_is_not_out_of_date() -> None:
    """To a tenth: small changes do not ask for it to be made again."""
    measured = read_json((DOCS / "results" / "performance.json").read_text())
    lenet = next(p for p in benchmark.default_models() if p.stem == "lenet_a")
    now = benchmark.measure(lenet, "cortex-m4")
    then = next(m for m in measured if (m.model, m.mcpu, m.ram_budget) == ("lenet_a", "cortex-m4", None))
    assert now.cycles and now.cycles.likely and then.cycles and then.cycles.likely
    assert abs(now.instructions - then.instructions) < 0.1 * then.instructions, performance.COMMAND
    assert abs(now.cycles.likely - then.cycles.likely) < 0.1 * then.cycles.likely, performance.COMMAND


@pytest.mark.usefixtures("tools")
def test_a_network_that_does_not_compile_fails_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.mlir"
    bad.write_text("func.func @main()\n")
    assert benchmark.main([str(bad), "--cores", "cortex-m3"]) == 1
    assert "bad for cortex-m3" in capsys.readouterr().err
