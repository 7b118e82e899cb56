# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The planner as a cost function: what a network of given layer shapes costs in RAM.

    from rtwmc.planner import Conv, Dense, MaxPool, plan

    cost = plan([Conv(20, 5), MaxPool(), Conv(80, 5), MaxPool(), Dense(10)], (32, 32, 3), ram=2048)
    print(cost.fits, cost.ram, cost.drop)

No weights, no training, no compiler: a fraction of a millisecond where nothing has to be
dropped, so that a search over architectures can ask it (`python -m rtwmc.planner`
measures the time of a call). The arena is that of `rtwmc-compile` to the byte; the stack, which is
known only after code generation, is an allowance. Calls librtwmc-planner.so, see
`rtwmc.installed`.
"""

from __future__ import annotations

import ctypes
import functools
import math
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any, Sequence, Union

from .installed import library
from .networks import NETWORKS, Network

__all__ = [
    "Add",
    "AveragePool",
    "Conv",
    "Cost",
    "Dense",
    "Depthwise",
    "GlobalAverage",
    "Layer",
    "MapCost",
    "MaxPool",
    "default_stack",
    "layers_of",
    "main",
    "paper_drop",
    "plan",
]

_VERSION = 4
Pair = Union[int, tuple[int, int]]
Padding = Union[str, int, tuple[int, int, int, int]]


@dataclass(frozen=True)
class Conv:
    """An int8 convolution with bias, requantization and activation.

    Sizes are (height, width), or one number for both. `padding` is "valid", "same" (as
    TensorFlow pads), or rows above and below, columns left and right. `input` is the layer
    it reads: a position in the list of layers, -1 for the network's input; None for the
    layer before it.
    """

    filters: int
    kernel: Pair = 1
    stride: Pair = 1
    padding: Padding = "valid"
    dilation: Pair = 1
    input: int | None = None


@dataclass(frozen=True)
class Depthwise:
    """A depthwise convolution: `multiplier` filters for each channel. Otherwise as `Conv`."""

    kernel: Pair
    multiplier: int = 1
    stride: Pair = 1
    padding: Padding = "valid"
    dilation: Pair = 1
    input: int | None = None


@dataclass(frozen=True)
class MaxPool:
    """Maximum over windows; `stride` None is the window's size. Otherwise as `Conv`."""

    size: Pair = 2
    stride: Pair | None = None
    padding: Padding = "valid"
    input: int | None = None


@dataclass(frozen=True)
class AveragePool:
    """Average over windows, without padding; `stride` None is the window's size."""

    size: Pair = 2
    stride: Pair | None = None
    input: int | None = None


@dataclass(frozen=True)
class GlobalAverage:
    """Average over all pixels of each channel."""

    input: int | None = None


@dataclass(frozen=True)
class Dense:
    """A fully connected layer of `units` on all elements of its input."""

    units: int
    input: int | None = None


@dataclass(frozen=True)
class Add:
    """The sum of two maps of one shape: of layers `first` and `second` (-1: the input)."""

    first: int
    second: int


Layer = Union[Conv, Depthwise, MaxPool, AveragePool, GlobalAverage, Dense, Add]


@dataclass(frozen=True)
class MapCost:
    """What becomes of the result of one layer.

    `shape` is (height, width, channels); `store` one of "none" (never stored: the layer
    behind it was moved into it, or nothing fits), "ring" (the last rows), "dense",
    "packed" (pruned at run time), "packed-ring" (the last rows, each pruned on its own),
    "external" (the caller's memory) and "in-place" (overwrites another map). `drop` is D_p:
    elements dropped at least, of each row where that is "packed-ring". `bytes` in the arena.
    """

    shape: tuple[int, int, int]
    store: str
    drop: int
    bytes: int

    @property
    def share(self) -> float:
        """Elements dropped, of all: 0 to 1."""
        elements = math.prod(self.shape)
        if self.store == "packed-ring":
            elements //= self.shape[0]
        return self.drop / elements


@dataclass(frozen=True)
class Cost:
    """What a network costs; bytes unless said otherwise.

    `arena` and `ram` (with the allowance for the stack) are those of the plan; where
    nothing fits, of the smallest plan; where the paper's planner has no answer, of the
    network as it is. `smallest` is the smallest budget that fits (None: not looked for),
    `smallest_lossless` the smallest for which nothing is dropped, nor computed again, and
    `smallest_recomputing` with as much computed again as may be (None: not looked for). `loss` is
    the share, 0 to 1, of all elements written that are dropped. `maps` has one entry for each layer;
    in strips, of the first strip. `macs` are the multiply-accumulates of an inference,
    `recomputed_macs` those that come on top in strips, `parameters` weights and biases, `constants` their flash with the requantization. `reason` says why nothing fits.
    `planned` is False where there is no plan, and `maps` therefore say nothing of stores and
    drops; the paper's planner can have one that does not fit.
    """

    fits: bool
    planned: bool
    ram: int
    arena: int
    smallest: int | None
    smallest_lossless: int
    smallest_recomputing: int | None
    loss: float
    maps: tuple[MapCost, ...]
    macs: int
    recomputed_macs: int
    parameters: int
    constants: int
    reason: str

    @property
    def drop(self) -> tuple[int, ...]:
        """D_p of each layer's result, elements."""
        return tuple(m.drop for m in self.maps)


class _Shape(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ("height", "width", "channels")]


class _Layer(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_int32),
        ("inputs", ctypes.c_int32 * 2),
        ("pad", ctypes.c_int32 * 4),
        ("kernel", ctypes.c_int32 * 2),
        ("stride", ctypes.c_int32 * 2),
        ("dilation", ctypes.c_int32 * 2),
        ("channels", ctypes.c_int32),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        ("ram", ctypes.c_int64),
        ("stack", ctypes.c_int64),
        ("batch", ctypes.c_int64),
        ("alpha", ctypes.c_double),
        ("max_recompute", ctypes.c_int64),
        ("mode", ctypes.c_int32),
        ("order", ctypes.c_int32),
        ("input", ctypes.c_int32),
        ("find_smallest", ctypes.c_int32),
    ]


class _Map(ctypes.Structure):
    _fields_ = [
        ("shape", _Shape),
        ("drop", ctypes.c_int64),
        ("bytes", ctypes.c_int64),
        ("store", ctypes.c_int32),
    ]


class _Cost(ctypes.Structure):
    _fields_ = [
        ("arena", ctypes.c_int64),
        ("ram", ctypes.c_int64),
        ("smallest", ctypes.c_int64),
        ("smallest_lossless", ctypes.c_int64),
        ("smallest_recomputing", ctypes.c_int64),
        ("macs", ctypes.c_int64),
        ("recomputed_macs", ctypes.c_int64),
        ("parameters", ctypes.c_int64),
        ("constants", ctypes.c_int64),
        ("loss", ctypes.c_double),
        ("fits", ctypes.c_int32),
        ("planned", ctypes.c_int32),
    ]


_KINDS = {Conv: 0, Depthwise: 1, MaxPool: 2, AveragePool: 3, GlobalAverage: 4, Dense: 5, Add: 6}


@functools.cache
def _library() -> ctypes.CDLL:
    path = library("rtwmc-planner")
    loaded = ctypes.CDLL(str(path))
    loaded.rtwmcPlannerVersion.restype = ctypes.c_int32
    if (version := loaded.rtwmcPlannerVersion()) != _VERSION:
        raise RuntimeError(f"{path} has version {version} of the interface, not {_VERSION}: rebuild it")
    loaded.rtwmcDefaultStack.restype = ctypes.c_int64
    loaded.rtwmcDefaultRecompute.restype = ctypes.c_int64
    loaded.rtwmcPlan.restype = ctypes.c_int
    loaded.rtwmcPlan.argtypes = [
        ctypes.POINTER(_Shape),
        ctypes.POINTER(_Layer),
        ctypes.c_int32,
        ctypes.POINTER(_Options),
        ctypes.POINTER(_Cost),
        ctypes.POINTER(_Map),
        ctypes.c_char_p,
        ctypes.c_size_t,
    ]
    return loaded


@functools.cache
def _names(enum: str) -> tuple[str, ...]:
    """How the library writes the values of one of its enums, by value."""
    name_of = getattr(_library(), f"rtwmc{enum}Name")
    name_of.restype = ctypes.c_char_p
    names: list[str] = []
    while name := name_of(len(names)):
        names.append(name.decode())
    return tuple(names)


def _value(name: str, what: str, enum: str) -> int:
    names = _names(enum)
    if name not in names:
        *others, last = map(repr, names)
        raise ValueError(f"{what} is {name!r}; it must be {', '.join(others)} or {last}")
    return names.index(name)


def default_stack() -> int:
    """The stack that `plan` allows for by default, bytes: enough for every network we compiled."""
    return _library().rtwmcDefaultStack()


def layers_of(network: Network) -> list[Layer]:
    """The layers of a network description of `rtwmc.networks`, for `plan`."""
    layers: list[Layer] = []
    for conv in network.convs:
        layers.append(Conv(conv.filters, conv.kernel))
        if conv.pool:
            layers.append(MaxPool() if conv.pool == "max" else GlobalAverage())
    return layers + [Dense(dense.units) for dense in network.denses]


def paper_drop(network: Network, ram: int, batch: int, alpha: float) -> tuple[int, ...]:
    """D_p of every convolution of a network description by the paper's Algorithm 1.

    `ram` (S_r) and `batch` (S_b) in elements of one byte, `alpha` above 0, at most 1; the
    network's input is not counted. Raises `ValueError` where the closed form has no answer,
    `rtwmc.installed.NotInstalledError` without the library. Specification, section 2.
    """
    layers = layers_of(network)
    shape = (network.size, network.size, network.channels)
    cost = plan(layers, shape, ram=ram, mode="paper", batch=batch, alpha=alpha)
    if not cost.planned:
        raise ValueError(cost.reason)
    return tuple(d for layer, d in zip(layers, cost.drop) if isinstance(layer, Conv))


def _int(value: object, what: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ValueError(f"{what} is {value!r}; it must be a whole number")
    number = value.__index__()
    if not least <= number <= most:
        raise ValueError(f"{what} is {number}; it must be {least} to {most}")
    return number


def _pair(value: Pair, what: str) -> tuple[int, int]:
    both = value if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{what} is {value!r}; it must be one number or (height, width)")
    return _int(both[0], what, 1, 256), _int(both[1], what, 1, 256)


def _fill_window(
    target: _Layer, shape: tuple[int, int], size: Pair, stride: Pair, dilation: Pair, padding: Padding
) -> None:
    """`shape` is the input's height and width."""
    kernel, strides = _pair(size, "a window's size"), _pair(stride, "stride")
    dilations = _pair(dilation, "dilation")
    target.kernel[:], target.stride[:], target.dilation[:] = kernel, strides, dilations
    if padding == "valid":
        return
    if padding == "same":
        pad = []
        for n, k, s, d in zip(shape, kernel, strides, dilations):
            total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
            pad += [total // 2, total - total // 2]
    elif isinstance(padding, str):
        raise ValueError(f"padding is '{padding}'; it must be 'valid', 'same' or numbers")
    else:
        pad = list(padding) if isinstance(padding, (tuple, list)) else [padding] * 4
        if len(pad) != 4:
            raise ValueError(f"padding is {padding!r}; it must be (top, bottom, left, right)")
    target.pad[:] = [_int(p, "padding", 0, 65536) for p in pad]


def _result(target: _Layer, shape: tuple[int, int]) -> tuple[int, int]:
    """Height and width of the result, for "same" padding further on; checked by the library."""
    if target.kind == _KINDS[GlobalAverage] or target.kind == _KINDS[Dense]:
        return 1, 1
    if target.kind == _KINDS[Add]:
        return shape
    height, width = (
        (n + target.pad[2 * i] + target.pad[2 * i + 1] - (target.kernel[i] - 1) * target.dilation[i] - 1)
        // target.stride[i]
        + 1
        for i, n in enumerate(shape)
    )
    return height, width


def _fill(target: _Layer, layer: Layer, index: int, shapes: list[tuple[int, int]]) -> None:
    """Describes `layer` to the library; `shapes` are those of the input and the layers before."""
    kind = _KINDS.get(type(layer))
    if kind is None:
        raise ValueError(f"{layer!r} is not a layer")
    target.kind = kind
    if isinstance(layer, Add):
        inputs = [layer.first, layer.second]
    else:
        inputs = [index - 1 if layer.input is None else layer.input]
    # A Python list counts from its end below 0; layers do not.
    inputs = [_int(i, "a layer's input", -1, index - 1) for i in inputs]
    target.inputs[: len(inputs)] = inputs
    shape = shapes[inputs[0] + 1]
    if isinstance(layer, Conv):
        target.channels = _int(layer.filters, "filters", 1, 65536)
        _fill_window(target, shape, layer.kernel, layer.stride, layer.dilation, layer.padding)
    elif isinstance(layer, Depthwise):
        target.channels = _int(layer.multiplier, "multiplier", 1, 65536)
        _fill_window(target, shape, layer.kernel, layer.stride, layer.dilation, layer.padding)
    elif isinstance(layer, MaxPool):
        stride = layer.size if layer.stride is None else layer.stride
        _fill_window(target, shape, layer.size, stride, 1, layer.padding)
    elif isinstance(layer, AveragePool):
        stride = layer.size if layer.stride is None else layer.stride
        _fill_window(target, shape, layer.size, stride, 1, "valid")
    elif isinstance(layer, Dense):
        target.channels = _int(layer.units, "units", 1, 65536)
    shapes.append(_result(target, shape))


def plan(
    layers: Sequence[Layer],
    input_shape: tuple[int, int, int],
    *,
    ram: int | None = None,
    mode: str = "exact",
    order: str = "nhwc",
    batch: int = 32,
    alpha: float = 0.8,
    max_recompute: int | None = None,
    stack: int | None = None,
    input: str = "external",
    smallest: bool = False,
) -> Cost:
    """What a network costs in RAM, how much it must drop, and whether it fits.

    `layers` run in order, the last gives the result; `input_shape` is (height, width,
    channels). `ram` is the budget in bytes of arena and stack (None, mode "exact" only: what
    drops nothing). `mode` is "exact" (the compiler's planner: streaming, fused pooling,
    the least loss) or "paper" (Algorithm 1 in its own setting). `order` is the stream order
    of pruned maps, "nhwc" or "nchw"; `input` says where the network's input lives, "external",
    "arena", where it is counted, or "rows", where those kept are. `batch` is S_b in elements; a packed map with its overhead takes at most `alpha` of the budget.
    Before anything is dropped, `max_recompute` percent of the multiply-accumulates may be computed
    again (None: as many as the compiler takes by default), in strips (docs/strips.md), which takes
    milliseconds, of large networks tenths of a second.
    `stack` is the allowance for the stack in bytes (None: `default_stack()`). With
    `smallest` the smallest budget is looked for too, which takes milliseconds.

    Where nothing fits, `Cost.fits` is False. Raises `ValueError` for shapes or options
    that make no sense, `rtwmc.installed.NotInstalledError` without the library.
    Specification, section 2.
    """
    called = _library()
    if len(input_shape) != 3:
        raise ValueError(f"input_shape is {input_shape!r}; it must be (height, width, channels)")
    height, width, channels = (_int(n, "a size of the input", 1, 65536) for n in input_shape)
    count = len(layers)
    described, shapes = (_Layer * max(count, 1))(), [(height, width)]
    for index, layer in enumerate(layers):
        try:
            _fill(described[index], layer, index, shapes)
        except ValueError as error:
            raise ValueError(f"layer {index + 1}: {error}") from None
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)):
        raise ValueError(f"alpha is {alpha!r}; it must be a number")
    most = 2**31
    options = _Options(
        0 if ram is None else _int(ram, "ram", 1, most),
        called.rtwmcDefaultStack() if stack is None else _int(stack, "stack", 0, most),
        _int(batch, "batch", 1, most),
        alpha,
        called.rtwmcDefaultRecompute() if max_recompute is None else _int(max_recompute, "max_recompute", 0, 1000),
        _value(mode, "mode", "Mode"),
        _value(order, "order", "Order"),
        _value(input, "input", "Input"),
        bool(smallest),
    )
    cost, maps = _Cost(), (_Map * max(count, 1))()
    message = ctypes.create_string_buffer(512)
    status = called.rtwmcPlan(
        _Shape(height, width, channels), described, count, options, cost, maps, message, len(message)
    )
    if status:
        raise ValueError(message.value.decode())
    return Cost(
        bool(cost.fits),
        bool(cost.planned),
        cost.ram,
        cost.arena,
        cost.smallest or None,
        cost.smallest_lossless,
        cost.smallest_recomputing or None,
        cost.loss,
        tuple(
            MapCost((m.shape.height, m.shape.width, m.shape.channels), _names("Store")[m.store], m.drop, m.bytes)
            for m in maps[:count]
        ),
        cost.macs,
        cost.recomputed_macs,
        cost.parameters,
        cost.constants,
        message.value.decode(),
    )


def _median(layers: Sequence[Layer], **options: Any) -> float:
    """Microseconds of a processor for a call: the median of what fits half a second, 5 at least."""
    times: list[float] = []
    begin = time.process_time()
    while len(times) < 5 or time.process_time() - begin < 0.5:
        start = time.process_time()
        plan(layers, (32, 32, 3), **options)
        times.append(time.process_time() - start)
    return 1e6 * statistics.median(times)


def main() -> int:
    """Entry point of `python -m rtwmc.planner`: median time of a call for the paper's networks."""
    print(f"{'network':12} {'lossless':>12} {'strips':>12} {'half way':>12} {'smallest':>12} {'paper':>12}   us a call")
    for network in NETWORKS.values():
        layers = layers_of(network)
        free = plan(layers, (32, 32, 3), smallest=True)
        pruned = plan(layers, (32, 32, 3), max_recompute=0, smallest=True).smallest
        assert free.smallest_recomputing is not None and pruned is not None
        times = (
            _median(layers),
            _median(layers, ram=free.smallest_recomputing),
            _median(layers, ram=(pruned + free.ram) // 2, max_recompute=0),
            _median(layers, ram=pruned, max_recompute=0),
            _median(layers, ram=network.ram, mode="paper", batch=network.batch, alpha=network.alpha),
        )
        print(f"{network.title:12} " + " ".join(f"{t:12,.0f}" for t in times))
    return 0


if __name__ == "__main__":
    sys.exit(main())
