# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shapes and sizes of the paper's networks; the Keras part needs TensorFlow."""

import numpy as np
import pytest

from algorithm_1 import paper_drop
from rtwmc.networks import NETWORKS, build, fold, parameter_count
from rtwmc.reference import prune

PARAMETERS = {"lenet_a": 20262, "sparsenet_a": 24915, "sonicnet_a": 61610}


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_are_table_1s(name):
    assert parameter_count(NETWORKS[name]) == PARAMETERS[name]


def test_maps():
    assert NETWORKS["lenet_a"].maps() == [(28, 28, 6), (10, 10, 32)]
    assert NETWORKS["sparsenet_a"].maps() == [(30, 30, 9), (27, 27, 11), (13, 13, 17), (9, 9, 39)]
    assert NETWORKS["sonicnet_a"].maps() == [(28, 28, 20), (10, 10, 80)]


@pytest.mark.parametrize("name", NETWORKS)
def test_folding_is_exact(name):
    pytest.importorskip("tensorflow")
    network = NETWORKS[name]
    trained = build(network, batch_norm=True)
    generator = np.random.default_rng(0)
    for layer in trained.layers:
        if layer.name.endswith("_bn"):
            layer.set_weights([generator.uniform(0.5, 2, w.shape) for w in layer.get_weights()])
    mean, std = np.array([125.0, 123.0, 114.0]), np.array([63.0, 62.0, 66.0])
    deployed = fold(network, trained, mean, std)
    assert deployed.count_params() == PARAMETERS[name]
    images = generator.integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
    expected = np.asarray(trained((images - mean) / std, training=False))
    np.testing.assert_allclose(np.asarray(deployed(images)), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("channel_major", [False, True])
def test_pruning_in_the_graph_is_the_references(channel_major):
    tf = pytest.importorskip("tensorflow")
    from rtwmc.pruning import prune_maps

    generator = np.random.default_rng(3)
    for batch, drop, tau in [(10, 0, 0), (10, 200, 0), (7, 150, 3.5), (64, 250, 0), (40, 251, 20)]:
        # Distinct magnitudes, because ties may fall either way in the graph.
        stream = generator.permutation(252)[None].reshape(1, 6, 6, 7).astype(np.float32)
        stream = np.where(generator.random(stream.shape) < 0.3, 0, stream)
        maps = tf.constant(stream)
        with tf.GradientTape() as tape:
            tape.watch(maps)
            got = prune_maps(maps, batch, drop, tau, channel_major)
        gradient = np.asarray(tape.gradient(got, maps))
        flat = (stream[0].transpose(2, 0, 1) if channel_major else stream[0]).reshape(-1)
        # int8 holds too few distinct values, so the reference sees an int16 stream.
        packed = prune(flat.astype(np.int16), batch=batch, drop=drop, tau_q=max(1, int(np.ceil(tau))), zero_point=0)
        gone = np.unpackbits(packed.bitmap, count=252, bitorder="little").astype(bool)
        expected = np.where(gone, 0, flat)
        if channel_major:
            expected = expected.reshape(7, 6, 6).transpose(1, 2, 0)
        assert np.array_equal(np.asarray(got)[0].reshape(-1), expected.reshape(-1))
        assert np.array_equal(gradient[0] * stream[0], np.asarray(got)[0])


@pytest.mark.parametrize("name", NETWORKS)
def test_closed_form_gives_the_golden_drops(name):
    network = NETWORKS[name]
    assert tuple(paper_drop(network, network.ram, network.batch, network.alpha)) == network.drop


def test_closed_form_has_no_answer():
    network = NETWORKS["lenet_a"]
    with pytest.raises(ValueError, match="layer 1: a buffer of 3000"):
        paper_drop(network, 4096, 3000, 0.8)
    with pytest.raises(ValueError, match="layer 1: .* to drop of 4704"):
        paper_drop(network, 200, 10, 0.8)
