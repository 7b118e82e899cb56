# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The three networks of the paper (its Table 1) as data and as Keras models.

`SPECS` needs no framework. `build` and `fold` need `pip install rtwmc[train]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

__all__ = ["Conv", "Dense", "Network", "NETWORKS", "build", "fold", "parameter_count"]

CLASS_COUNT = 10


@dataclass(frozen=True)
class Conv:
    """A valid, stride-1, square convolution with bias and ReLU."""

    kernel: int
    filters: int
    pool: str = ""  # "", "max" (2x2, stride 2) or "global" (average)


@dataclass(frozen=True)
class Dense:
    """A fully connected layer with bias; ReLU unless it gives the logits."""

    units: int


@dataclass(frozen=True)
class Network:
    """Layers of a network and the paper's setting for it (spec section 2).

    `ram` and `flash` are bytes, `batch` (the paper's S_b) elements, `tau` real
    units. `drop` is D_p of the paper's planner, in elements of each
    convolution's output map, input not counted.
    """

    name: str
    title: str
    convs: tuple[Conv, ...]
    denses: tuple[Dense, ...]
    ram: int
    flash: int
    batch: int
    alpha: float
    tau: float
    drop: tuple[int, ...]
    size: int = 32
    channels: int = 3

    def maps(self) -> list[tuple[int, int, int]]:
        """Shapes `(height, width, channels)` of the convolutions' outputs, before pooling."""
        shapes, side = [], self.size
        for conv in self.convs:
            side = side - conv.kernel + 1
            shapes.append((side, side, conv.filters))
            side = {"": side, "max": side // 2, "global": 1}[conv.pool]
        return shapes


NETWORKS: dict[str, Network] = {
    n.name: n
    for n in (
        Network(
            "lenet_a", "LeNet-A",
            (Conv(5, 6, "max"), Conv(5, 32, "global")),
            (Dense(120), Dense(84), Dense(CLASS_COUNT)),
            4096, 32768, 10, 0.8, 0.3, (2023, 694),
        ),
        Network(
            "sparsenet_a", "SpArSeNet-A",
            (Conv(3, 9), Conv(4, 11, "max"), Conv(1, 17), Conv(5, 39, "max")),
            (Dense(CLASS_COUNT),),
            8192, 32768, 40, 0.5, 0.3, (5062, 4971, 0, 0),
        ),
        Network(
            "sonicnet_a", "SonicNet-A",
            (Conv(5, 20, "max"), Conv(5, 80, "max")),
            (Dense(CLASS_COUNT),),
            8192, 65536, 30, 0.8, 0.1, (11125, 4790),
        ),
    )
}  # fmt: skip


def parameter_count(network: Network) -> int:
    """Weights and biases after batch norm is folded away (Table 1, int8 bytes)."""
    total, depth, side = 0, network.channels, network.size
    for conv in network.convs:
        total += (conv.kernel**2 * depth + 1) * conv.filters
        depth, side = conv.filters, side - conv.kernel + 1
        side = {"": side, "max": side // 2, "global": 1}[conv.pool]
    features = depth * side * side
    for dense in network.denses:
        total += (features + 1) * dense.units
        features = dense.units
    return total


def build(
    network: Network,
    *,
    batch_norm: bool,
    after_relu: Callable[[int, Any], Any] | None = None,
) -> Any:
    """Build the Keras model: float `[n, 32, 32, 3]` in, logits `[n, 10]` out.

    With `batch_norm` every layer but the last is linear (no bias) -> batch norm
    -> ReLU, the form to train; without it, it is the form that is exported,
    with bias. `after_relu(i, x)` may replace the i-th convolution's map `x`
    before pooling (pruning-aware training).
    """
    import keras
    from keras import layers

    def finish(x: Any, name: str) -> Any:
        if batch_norm:
            x = layers.BatchNormalization(momentum=0.97, epsilon=1e-3, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    inputs = keras.Input((network.size, network.size, network.channels), name="image")
    x = inputs
    for i, conv in enumerate(network.convs):
        name = f"conv{i + 1}"
        x = layers.Conv2D(conv.filters, conv.kernel, use_bias=not batch_norm, name=name)(x)
        x = finish(x, name)
        if after_relu is not None:
            x = after_relu(i, x)
        if conv.pool == "max":
            x = layers.MaxPooling2D(2, name=f"pool{i + 1}")(x)
        elif conv.pool == "global":
            x = layers.GlobalAveragePooling2D(name=f"pool{i + 1}")(x)
    if network.convs[-1].pool != "global":
        x = layers.Flatten(name="flatten")(x)
    for i, dense in enumerate(network.denses):
        name, last = f"fc{i + 1}", i + 1 == len(network.denses)
        x = layers.Dense(dense.units, use_bias=last or not batch_norm, name=name)(x)
        if not last:
            x = finish(x, name)
    return keras.Model(inputs, layers.Activation("linear", dtype="float32", name="logits")(x), name=network.name)


def fold(network: Network, trained: Any, mean: np.ndarray, std: np.ndarray) -> Any:
    """Fold batch norm and input normalisation into weights and biases, exactly.

    `trained` is `build(network, batch_norm=True)` that saw `(pixel - mean) / std`
    per channel; the result is `build(network, batch_norm=False)` on raw pixels, 0 to
    255. Valid convolutions have no padding whose zeros would differ, so the two
    compute the same function.
    """
    deployed = build(network, batch_norm=False)
    names = [f"conv{i + 1}" for i in range(len(network.convs))]
    names += [f"fc{i + 1}" for i in range(len(network.denses))]
    for name in names:
        values = [np.asarray(v, np.float64) for v in trained.get_layer(name).get_weights()]
        kernel = values[0]
        bias = values[1] if len(values) > 1 else np.zeros(kernel.shape[-1])
        if name != names[-1]:
            bn = trained.get_layer(f"{name}_bn")
            gamma, beta, mu, var = (np.asarray(v, np.float64) for v in bn.get_weights())
            gain = gamma / np.sqrt(var + bn.epsilon)
            kernel, bias = kernel * gain, beta + (bias - mu) * gain
        if name == "conv1":
            kernel = kernel / np.asarray(std, np.float64)[:, None]
            bias = bias - np.einsum("hwio,i->o", kernel, np.asarray(mean, np.float64))
        deployed.get_layer(name).set_weights([kernel, bias])
    return deployed
