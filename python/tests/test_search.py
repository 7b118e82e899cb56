# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The search over architectures; what it finds is compiled in test/Integration."""

import dataclasses
import json

import pytest
import rtwmc.search
from rtwmc import installed
from rtwmc.networks import NETWORKS, parameter_count
from rtwmc.planner import default_stack, layers_of, plan
from rtwmc.search import Found, Limits, capacity, describe, main, search, table
from test_train import write_noise

pytest.importorskip("optuna")
try:
    installed.library("rtwmc-planner")
except installed.NotInstalledError as error:
    pytest.skip(str(error), allow_module_level=True)

# With less dropped no network of the space would need pruning.
LIMITS = Limits(drop=0.95)


def test_capacity_orders_the_papers_networks():
    """As their accuracy does: all the proxy has for it."""
    scores = [capacity(plan(layers_of(NETWORKS[n]), (32, 32, 3))) for n in NETWORKS]
    assert scores == sorted(scores)


@pytest.fixture(scope="module")
def found():
    return {False: search(LIMITS, pruned=False, trials=200), True: search(LIMITS, pruned=True, trials=400)}


@pytest.mark.parametrize("pruned", [False, True])
def test_limits(found, pruned):
    assert found[pruned]
    for each in found[pruned]:
        cost = plan(layers_of(each.network), (32, 32, 3), ram=LIMITS.ram, max_recompute=0)
        assert cost == each.cost and cost.fits
        assert cost.ram <= LIMITS.ram and cost.macs <= LIMITS.macs
        assert cost.constants + LIMITS.code <= LIMITS.flash
        lossless = cost.smallest_lossless - (default_stack() if pruned else 0)
        assert (lossless > LIMITS.ram) == (sum(cost.drop) > 0) == pruned
        assert 0 <= each.largest_drop <= LIMITS.drop
        assert cost.parameters == parameter_count(each.network)
    scores = [each.score for each in found[pruned]]
    assert scores == sorted(scores, reverse=True)
    assert len({describe(each.network) for each in found[pruned]}) == len(scores)


def test_repeatable(found):
    assert search(LIMITS, pruned=False, trials=200) == found[False]
    assert search(LIMITS, pruned=False, trials=200, seed=2) != found[False]


def test_limits_matter():
    small = dataclasses.replace(LIMITS, flash=20000, macs=2_000_000, ram=2048)
    for each in search(small, pruned=False, trials=300):
        assert each.cost.ram <= 2048 and each.cost.macs <= 2_000_000
        assert each.cost.constants + small.code <= 20000


def test_table(found):
    lines = table(found[True][:2]).splitlines()
    assert describe(found[True][0].network) in lines[2]
    assert len({line.count("|") for line in lines}) == 1


def test_command(found, capsys, monkeypatch):
    asked = []

    def searched(limits, *, pruned, trials, seed, progress):
        asked.append((limits, trials, seed, progress))
        return found[pruned]

    monkeypatch.setattr(rtwmc.search, "search", searched)
    arguments = ["--ram=4KiB", "--flash=32768", "--drop=0.1", "--trials=7", "--seed=3", "--best=1"]
    assert main([*arguments, "--quiet"]) == 0
    limits = dataclasses.replace(LIMITS, ram=4096, flash=32768, drop=0.1)
    assert asked == [(limits, 7, 3, False)] * 2
    output = capsys.readouterr().out
    for pruned in (False, True):
        assert describe(found[pruned][0].network) in output
        assert describe(found[pruned][1].network) not in output
    assert f"{len(found[True])} networks fit 4,096 bytes only when pruned" in output


def test_nothing_found(capsys):
    assert main(["--trials=20", "--quiet", "--ram=600"]) == 1
    assert "error: no network" in capsys.readouterr().err


def test_measures_what_it_found(capsys, monkeypatch, tmp_path):
    """On noise, for one epoch: the route from a found network to its accuracy."""
    pytest.importorskip("tensorflow")
    pytest.importorskip("tosa_converter_for_tflite")
    write_noise(tmp_path, 120)
    network = dataclasses.replace(NETWORKS["sonicnet_a"], name="found")
    cost = plan(layers_of(network), (32, 32, 3), ram=2150, max_recompute=0)
    assert sum(cost.drop) > 0
    monkeypatch.setattr(rtwmc.search, "search", lambda *_, **__: [Found(network, cost, 1.0)])
    arguments = ["--ram=2150", f"--data={tmp_path}", "--epochs=1", f"--out={tmp_path / 'out'}"]
    assert main([*arguments, "--quiet"]) == 0
    output = capsys.readouterr().out
    result = json.loads(output[output.rindex("\n{") :])
    assert result["ram"] <= 2150 and 0 <= result["accuracy"] <= 100
    assert 0 <= result["accuracy unpruned"] <= 100
    assert main([*arguments, "--quiet", f"--data={tmp_path / 'none'}"]) == 1
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", ["--ram=8MB", "--ram=0", "--flash=x", "--drop=1.5", "--drop=half", "--trials=0"]
)
def test_bad_options(option, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([option])
    assert exit_.value.code == 2
    assert f"'{option.split('=')[1]}' is not" in capsys.readouterr().err
