# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random operators of `.tflite` files that move elements and compute nothing: see tflite_layers.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tflite_maker import Maker

__all__ = ["MOVES"]


def concat(m: Maker, x: int) -> int:
    axis = m.choose.choice([1, 2, 3, 3, -1])
    others = []
    for _ in range(m.choose.randint(1, 3)):
        shape = m.shape(x)
        shape[axis] = m.choose.randint(1, 6)
        name, dtype = f"input_{len(m.inputs)}", m.tensors[x].dtype
        others.append(m.input(name, shape, dtype, m.scale_of(x), m.zero_of(x)))
    inputs = [x, *others]
    m.choose.shuffle(inputs)
    shape = m.shape(x)
    shape[axis] = sum(m.shape(each)[axis] for each in inputs)
    return m.make("CONCATENATION", inputs, "ConcatenationOptions", dict(Axis=axis), shape=shape)


def slice_(m: Maker, x: int) -> int:
    begin = [0] + [m.choose.randrange(n) for n in m.shape(x)[1:]]
    size = [1] + [m.choose.randint(1, n - b) for n, b in zip(m.shape(x)[1:], begin[1:], strict=True)]
    given = [m.choose.choice([s, -1]) if b + s == n else s
             for s, b, n in zip(size, begin, m.shape(x), strict=True)]  # fmt: skip
    inputs = [m.constant(name, np.asarray(values, np.int32))
              for name, values in (("begin", begin), ("size", given))]  # fmt: skip
    return m.make("SLICE", [x, *inputs], shape=size)


def strided_slice(m: Maker, x: int) -> int:
    begin = [0] + [m.choose.randrange(n) for n in m.shape(x)[1:]]
    end = [1] + [m.choose.randint(b + 1, n) for n, b in zip(m.shape(x)[1:], begin[1:], strict=True)]
    step = [1] + [m.choose.choice([1, 1, 2, 3]) for _ in range(3)]
    shape = [-(-(e - b) // s) for b, e, s in zip(begin, end, step, strict=True)]
    shrink = m.choose.choice([0, 0, 2, 8])
    for i in range(4):
        if shrink >> i & 1:
            end[i], step[i], shape[i] = begin[i] + 1, 1, 0
    masks = dict(BeginMask=int(begin[2] == 0) << 2, EndMask=int(end[2] == m.shape(x)[2]) << 2)
    inputs = [m.constant(name, np.asarray(values, np.int32))
              for name, values in (("begin", begin), ("end", end), ("step", step))]  # fmt: skip
    return m.make("STRIDED_SLICE", [x, *inputs], "StridedSliceOptions",
                  dict(**masks, ShrinkAxisMask=shrink), shape=[n for n in shape if n])  # fmt: skip


def pad(m: Maker, x: int) -> int:
    code = m.choose.choice(["PAD", "PADV2", "MIRROR_PAD"])
    mode = m.choose.choice([0, 1])
    most = [0] + [m.choose.choice([0, 1, 2]) for _ in range(3)]
    if code == "MIRROR_PAD":
        most = [min(p, n - 1 if mode == 0 else n) for p, n in zip(most, m.shape(x), strict=True)]
    both = [[m.choose.randint(0, p), m.choose.randint(0, p)] for p in most]
    inputs = [x, m.constant("paddings", np.asarray(both, np.int32))]
    if code == "PADV2":
        value = np.asarray(m.choose.randint(-128, 127), m.tensors[x].dtype)
        inputs.append(m.constant("value", value, [m.scale_of(x)], 0, m.zero_of(x)))
    options = ("MirrorPadOptions", dict(Mode=mode)) if code == "MIRROR_PAD" else ()
    return m.make(code, inputs, *options,
                  shape=[n + sum(p) for n, p in zip(m.shape(x), both, strict=True)])  # fmt: skip


def transpose(m: Maker, x: int) -> int:
    order = [0, *m.choose.sample([1, 2, 3], 3)]
    return m.make("TRANSPOSE", [x, m.constant("order", np.asarray(order, np.int32))],
                  shape=[m.shape(x)[i] for i in order])  # fmt: skip


def reshape(m: Maker, x: int) -> int:
    _, height, width, channels = m.shape(x)
    shape = m.choose.choice([
        [1, width, height, channels], [1, height * width, channels], [1, height * width * channels],
        [1, 1, height, width * channels], [1, channels, width, height],
    ])  # fmt: skip
    target = m.constant("shape", np.asarray(shape, np.int32))
    return m.make("RESHAPE", [x, target], "ReshapeOptions", dict(NewShape=shape), shape=shape)


def _resize(code: str, options: str) -> Callable[[Maker, int], int]:
    def resize(m: Maker, x: int) -> int:
        sizes = [n * m.choose.choice([1, 2, 2, 3, 4]) for n in m.shape(x)[1:3]]
        align, half = m.choose.choice([(0, 0), (0, 1), (1, 0)])
        if align:
            sizes = [(n - 1) * m.choose.choice([1, 2, 4]) + 1 for n in m.shape(x)[1:3]]
        return m.make(code, [x, m.constant("size", np.asarray(sizes, np.int32))], options,
                      dict(AlignCorners=align, HalfPixelCenters=half),
                      shape=[1, *sizes, m.shape(x)[3]])  # fmt: skip

    return resize


def space_to_depth(m: Maker, x: int) -> int:
    _, height, width, channels = m.shape(x)
    if height % 2 or width % 2:
        x = m.make("PAD", [x, m.constant("paddings", np.asarray(
            [[0, 0], [0, height % 2], [0, width % 2], [0, 0]], np.int32))],
            shape=[1, height + height % 2, width + width % 2, channels])  # fmt: skip
        _, height, width, channels = m.shape(x)
    return m.make("SPACE_TO_DEPTH", [x], "SpaceToDepthOptions", dict(BlockSize=2),
                  shape=[1, height // 2, width // 2, channels * 4])  # fmt: skip


def depth_to_space(m: Maker, x: int) -> int:
    if m.shape(x)[3] % 4:
        x = m.convolution(x, 4 * m.choose.randint(1, 4), m.scale_of(x) * 2, m.zero())
    _, height, width, channels = m.shape(x)
    return m.make("DEPTH_TO_SPACE", [x], "DepthToSpaceOptions", dict(BlockSize=2),
                  shape=[1, height * 2, width * 2, channels // 4])  # fmt: skip


def split(m: Maker, x: int) -> int:
    """The parts are put together in another order."""
    axis = m.choose.choice([1, 2, 3])
    size = m.shape(x)[axis]
    count = m.choose.choice([n for n in (1, 2, 3, 4, 5) if size % n == 0])
    shape = m.shape(x)
    shape[axis] //= count
    parts = [m.new(x, "split", shape=shape) for _ in range(count)]
    which = m.constant("axis", np.asarray(axis, np.int32))
    m.add_operator("SPLIT", [which, x], parts, "SplitOptions", NumSplits=count)
    m.choose.shuffle(parts)
    return m.make("CONCATENATION", parts, "ConcatenationOptions", dict(Axis=axis), shape=m.shape(x))


def unpack(m: Maker, x: int) -> int:
    """Unpacked along an axis, packed along another, in another order."""
    axis = m.choose.choice([1, 2, 3])
    shape = m.shape(x)
    count = shape.pop(axis)
    parts = [m.new(x, "unpack", shape=shape) for _ in range(count)]
    m.add_operator("UNPACK", [x], parts, "UnpackOptions", Axis=axis, Num=count)
    m.choose.shuffle(parts)
    other = m.choose.choice([1, 2, 3])
    return m.make("PACK", parts, "PackOptions", dict(Axis=other, ValuesCount=count),
                  shape=[*shape[:other], count, *shape[other:]])  # fmt: skip


def gather(m: Maker, x: int) -> int:
    axis = m.choose.choice([1, 2, 3])
    shape = m.shape(x)
    indices = [m.choose.randrange(shape[axis]) for _ in range(m.choose.randint(1, 7))]
    shape[axis] = len(indices)
    which = m.constant("indices", np.asarray(indices, np.int32))
    return m.make("GATHER", [x, which], "GatherOptions", dict(Axis=axis), shape=shape)


MOVES: dict[str, Callable[[Maker, int], int]] = {
    "CONCATENATION": concat, "SLICE": slice_, "STRIDED_SLICE": strided_slice, "PAD": pad,
    "TRANSPOSE": transpose, "RESHAPE": reshape, "SPLIT": split, "UNPACK": unpack, "GATHER": gather,
    "RESIZE_NEAREST_NEIGHBOR": _resize("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions"),
    "RESIZE_BILINEAR": _resize("RESIZE_BILINEAR", "ResizeBilinearOptions"),
    "SPACE_TO_DEPTH": space_to_depth, "DEPTH_TO_SPACE": depth_to_space,
}  # fmt: skip
