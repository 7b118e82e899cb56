# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The cost function. That its arena is the compiler's is tested in test/Integration."""

from dataclasses import replace

import algorithm_1
import pytest
from rtwmc import installed
from rtwmc.networks import NETWORKS, Network, parameter_count
from rtwmc.networks import Conv as ConvOf
from rtwmc.networks import Dense as DenseOf
from rtwmc.planner import (
    Add, AveragePool, Conv, Dense, Depthwise, GlobalAverage, MaxPool, default_stack, layers_of, main,
    paper_drop, plan,
)  # fmt: skip

try:
    installed.library("rtwmc-planner")
except installed.NotInstalledError as error:
    pytest.skip(str(error), allow_module_level=True)

IMAGE = (32, 32, 3)
SONIC = layers_of(NETWORKS["sonicnet_a"])


def paper(network: Network, **options):
    settings = {"ram": network.ram, "batch": network.batch, "alpha": network.alpha, **options}
    cost = plan(layers_of(network), IMAGE, mode="paper", **settings)
    convs = [d for layer, d in zip(layers_of(network), cost.drop) if isinstance(layer, Conv)]
    assert sum(convs) == sum(cost.drop)
    return cost, convs


def test_strips_before_drops():
    whole = plan(SONIC, IMAGE, max_recompute=10, smallest=True)
    assert whole.recomputed_macs == 0 and whole.ram == whole.smallest_lossless
    assert whole.smallest_recomputing < whole.smallest_lossless
    strips = plan(SONIC, IMAGE, max_recompute=10, ram=whole.smallest_recomputing)
    assert strips.fits and strips.loss == 0 and strips.ram == whole.smallest_recomputing
    assert 0 < strips.recomputed_macs <= strips.macs // 10
    assert plan(SONIC, IMAGE, ram=whole.smallest_recomputing, max_recompute=0).loss > 0
    # By default as the compiler: at most a quarter.
    default = plan(SONIC, IMAGE, ram=whole.smallest_recomputing)
    assert default.recomputed_macs == strips.recomputed_macs
    assert plan(SONIC, IMAGE, smallest=True) == plan(SONIC, IMAGE, max_recompute=25, smallest=True)
    with pytest.raises(ValueError, match="max_recompute is -1"):
        plan(SONIC, IMAGE, max_recompute=-1)


@pytest.mark.parametrize("name", NETWORKS)
def test_paper_golden(name):
    network = NETWORKS[name]
    cost, drops = paper(network)
    assert tuple(drops) == network.drop
    assert cost.parameters == parameter_count(network)
    # Counting all that is there, the paper's setting does not keep its own budget.
    assert not cost.fits and cost.arena > network.ram and "bytes" in cost.reason


@pytest.mark.parametrize("name, first", [("lenet_a", 4295), ("sparsenet_a", 5062), ("sonicnet_a", 12593)])
def test_paper_golden_with_input(name, first):
    assert paper(NETWORKS[name], input="arena")[1][0] == first


@pytest.mark.parametrize("name", NETWORKS)
def test_paper_agrees_with_the_oracle(name):
    network, answers = NETWORKS[name], 0
    for ram in range(1500, 20000, 777):
        for batch, alpha in ((10, 0.8), (64, 0.5), (400, 1.0)):
            cost, drops = paper(network, ram=ram, batch=batch, alpha=alpha)
            try:
                expected = algorithm_1.paper_drop(network, ram, batch, alpha)
            except ValueError:
                assert not cost.fits and not cost.planned and not any(drops) and cost.reason
                with pytest.raises(ValueError, match="conv|layer"):
                    paper_drop(network, ram, batch, alpha)
                continue
            assert cost.planned and drops == expected
            assert paper_drop(network, ram, batch, alpha) == tuple(expected)
            answers += 1
    assert answers > 30


def test_lossless():
    cost = plan(SONIC, IMAGE)
    assert cost.fits and cost.reason == "" and cost.loss == 0 and cost.smallest is None
    assert cost.ram == cost.arena + default_stack() == cost.smallest_lossless
    assert cost.arena == 5 * 14 * 20 + 5 * 80 + 4 * 10
    assert [m.store for m in cost.maps] == ["none", "ring", "none", "ring", "external"]
    assert cost.maps[0].shape == (28, 28, 20) and cost.maps[1].bytes == 5 * 14 * 20
    assert cost.macs == 5_196_000
    whole = plan(SONIC, IMAGE, input="arena")
    by_rows = plan(SONIC, IMAGE, input="rows")
    assert whole.arena > by_rows.arena == cost.arena + 5 * 32 * 3


def test_budgets():
    free = plan(SONIC, IMAGE, smallest=True, stack=100, max_recompute=0)
    assert free.smallest < free.ram
    less = plan(SONIC, IMAGE, ram=free.ram - 1, stack=100, max_recompute=0)
    assert less.fits and less.ram < free.ram and less.loss > 0 and sum(less.drop) > 0
    assert less.smallest is None and less.smallest_lossless == free.ram
    [packed] = [m for m in less.maps if m.store == "packed-ring"]
    assert 0 < packed.drop < 14 * 14 * 20
    least = plan(SONIC, IMAGE, ram=free.smallest, stack=100, max_recompute=0)
    assert least.fits and least.planned and least.ram == free.smallest
    below = plan(SONIC, IMAGE, ram=free.smallest - 1, stack=100, max_recompute=0)
    assert not below.fits and below.smallest == free.smallest and "bytes" in below.reason
    assert not below.planned and not any(below.drop)


def test_every_kind_of_layer():
    layers = [
        Conv(8, (3, 1), padding="same"), Depthwise(3, 2, padding=1), MaxPool(3, 2, "same"),
        Conv(16, 3, dilation=2, padding=(2, 2, 2, 2)), Add(3, 2), AveragePool(2), GlobalAverage(),
        Dense(12), Dense(5),
    ]  # fmt: skip
    cost = plan(layers, (16, 20, 4))
    assert [m.shape for m in cost.maps] == [
        (16, 20, 8), (16, 20, 16), (8, 10, 16), (8, 10, 16), (8, 10, 16), (4, 5, 16), (1, 1, 16),
        (1, 1, 12), (1, 1, 5),
    ]  # fmt: skip
    convolutions = 320 * 8 * 12 + 320 * 16 * 9 + 80 * 16 * 144
    assert cost.macs == convolutions + 16 * 12 + 12 * 5


def test_same_padding_as_tensorflow():
    # More below and right of it than above and left; none where the stride covers the map.
    for size, kernel, stride, expected in ((32, 3, 2, 16), (33, 3, 2, 17), (32, 1, 2, 16), (5, 5, 3, 2)):
        cost = plan([Conv(1, kernel, stride, "same")], (size, size, 1))
        assert cost.maps[0].shape == (expected, expected, 1)


@pytest.mark.parametrize(
    "layers, shape, message",
    [
        ([], IMAGE, "no layers"),
        ([Conv(4)], (32, 32), "input_shape"),
        ([Conv(4)], (0, 32, 3), "it must be 1 to 65536"),
        ([Conv(4, 33)], IMAGE, "layer 1: a window of 33x33 does not fit its input of 32x32x3"),
        ([Conv(4, 3), Conv(0)], IMAGE, "layer 2: filters is 0"),
        ([Conv(4, 2.5)], IMAGE, "layer 1: a window's size is 2.5; it must be a whole number"),
        ([Conv(4, (1, 2, 3))], IMAGE, r"layer 1: a window's size is \(1, 2, 3\)"),
        ([Conv(True)], IMAGE, "layer 1: filters is True"),
        ([Conv(4, 3, 0)], IMAGE, "layer 1: stride is 0"),
        ([Conv(4, 3, padding="full")], IMAGE, "layer 1: padding is 'full'"),
        ([Conv(4, 3, padding=(1, 2))], IMAGE, r"layer 1: padding is \(1, 2\)"),
        ([Conv(4, 3, padding=-1)], IMAGE, "layer 1: padding is -1"),
        ([Conv(4), Dense(3, input=1)], IMAGE, "layer 2: a layer's input is 1; it must be -1 to 0"),
        ([Conv(4), Conv(4, input=-1)], IMAGE, "layer 1: no layer reads its result"),
        ([Conv(4), Conv(5), Add(0, 1)], IMAGE, "layer 3: adds maps of 32x32x4 and 32x32x5"),
        ([Depthwise(3, 0)], IMAGE, "layer 1: multiplier is 0"),
        ([Dense(-1)], IMAGE, "layer 1: units is -1"),
        (["conv"], IMAGE, "layer 1: 'conv' is not a layer"),
        ([Conv(60000), Conv(60000)], (200, 200, 1), "layer 1: a result of 200x200x60000 is too large"),
    ],
)
def test_bad_shapes(layers, shape, message):
    with pytest.raises(ValueError, match=message):
        plan(layers, shape)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"mode": "other"}, "mode is 'other'"),
        ({"order": "hwc"}, "order is 'hwc'"),
        ({"input": "rom"}, "input is 'rom'; it must be 'external', 'arena' or 'rows'"),
        ({"mode": "paper"}, "needs a budget"),
        ({"ram": 0}, "ram is 0"),
        ({"ram": "8KiB"}, "ram is '8KiB'"),
        ({"batch": 0}, "batch is 0"),
        ({"stack": -1}, "stack is -1"),
        ({"alpha": 0.0}, "alpha"),
        ({"alpha": float("nan"), "mode": "paper", "ram": 8192}, "alpha"),
        ({"alpha": "half"}, "alpha is 'half'"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        plan(SONIC, IMAGE, **options)


def test_layers_of_pools():
    network = replace(
        NETWORKS["lenet_a"], convs=(ConvOf(3, 4), ConvOf(3, 5, "max"), ConvOf(1, 6, "global")),
        denses=(DenseOf(7),),
    )  # fmt: skip
    assert layers_of(network) == [Conv(4, 3), Conv(5, 3), MaxPool(), Conv(6, 1), GlobalAverage(), Dense(7)]
    assert [m.shape for m in plan(layers_of(network), IMAGE).maps][1] == network.maps()[1]


def test_times(capsys):
    assert main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [n.title for n in NETWORKS.values()]
