# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Static structured pruning, the baseline of the paper: fewer filters until the maps fit.

    python -m rtwmc.static lenet_a --data CIFAR10 --out DIR --from lenet_a.tflite

removes whole filters of a trained network, those with the least L1 norm (Li et al.,
Pruning Filters for Efficient ConvNets, 2017), retrains what is left, and exports it
as `rtwmc.train` does. `excess`, `choose` and `shrink` need only NumPy, the command
`pip install rtwmc[train]`.

Memory is counted as the paper does (specification, section 2): a convolution holds
its stored input map, after pooling, and its whole output map, before pooling; the
network's input is external. Where a convolution exceeds the budget, the filter to go
is one of its own or one of the layer before, which makes its input. Norms of
different layers cannot be compared, so each is taken as a share of what is left of
its layer: the filter goes that costs the least share for each byte it frees there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Sequence

import numpy as np

from . import commands, data
from .fit import accuracy, fine_tune
from .networks import Network, build, parameter_count
from .train import add_options, export_to, load_images, load_teacher, run, settings

__all__ = ["choose", "excess", "main", "prune_filters", "shrink", "static"]


def _stored(network: Network) -> list[int]:
    """Bytes of each convolution's map as the next layer holds it, after pooling."""
    side = {"": lambda s: s, "max": lambda s: s // 2, "global": lambda s: 1}
    return [
        side[conv.pool](height) * side[conv.pool](width) * channels
        for conv, (height, width, channels) in zip(network.convs, network.maps())
    ]


def excess(network: Network, ram: int) -> list[int]:
    """Bytes by which `S_in + S_out` of each convolution exceeds `ram`; negative where it fits."""
    stored = [0, *_stored(network)]
    return [
        stored[i] + height * width * channels - ram
        for i, (height, width, channels) in enumerate(network.maps())
    ]


def _with_filters(network: Network, counts: Sequence[int]) -> Network:
    convs = (replace(conv, filters=n) for conv, n in zip(network.convs, counts))
    return replace(network, convs=tuple(convs), drop=(0,) * len(counts))


def choose(network: Network, norms: Sequence[np.ndarray], ram: int) -> list[np.ndarray]:
    """Which filters of each convolution stay, so that every convolution fits `ram` bytes.

    `norms[i]` holds the L1 norms of the i-th convolution's filters. Returns ascending
    indices. The first convolution that exceeds the budget gives up one filter after
    another by the rule of this module; then comes the next. Raises `ValueError` if one
    does not fit with a single filter left in it and in the layer before.
    """
    left = [list(np.argsort(n, kind="stable")[::-1]) for n in norms]  # the least is last
    for layer in range(len(norms)):
        while True:
            now = _with_filters(network, [len(each) for each in left])
            if excess(now, ram)[layer] <= 0:
                break
            height, width, _ = now.maps()[layer]
            frees = {layer: height * width}
            if layer:
                frees[layer - 1] = _stored(now)[layer - 1] // len(left[layer - 1])
            costs = {
                i: norms[i][left[i][-1]] / max(float(norms[i][left[i]].sum()), 1e-30) / freed
                for i, freed in frees.items()
                if len(left[i]) > 1
            }
            if not costs:
                raise ValueError(
                    f"layer {layer + 1} exceeds {ram} bytes by {excess(now, ram)[layer]} "
                    "with one filter left"
                )
            left[min(costs, key=costs.__getitem__)].pop()
    return [np.sort(np.array(each, np.int64)) for each in left]


def shrink(
    network: Network, weights: Sequence[np.ndarray], kept: Sequence[np.ndarray]
) -> tuple[Network, list[np.ndarray]]:
    """Remove all filters but `kept` and the input channels of what follows.

    `weights` are kernel and bias of each layer in Keras's layouts, `[kh, kw, in, out]`
    and `[in, units]`. Returns the smaller network and its weights.
    """
    smaller = _with_filters(network, [len(k) for k in kept])
    result: list[np.ndarray] = []
    inputs = np.arange(network.channels)
    for i, stay in enumerate(kept):
        result += [weights[2 * i][:, :, inputs][..., stay], weights[2 * i + 1][stay]]
        inputs = stay
    rest = list(weights[2 * len(kept) :])
    # Flattening is nhwc: an input of the first dense layer is a pixel's channel.
    channels = network.convs[-1].filters
    rest[0] = rest[0].reshape(-1, channels, rest[0].shape[-1])[:, inputs]
    rest[0] = rest[0].reshape(-1, rest[0].shape[-1])
    return smaller, result + rest


def prune_filters(network: Network, model: Any, ram: int) -> tuple[Network, Any]:
    """Remove filters of a folded Keras model until each convolution fits `ram` bytes.

    Returns the smaller network and its model, not yet retrained.
    """
    weights = model.get_weights()
    kernels = weights[: 2 * len(network.convs) : 2]
    norms = [np.abs(np.asarray(k, np.float64)).sum((0, 1, 2)) for k in kernels]
    smaller, left = shrink(network, weights, choose(network, norms, ram))
    result = build(smaller, batch_norm=False)
    result.set_weights(left)
    return smaller, result


def static(network: Network, recipe: Any) -> dict[str, Any]:
    """Prune, retrain, export and measure; returns what the JSON file holds.

    Raises `data.DatasetError` for an unusable folder, `ValueError` for a budget that
    cannot be met or a file that is not the network.
    """
    import keras

    from . import export

    started = time.monotonic()
    keras.utils.set_random_seed(recipe.seed)
    recipe.ram = network.ram if recipe.ram is None else recipe.ram
    smaller, model = prune_filters(network, export.load_model(recipe.start, network), recipe.ram)
    images, labels, held, where = load_images(recipe)
    before = model
    if recipe.epochs:
        model = fine_tune(
            smaller, model, images, labels, recipe, epochs=recipe.epochs, rate=recipe.rate,
            teacher=load_teacher(recipe),
        )  # fmt: skip

    name = recipe.name or f"{network.name}_static"
    tflite = export_to(recipe, name, model, images)
    held = held or data.load_split(recipe.data, "test")
    scores = {
        "float, before retraining": accuracy(before, *held),
        "float": accuracy(model, *held),
        "int8": export.tflite_accuracy(tflite, *held),
    }
    results = {
        "network": f"{network.title}, static structured pruning",
        "parameters": parameter_count(smaller),
        "filters": {
            "before": [conv.filters for conv in network.convs],
            "after": [conv.filters for conv in smaller.convs],
        },
        "working_memory": max(excess(smaller, 0)),
        "recipe": settings(recipe, ["seed", "batch", "shift", "ram", "epochs", "rate"]),
        "training_images": len(images),
        "measured_on": f"{len(held[0])} {where} images",
        "accuracy": {key: round(value, 4) for key, value in scores.items()},
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    (Path(recipe.out) / f"{name}.json").write_text(json.dumps(results, indent=2) + "\n")
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.static`; returns the exit status."""
    parser = commands.parser("static", __doc__)
    add_options(parser, start_required=True)
    parser.add_argument("--ram", type=int, help="budget, bytes (default: the paper's)")
    parser.add_argument("--epochs", type=int, default=20, help="of retraining")
    parser.add_argument("--rate", type=float, default=2e-3, help="peak of Adam's one-cycle rate")
    return run(parser, static, arguments)


if __name__ == "__main__":
    sys.exit(main())
