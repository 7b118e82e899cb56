# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Static structured pruning: what fits, which filters go, and the command from end to end."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rtwmc import static
from rtwmc.networks import NETWORKS, Conv, Dense, build, parameter_count
from test_train import write_noise

SMALL = replace(
    NETWORKS["lenet_a"], convs=(Conv(3, 4, "max"), Conv(3, 5), Conv(1, 6, "max")),
    denses=(Dense(7), Dense(10)), size=12,
)  # fmt: skip


def norms_of(network, seed=0):
    generator = np.random.default_rng(seed)
    return [generator.uniform(1, 2, conv.filters) for conv in network.convs]


def test_memory_is_the_papers():
    # 28*28*6; then 14*14*6 + 10*10*32.
    assert static.excess(NETWORKS["lenet_a"], 4096) == [4704 - 4096, 1176 + 3200 - 4096]
    # Working memory of Table 1, without the input.
    assert max(static.excess(NETWORKS["sparsenet_a"], 0)) == 16119
    assert max(static.excess(NETWORKS["sonicnet_a"], 0)) == 15680


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("seed", range(3))
def test_the_papers_networks_fit_and_waste_no_filter(name, seed):
    network = NETWORKS[name]
    norms = norms_of(network, seed)
    kept = static.choose(network, norms, network.ram)
    counts = [len(k) for k in kept]
    assert max(static.excess(static._with_filters(network, counts), network.ram)) <= 0
    for norm, stay in zip(norms, kept):
        assert list(stay) == sorted(stay)
        gone = np.delete(norm, stay)
        assert gone.size == 0 or gone.max() <= norm[stay].min()
    # One filter more in the layer that binds would not fit.
    for i, conv in enumerate(network.convs):
        if counts[i] < conv.filters:
            more = [n + (j == i) for j, n in enumerate(counts)]
            assert max(static.excess(static._with_filters(network, more), network.ram)) > 0


def test_nothing_goes_where_everything_fits():
    kept = static.choose(SMALL, norms_of(SMALL), 10_000)
    assert [len(k) for k in kept] == [4, 5, 6]


def test_the_cheaper_layer_of_a_pair_gives_up_filters():
    # 10*10*4 and 8*8*5 bytes: the pair exceeds the budget by one.
    network = replace(SMALL, convs=(Conv(3, 4), Conv(3, 5)))
    ram = 400 + 320 - 1
    # 1/4 of a layer for 100 bytes is less for each than 1/5 for 64 ...
    kept = static.choose(network, [np.ones(4), np.ones(5)], ram)
    assert [len(k) for k in kept] == [3, 5]
    # ... unless the second has a filter that is almost nothing, at any scale.
    for scale in (1e-3, 1, 1e3):
        kept = static.choose(network, [np.ones(4), scale * np.array([1, 1, 0.01, 1, 1])], ram)
        assert [list(k) for k in kept] == [[0, 1, 2, 3], [0, 1, 3, 4]]


def test_a_pooled_map_counts_pooled():
    # 5*5*4 pooled bytes and 3*3*5 fit where 10*10*4 and 3*3*5 would not.
    network = replace(SMALL, convs=(Conv(3, 4, "max"), Conv(3, 5)))
    assert static.excess(network, 400) == [0, 100 + 45 - 400]
    assert [len(k) for k in static.choose(network, norms_of(network), 400)] == [4, 5]


def test_a_budget_that_no_filter_fits_is_an_error():
    with pytest.raises(ValueError, match="layer 1 exceeds 99 bytes by 1 with one filter left"):
        static.choose(SMALL, norms_of(SMALL), 99)
    # A pair shrinks on both sides before it is hopeless.
    network = replace(SMALL, convs=(Conv(3, 4), Conv(3, 5)))
    with pytest.raises(ValueError, match="layer 2 exceeds 163 bytes by 1 with one filter left"):
        static.choose(network, norms_of(network), 163)
    assert [len(k) for k in static.choose(network, norms_of(network), 164)] == [1, 1]


@pytest.mark.parametrize("name", ["small", *NETWORKS])
def test_what_is_left_computes_as_if_the_filters_were_silent(name):
    pytest.importorskip("tensorflow")
    network = SMALL if name == "small" else NETWORKS[name]
    model = build(network, batch_norm=False)
    generator = np.random.default_rng(1)
    model.set_weights([generator.normal(0, 0.1, w.shape) for w in model.get_weights()])
    ram = 350 if name == "small" else network.ram
    smaller, pruned = static.prune_filters(network, model, ram)
    assert pruned.count_params() == parameter_count(smaller) < parameter_count(network)
    assert max(static.excess(smaller, ram)) <= 0

    weights = model.get_weights()
    kernels = weights[: 2 * len(network.convs) : 2]
    kept = static.choose(network, [np.abs(k).sum((0, 1, 2)) for k in kernels], ram)
    for i, stay in enumerate(kept):
        silent = np.setdiff1d(np.arange(network.convs[i].filters), stay)
        weights[2 * i][..., silent] = 0
        weights[2 * i + 1][silent] = 0
    model.set_weights(weights)
    images = generator.uniform(0, 255, (3, network.size, network.size, 3)).astype(np.float32)
    np.testing.assert_allclose(np.asarray(pruned(images)), np.asarray(model(images)), rtol=1e-4, atol=1e-3)


def test_the_command_prunes_retrains_and_exports(tmp_path, capsys):
    pytest.importorskip("tensorflow")
    pytest.importorskip("tosa_converter_for_tflite")
    write_noise(tmp_path)
    build(NETWORKS["lenet_a"], batch_norm=False).save(tmp_path / "start.keras")
    command = ["lenet_a", "--data", str(tmp_path), "--from", str(tmp_path / "start.keras")]
    command += ["--batch", "20", "--calibration", "20", "--quiet", "--epochs", "1"]
    assert static.main([*command, "--out", str(tmp_path / "a")]) == 0
    results = json.loads((tmp_path / "a/lenet_a_static.json").read_text())
    assert results["working_memory"] <= 4096 == results["recipe"]["ram"]
    assert results["filters"]["before"] == [6, 32] != results["filters"]["after"]
    assert results["recipe"]["from"] == "start.keras"
    filters = results["filters"]["after"]
    text = (tmp_path / "a/lenet_a_static.mlir").read_text()
    assert f"tensor<{filters[0]}x5x5x3xi8>" in text
    assert f"tensor<{filters[1]}x5x5x{filters[0]}xi8>" in text
    assert (tmp_path / "a/lenet_a_static.tflite").stat().st_size > 10_000

    assert static.main([*command, "--out", str(tmp_path / "b"), "--ram", "100"]) == 1
    assert "layer 1 exceeds 100 bytes by 684 with one filter left" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_networks_in_the_tree_fit(name):
    pytest.importorskip("tensorflow")
    from rtwmc import export

    stem = Path(__file__).parents[2] / "test" / "models" / f"{name}_static"
    filters = json.loads(stem.with_suffix(".json").read_text())["filters"]["after"]
    smaller = static._with_filters(NETWORKS[name], filters)
    assert max(static.excess(smaller, NETWORKS[name].ram)) <= 0
    # Raises where a layer of the file has another shape.
    export.from_tflite(smaller, stem.with_suffix(".tflite").read_bytes())
