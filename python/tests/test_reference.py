# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Guarantees of the specification, section 3, on random maps."""

import numpy as np
import pytest

from rtwmc.pruning import quotas
from rtwmc.reference import ceil_div, channel_major, prune, unprune

POLICIES = ("proportional", "paper")


def cases(count: int, seed: int):
    generator = np.random.default_rng(seed)
    for _ in range(count):
        n = int(generator.integers(1, 300))
        zero = int(generator.choice([-128, -3, 0, 127]))
        stream = generator.integers(-128, 128, n).astype(np.int8)
        stream[generator.random(n) < generator.random()] = zero
        yield (
            stream,
            dict(
                batch=int(generator.integers(1, n + 20)),
                drop=int(generator.integers(0, n + 1)),
                tau_q=int(generator.choice([0, 1, 5, 60])),
                zero_point=zero,
            ),
        )


@pytest.mark.parametrize("policy", POLICIES)
def test_at_least_drop_elements_go_and_nothing_else_changes(policy):
    for stream, setting in cases(400, 1):
        n, zero = len(stream), setting["zero_point"]
        packed = prune(stream, policy=policy, **setting)
        assert packed.dropped >= setting["drop"]
        assert len(packed.kept) == n - packed.dropped
        gone = np.unpackbits(packed.bitmap, count=n, bitorder="little").astype(bool)
        expected = np.where(gone, zero, stream)
        assert np.array_equal(unprune(packed.kept, packed.bitmap, n, zero), expected)
        below = np.abs(stream.astype(int) - zero) < setting["tau_q"]
        if setting["drop"] == 0:
            assert np.array_equal(gone, below)


@pytest.mark.parametrize("policy", POLICIES)
def test_what_is_owed_never_exceeds_what_is_left(policy):
    for stream, setting in cases(200, 2):
        n, batch = len(stream), setting["batch"]
        packed = prune(stream, policy=policy, **setting)
        gone = np.unpackbits(packed.bitmap, count=n, bitorder="little")
        for start in range(0, n + 1, batch):
            assert setting["drop"] - int(gone[:start].sum()) <= n - start
        for i, quota in enumerate(packed.quotas):
            assert quota <= gone[i * batch : (i + 1) * batch].sum()


def test_proportional_quota_is_bounded():
    for stream, setting in cases(400, 3):
        bound = ceil_div(setting["drop"] * setting["batch"], len(stream))
        assert max(prune(stream, **setting).quotas) <= bound


@pytest.mark.parametrize("policy", POLICIES)
def test_each_batch_loses_its_smallest(policy):
    for stream, setting in cases(200, 4):
        n, zero, batch = len(stream), setting["zero_point"], setting["batch"]
        gone = np.unpackbits(
            prune(stream, policy=policy, **setting).bitmap, count=n, bitorder="little"
        ).astype(bool)
        key = np.abs(stream.astype(int) - zero)
        for start in range(0, n, batch):
            part, lost = key[start : start + batch], gone[start : start + batch]
            order = np.argsort(part, kind="stable")
            if (part[lost] >= setting["tau_q"]).any():
                assert sorted(order[: lost.sum()]) == sorted(np.flatnonzero(lost))
            else:
                assert lost.sum() <= (part < setting["tau_q"]).sum()


def test_the_printed_algorithm_would_break_the_budget_here():
    # N, S_b, D_p of the specification's example: the last batch has one element.
    packed = prune(np.arange(101).astype(np.int8), batch=10, drop=88, zero_point=0, policy="paper")
    assert packed.dropped == 88


def test_exact_zeros_alone_lose_nothing():
    stream = np.tile(np.array([-128, 5, -128, 9], np.int8), 25)
    packed = prune(stream, batch=10, drop=40)
    assert np.array_equal(unprune(packed.kept, packed.bitmap, 100), stream)


def test_earlier_of_equals_goes_first():
    packed = prune(np.array([3, 1, 1, 1], np.int8), batch=4, drop=2, tau_q=0, zero_point=0)
    assert packed.bitmap.tolist() == [0b0110]
    assert packed.kept.tolist() == [3, 1]


def test_paper_policy_spreads_what_the_threshold_saved():
    # Batch 1 drops four zeros for a quota of two; two are owed by three batches.
    stream = np.array([0] * 4 + [5, 6, 7, 8] * 3, np.int8)
    packed = prune(stream, batch=4, drop=6, zero_point=0, policy="paper")
    assert packed.quotas == (2, 1, 1, 0)


@pytest.mark.parametrize(
    "setting,text",
    [
        (dict(batch=0, drop=0), "at least 1"),
        (dict(batch=1, drop=5), "5 of 4"),
        (dict(batch=1, drop=1, policy="best"), "unknown policy"),
    ],
)
def test_errors(setting, text):
    with pytest.raises(ValueError, match=text):
        prune(np.zeros(4, np.int8), **setting)


def test_unprune_errors():
    with pytest.raises(ValueError, match="has 2 bytes"):
        unprune(np.zeros(9, np.int8), np.zeros(1, np.uint8), 9)
    with pytest.raises(ValueError, match="keeps 8 elements, the store 7"):
        unprune(np.zeros(7, np.int8), np.zeros(1, np.uint8), 8)


def test_channel_major_is_the_papers_order():
    feature_map = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    assert channel_major(feature_map)[:7].tolist() == [0, 4, 8, 12, 16, 20, 1]


def test_static_quotas_are_the_references():
    for stream, setting in cases(300, 5):
        setting["tau_q"] = 0
        expected = prune(stream, **setting).quotas
        assert tuple(quotas(len(stream), setting["batch"], setting["drop"])) == expected
    with pytest.raises(ValueError, match="6 of 5"):
        quotas(5, 1, 6)
    with pytest.raises(ValueError, match="at least 1"):
        quotas(5, 0, 1)
