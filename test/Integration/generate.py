# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random quantized networks in TOSA 1.0, the same for the same seed.

    python3 generate.py SEED > network.mlir

Every network is valid TOSA: no accumulator leaves 32 bits and no value of a
rescale the range that its shift allows, though some come close to the end.
"""

from __future__ import annotations

import math
import random
import sys

import numpy as np

from network import Network, Statement

__all__ = ["begin", "chain", "network"]

I32_MAX = 2**31 - 1


class _Builder:
    """Appends operations; values are names, maps are `1xHxWxC` of i8."""

    def __init__(self, seed: int, macs: int = 400_000):
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.statements: list[Statement] = []
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.types: dict[str, str] = {}
        self.constants: dict[tuple[str, str], str] = {}
        self.macs = macs

    # Operations

    def emit(self, text: str, shape: tuple[int, ...], element: str = "i8") -> str:
        """Appends `text`; `{type}` in it is the result's."""
        name = f"v{len(self.statements)}"
        type_ = f"tensor<{''.join(f'{n}x' for n in shape)}{element}>"
        self.statements.append(Statement(name, text.replace("{type}", type_), type_))
        self.shapes[name], self.types[name] = shape, type_
        return name

    def op(self, operation: str, operands: list[str], attributes: str, shape: tuple[int, ...],
           element: str = "i8") -> str:  # fmt: skip
        types = ", ".join(self.types[o] for o in operands)
        names = ", ".join(f"%{o}" for o in operands)
        return self.emit(
            f"tosa.{operation} {names} {attributes} : ({types}) -> {{type}}", shape, element
        )

    def constant(self, values, element: str, shape: tuple[int, ...] | None = None) -> str:
        array = np.asarray(values, dtype={"i8": "<i1", "i16": "<i2", "i32": "<i4"}[element])
        array = array.reshape(shape if shape is not None else array.shape or (1,))
        if array.size == 1:
            text = f"dense<{array.flat[0]}>"
        else:
            text = f'dense<"0x{array.tobytes().hex().upper()}">'
        key = (text, f"{array.shape}{element}")
        if key not in self.constants:
            self.constants[key] = self.emit(
                f'"tosa.const"() <{{values = {text} : {{type}}}}> : () -> {{type}}', array.shape,
                element,
            )  # fmt: skip
        return self.constants[key]

    def shape(self, sizes) -> str:
        n = len(sizes)
        key = (str(tuple(sizes)), "shape")
        if key not in self.constants:
            name = f"v{len(self.statements)}"
            type_ = f"!tosa.shape<{n}>"
            values = ", ".join(map(str, sizes))
            self.statements.append(Statement(
                name, f"tosa.const_shape {{values = dense<[{values}]> : tensor<{n}xindex>}} : "
                f"() -> {type_}", type_,
            ))  # fmt: skip
            self.types[name] = type_
            self.constants[key] = name
        return self.constants[key]

    def zero(self, element: str = "i8") -> str:
        return self.constant([0], element)

    # Quantization

    def byte(self) -> int:
        """A zero point: the usual ones, the ends, anything."""
        return self.random.choice([0, -128, 127, -1, 3, self.random.randint(-128, 127)])

    def rescale(self, x: str, scales, in_zp: int, out_zp: int, element: str = "i8", *,
                bound=I32_MAX, in_unsigned=False, out_unsigned=False) -> str:  # fmt: skip
        """`x * scale`, one scale or one per channel; `bound` is the largest magnitude."""
        r = self.random
        scales = np.atleast_1d(np.asarray(scales, float))
        bounds = np.broadcast_to(np.asarray(bound, float), scales.shape)
        wide = r.random() < 0.85
        bits = 31 if wide else 15
        multipliers, shifts = [], []
        for scale, limit in zip(scales, bounds):
            exponent = math.frexp(scale)[1]
            shift = bits - exponent
            # The value must be below 2^(shift - 1), and a multiplier need not be normal.
            least = math.frexp(limit)[1] + 1
            shift = min(max(shift, least, 2), 62)
            multiplier = int(round(scale * 2.0**shift))
            multiplier = min(max(multiplier, 1), 2**bits - 1)
            multipliers.append(multiplier)
            shifts.append(shift)
        if not wide and (min(shifts) < 2 or max(multipliers) >= 2**15):
            wide = True
        rounding = r.choice(["SINGLE_ROUND", "DOUBLE_ROUND"]) if wide else "SINGLE_ROUND"
        source = self.types[x].split("x")[-1].rstrip(">")
        operands = [
            x, self.constant(multipliers, "i32" if wide else "i16"), self.constant(shifts, "i8"),
            self.constant([in_zp], source), self.constant([out_zp], element),
        ]  # fmt: skip
        flag = {True: "true", False: "false"}
        return self.op(
            "rescale", operands,
            f"{{input_unsigned = {flag[in_unsigned]}, output_unsigned = {flag[out_unsigned]}, "
            f"per_channel = {flag[scales.size > 1]}, rounding_mode = {rounding}, "
            f"scale32 = {flag[wide]}}}",
            self.shapes[x], element,
        )  # fmt: skip

    def clamp(self, x: str, low: int, high: int) -> str:
        return self.op(
            "clamp", [x], f"{{max_val = {high} : i8, min_val = {low} : i8}}", self.shapes[x]
        )

    def maybe_clamp(self, x: str, zp: int) -> str:
        kind = self.random.randrange(4)
        if kind == 0:
            return x
        if kind == 1:
            return self.clamp(x, -128, 127)
        if kind == 2:
            return self.clamp(x, zp, 127)
        low = self.random.randint(-128, 100)
        return self.clamp(x, low, self.random.randint(low, 127))

    # Layers; each takes a map and its zero point and returns both.

    def reshape(self, x: str, shape: tuple[int, ...]) -> str:
        return self.op("reshape", [x, self.shape(shape)], "", shape)

    def slice(self, x: str, start, size) -> str:
        return self.op("slice", [x, self.shape(start), self.shape(size)], "", tuple(size))

    def fit(self, x: str, axis: int, kernel: int, stride: int) -> tuple[str, int, int]:
        """Padding for a window that fits; crops where it would not, as Keras does."""
        r = self.random
        n = self.shapes[x][axis]
        before, after = r.choice([(0, 0), (0, 0), (0, 1), (1, 1), (2, 0)])
        before, after = min(before, kernel - 1), min(after, kernel - 1)
        if n + before + after < kernel:
            before = after = 0
        extra = (n + before + after - kernel) % stride
        while extra and after:
            after, extra = after - 1, extra - 1
        if extra:
            size = list(self.shapes[x])
            size[axis] -= extra
            x = self.slice(x, [0, 0, 0, 0], size)
        return x, before, after

    def conv(self, x: str, zp: int, channels: int | None = None, depthwise: bool = False,
             plain: bool = False) -> tuple[str, int]:  # fmt: skip
        r = self.random
        _, _, _, c = self.shapes[x]
        kernels, strides, dilations, pads = [], [], [], []
        for axis in (1, 2):
            n = self.shapes[x][axis]
            kernel = min(r.choice([1, 2, 3, 3, 4, 5]), n)
            dilation = 1
            if not plain and kernel > 1 and r.random() < 0.15 and 2 * (kernel - 1) + 1 <= n:
                dilation = 2
            stride = 1 if plain else r.choice([1, 1, 1, 2, 3])
            extent = dilation * (kernel - 1) + 1
            x, before, after = (x, 0, 0) if plain else self.fit(x, axis, extent, stride)
            kernels.append(kernel)
            strides.append(stride)
            dilations.append(dilation)
            pads += [before, after]
        _, h, w, _ = self.shapes[x]
        kh, kw = kernels
        oh = (h + pads[0] + pads[1] - dilations[0] * (kh - 1) - 1) // strides[0] + 1
        ow = (w + pads[2] + pads[3] - dilations[1] * (kw - 1) - 1) // strides[1] + 1
        if depthwise:
            multiplier = r.choice([1, 1, 2, 3]) if c <= 32 else 1
            out, depth, wshape = c * multiplier, 1, (kh, kw, c, multiplier)
        else:
            out = channels or r.choice([1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24, 32, 48, 64])
            per_channel = oh * ow * kh * kw * c
            out = max(1, min(out, self.macs // max(1, per_channel)))
            depth, wshape = c, (out, kh, kw, c)
        self.macs -= oh * ow * out * kh * kw * depth
        w_zp = r.choice([0, 0, 0, 5, -128, r.randint(-128, 127)])
        weights = self.numbers.integers(-128, 128, wshape)
        if r.random() < 0.2:
            weights = np.clip(weights // 32, -128, 127)
        distance = np.abs(weights - w_zp)
        sums = distance.sum((0, 1)).reshape(-1) if depthwise else distance.sum((1, 2, 3))
        bound = sums.astype(float) * max(127 - zp, zp + 128)
        if bound.max() >= I32_MAX // 2:
            raise AssertionError("the accumulators leave 32 bits")
        spread = np.maximum(
            np.sqrt((distance.astype(float) ** 2).sum((0, 1) if depthwise else (1, 2, 3))
                    .reshape(-1)) * 74, 1.0,
        )  # fmt: skip
        kind = r.randrange(8)
        bias = (self.numbers.normal(0, 1, out) * spread).astype(np.int64)
        if kind == 0:  # as far as 32 bits reach
            signs = self.numbers.choice([-1, 1], out)
            bias = signs * (I32_MAX - bound.astype(np.int64) - 1)
            scales = np.full(out, r.uniform(40, 127) / 2.0**31)
            limit = np.full(out, float(I32_MAX))
        else:
            if kind == 1:
                bias = np.full(1, int(spread.mean() * r.uniform(-1, 1)))
            limit = bound + np.abs(bias)
            scales = r.uniform(20, 60) / spread
        if kind == 1:
            bias = bias[:1]
        if r.random() < 0.4:
            scales, limit = scales.max(keepdims=True), limit.max(keepdims=True)
        operands = [
            x, self.constant(weights, "i8"), self.constant(bias, "i32"), self.constant([zp], "i8"),
            self.constant([w_zp], "i8"),
        ]  # fmt: skip
        acc = self.op(
            "depthwise_conv2d" if depthwise else "conv2d", operands,
            f"{{acc_type = i32, dilation = array<i64: {dilations[0]}, {dilations[1]}>, "
            f"pad = array<i64: {pads[0]}, {pads[1]}, {pads[2]}, {pads[3]}>, "
            f"stride = array<i64: {strides[0]}, {strides[1]}>}}",
            (1, oh, ow, out), "i32",
        )  # fmt: skip
        out_zp = self.byte()
        y = self.rescale(acc, scales, 0, out_zp, bound=limit)
        return (self.clamp(y, out_zp, 127) if plain else self.maybe_clamp(y, out_zp)), out_zp

    def dense(self, x: str, zp: int, out: int | None = None) -> tuple[str, int]:
        """A fully connected layer, as the front end writes it."""
        r = self.random
        k = int(np.prod(self.shapes[x]))
        out = out or r.choice([1, 3, 10, 13, 32])
        weights = self.numbers.integers(-128, 128, (out, k))
        x = self.reshape(x, (1, 1, 1, k))
        w = self.reshape(self.constant(weights, "i8"), (out, 1, 1, k))
        bias = self.numbers.integers(-20000, 20000, out)
        bound = np.abs(weights).sum(1) * 255 + 20000
        acc = self.op(
            "conv2d", [x, w, self.constant(bias, "i32"), self.constant([zp], "i8"), self.zero()],
            "{acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, "
            "stride = array<i64: 1, 1>}", (1, 1, 1, out), "i32",
        )  # fmt: skip
        out_zp = self.byte()
        y = self.rescale(acc, np.full(out, r.uniform(20, 60) / (74 * 74 * math.sqrt(k))), 0, out_zp,
                         bound=bound.max())  # fmt: skip
        y = self.maybe_clamp(self.reshape(y, (1, out)), out_zp)
        return self.reshape(y, (1, 1, 1, out)), out_zp

    def matmul(self, x: str, zp: int) -> tuple[str, int]:
        r = self.random
        _, h, w, c = self.shapes[x]
        out = r.choice([1, 4, 10, 15])
        self.macs -= h * w * c * out
        b_zp = r.choice([0, 7, -128])
        weights = self.numbers.integers(-128, 128, (1, c, out))
        operands = [
            self.reshape(x, (1, h * w, c)), self.constant(weights, "i8"),
            self.constant([zp], "i8"), self.constant([b_zp], "i8"),
        ]  # fmt: skip
        acc = self.op("matmul", operands, "", (1, h * w, out), "i32")
        out_zp = self.byte()
        y = self.rescale(acc, r.uniform(20, 60) / (74 * 100 * math.sqrt(c)), 0, out_zp,
                         bound=c * 255 * 255)  # fmt: skip
        return self.reshape(y, (1, h, w, out)), out_zp

    def pool(self, x: str, zp: int, average: bool, plain: bool = False) -> tuple[str, int]:
        r = self.random
        kernels, strides, pads = [], [], []
        for axis in (1, 2):
            kernel = 2 if plain else r.choice([1, 2, 2, 3, 3, 4])
            kernel = min(kernel, self.shapes[x][axis])
            stride = kernel if plain or r.random() < 0.4 else r.choice([1, 2, 3])
            if plain:
                extra = (self.shapes[x][axis] - kernel) % stride
                if extra:
                    size = list(self.shapes[x])
                    size[axis] -= extra
                    x = self.slice(x, [0, 0, 0, 0], size)
                before = after = 0
            else:
                x, before, after = self.fit(x, axis, kernel, stride)
            kernels.append(kernel)
            strides.append(stride)
            pads += [before, after]
        _, h, w, c = self.shapes[x]
        oh = (h + pads[0] + pads[1] - kernels[0]) // strides[0] + 1
        ow = (w + pads[2] + pads[3] - kernels[1]) // strides[1] + 1
        attributes = (
            f"kernel = array<i64: {kernels[0]}, {kernels[1]}>, "
            f"pad = array<i64: {pads[0]}, {pads[1]}, {pads[2]}, {pads[3]}>, "
            f"stride = array<i64: {strides[0]}, {strides[1]}>}}"
        )
        if not average:
            return self.op("max_pool2d", [x], "{" + attributes, (1, oh, ow, c)), zp
        out_zp = self.byte()
        operands = [x, self.constant([zp], "i8"), self.constant([out_zp], "i8")]
        y = self.op("avg_pool2d", operands, "{acc_type = i32, " + attributes, (1, oh, ow, c))
        return y, out_zp

    def widen(self, x: str, zp: int, shift: int) -> str:
        """`(x - zp) << shift` in i32, as the front end writes it."""
        operands = [
            x, self.constant([2**30], "i32"), self.constant([30 - shift], "i8"),
            self.constant([zp], "i8"), self.zero("i32"),
        ]  # fmt: skip
        return self.op(
            "rescale", operands,
            "{input_unsigned = false, output_unsigned = false, per_channel = false, "
            f"rounding_mode = {self.random.choice(['SINGLE_ROUND', 'DOUBLE_ROUND'])}, "
            "scale32 = true}", self.shapes[x], "i32",
        )  # fmt: skip

    def global_average(self, x: str, zp: int) -> tuple[str, int]:
        _, h, w, c = self.shapes[x]
        sums = self.widen(x, zp, 0)
        axes = [1, 2] if self.random.random() < 0.8 else [2, 1]
        shape = [1, h, w, c]
        for axis in axes:
            shape[axis] = 1
            sums = self.op(
                "reduce_sum", [sums], f"{{axis = {axis} : i32}}", tuple(shape), "i32"
            )
        out_zp = self.byte()
        scale = self.random.uniform(0.5, 3) / (h * w)
        return self.rescale(sums, scale, 0, out_zp, bound=h * w * 255), out_zp

    def add(self, a: str, a_zp: int, b: str, b_zp: int) -> tuple[str, int]:
        r = self.random
        wide = []
        for x, zp in ((a, a_zp), (b, b_zp)):
            y = self.widen(x, zp, 20)
            if r.random() < 0.7:
                y = self.rescale(y, r.uniform(0.3, 0.99), 0, 0, "i32", bound=255 << 20)
            wide.append(y)
        total = self.op("add", wide, "", self.shapes[a], "i32")
        out_zp = self.byte()
        y = self.rescale(total, r.uniform(0.4, 1) / 2**20, 0, out_zp, bound=2**30)
        return self.maybe_clamp(y, out_zp), out_zp

    def multiply(self, a: str, a_zp: int, b: str, b_zp: int) -> tuple[str, int]:
        """The product of two maps."""
        r = self.random
        wide = [self.widen(x, zp, 0) for x, zp in ((a, a_zp), (b, b_zp))]
        product = self.op("mul", [*wide, self.zero()], "", self.shapes[a], "i32")
        out_zp = self.byte()
        y = self.rescale(product, r.uniform(0.005, 0.05), 0, out_zp, bound=255 * 255)
        return self.maybe_clamp(y, out_zp), out_zp

    def residual(self, x: str, zp: int) -> tuple[str, int]:
        """Two branches of one shape, added or multiplied: the skip is a convolution or nothing."""
        r = self.random
        _, h, w, c = self.shapes[x]
        c_out = c
        branch, branch_zp = self.conv_same(x, zp, c_out)
        if r.random() < 0.4:
            branch, branch_zp = self.conv_same(branch, branch_zp, c_out)
        skip, skip_zp = (x, zp) if r.random() < 0.7 else self.conv_same(x, zp, c_out, 1)
        join = self.add if r.random() < 0.7 else self.multiply
        if r.random() < 0.5:
            return join(branch, branch_zp, skip, skip_zp)
        return join(skip, skip_zp, branch, branch_zp)

    def conv_same(self, x: str, zp: int, out: int, kernel: int = 3) -> tuple[str, int]:
        """A convolution that keeps height and width."""
        _, h, w, c = self.shapes[x]
        self.macs -= h * w * c * out * kernel * kernel
        weights = self.numbers.integers(-127, 128, (out, kernel, kernel, c))
        bias = self.numbers.integers(-5000, 5000, out)
        pad = (kernel - 1) // 2
        operands = [
            x, self.constant(weights, "i8"), self.constant(bias, "i32"), self.constant([zp], "i8"),
            self.zero(),
        ]  # fmt: skip
        acc = self.op(
            "conv2d", operands,
            f"{{acc_type = i32, dilation = array<i64: 1, 1>, "
            f"pad = array<i64: {pad}, {pad}, {pad}, {pad}>, stride = array<i64: 1, 1>}}",
            (1, h, w, out), "i32",
        )  # fmt: skip
        out_zp = self.byte()
        y = self.rescale(
            acc, np.full(out, 40 / (74 * 74 * kernel * math.sqrt(c))) *
            self.numbers.uniform(0.5, 1.5, out), 0, out_zp, bound=kernel * kernel * c * 255 * 128 + 5000,
        )  # fmt: skip
        return self.maybe_clamp(y, out_zp), out_zp

    def requantize(self, x: str, zp: int) -> tuple[str, int]:
        r = self.random
        kind = r.randrange(4)
        out_zp = self.byte()
        if kind == 0:  # through uint8 and back
            y = self.rescale(x, r.uniform(0.5, 1.5), zp, r.choice([0, -128, 100]), bound=255,
                             out_unsigned=True)  # fmt: skip
            return self.rescale(y, 1.0, r.choice([0, -128, 17]), out_zp, bound=255,
                                in_unsigned=True), out_zp  # fmt: skip
        if kind == 1:  # per channel
            scales = self.numbers.uniform(0.3, 2, self.shapes[x][3])
            return self.rescale(x, scales, zp, out_zp, bound=255), out_zp
        if kind == 2:  # by way of i16
            y = self.rescale(x, r.uniform(10, 100), zp, 0, "i16", bound=255)
            return self.rescale(y, r.uniform(0.01, 0.1), 0, out_zp, bound=2**15), out_zp
        return self.rescale(x, r.uniform(0.3, 2), zp, out_zp, bound=255), out_zp

    def move(self, x: str, zp: int) -> tuple[str, int]:
        """Pads, crops, transposes or reshapes."""
        r = self.random
        _, h, w, c = shape = self.shapes[x]
        kind = r.randrange(5)
        if kind == 0:
            amounts = [0, 0, r.randint(0, 2), r.randint(0, 2), r.randint(0, 2), r.randint(0, 1)]
            amounts += [0, 0] if r.random() < 0.8 else [0, 1]
            value = zp if r.random() < 0.7 else r.randint(-128, 127)
            new = tuple(n + amounts[2 * i] + amounts[2 * i + 1] for i, n in enumerate(shape))
            return self.op(
                "pad", [x, self.shape(amounts), self.constant([value], "i8")], "", new
            ), zp
        if kind == 1:
            start = [0] + [r.randint(0, max(0, n // 4)) for n in (h, w)] + [0]
            size = [n - s - r.randint(0, (n - s) // 4) for n, s in zip(shape, start)]
            size[3] = c
            if r.random() < 0.3 and c > 1:
                start[3] = r.randint(0, c // 2)
                size[3] = c - start[3]
            return self.slice(x, start, size), zp
        if kind == 2:
            permutation = r.choice([(0, 2, 1, 3), (0, 3, 1, 2), (0, 2, 3, 1)])
            new = tuple(shape[i] for i in permutation)
            perms = ", ".join(map(str, permutation))
            return self.op("transpose", [x], f"{{perms = array<i32: {perms}>}}", new), zp
        if kind == 3:
            new = r.choice([(1, w, h, c), (1, 1, h * w, c), (1, h * w, 1, c), (1, h, w * c, 1)])
            return self.reshape(x, new), zp
        return self.clamp(x, r.randint(-128, 0), r.randint(1, 127)), zp

    def concat(self, x: str, zp: int) -> tuple[str, int]:
        r = self.random
        _, h, w, c = self.shapes[x]
        a, _ = self.conv_same(x, zp, r.choice([1, 2, 5, 8]), r.choice([1, 3]))
        b = x if r.random() < 0.5 else self.conv_same(x, zp, r.choice([1, 3, 4]), 1)[0]
        parts = [a, b] if r.random() < 0.5 else [b, a]
        axis = 3
        if self.shapes[a] == self.shapes[b]:
            axis = r.choice([1, 2, 3])
        shape = list(self.shapes[a])
        shape[axis] += self.shapes[b][axis]
        return self.op("concat", parts, f"{{axis = {axis} : i32}}", tuple(shape)), zp

    def arithmetic(self, x: str, zp: int) -> tuple[str, int]:
        """Element by element on 8 bits, with a constant or another map."""
        other, _ = self.conv_same(x, zp, self.shapes[x][3], 1)
        name = self.random.choice(["maximum", "minimum"])
        return self.op(name, [x, other], "", self.shapes[x]), zp

    def softmax_tail(self, x: str, zp: int) -> str:
        """The shape of a quantized softmax: a maximum, differences, a table, a sum."""
        r = self.random
        n = int(np.prod(self.shapes[x]))
        wide = self.widen(self.reshape(x, (1, n)), zp, 0)
        most = self.op("reduce_max", [wide], "{axis = 1 : i32}", (1, 1), "i32")
        away = self.op("sub", [wide, most], "", (1, n), "i32")
        narrow = self.rescale(away, 128.0, 0, 0, "i16", bound=255)
        entries = np.round(32767 * np.exp(np.linspace(-8, 0, 513))).astype(int)
        entries[256:] = 32767
        table = self.constant(entries, "i16")
        powers = self.op("table", [narrow, table], "", (1, n), "i32")
        total = self.op("reduce_sum", [powers], "{axis = 1 : i32}", (1, 1), "i32")
        zeros = self.op("clz", [total], "", (1, 1), "i32")
        less = self.op("sub", [zeros, self.constant([4], "i32", (1, 1))], "", (1, 1), "i32")
        amount = self.op("maximum", [less, self.constant([0], "i32", (1, 1))], "", (1, 1), "i32")
        amount = self.op("minimum", [amount, self.constant([3], "i32", (1, 1))], "", (1, 1), "i32")
        shifted = self.op("logical_left_shift", [powers, amount], "", (1, n), "i32")
        halves = self.op(
            "arithmetic_right_shift", [shifted, self.constant([3], "i32", (1, 1))],
            "{round = true}", (1, n), "i32",
        )  # fmt: skip
        return self.rescale(halves, r.uniform(1, 60) / 2**22, 0, -128, bound=2**28)

    def finish(self, x: str, input_shape: tuple[int, ...]) -> Network:
        type_ = f"tensor<{''.join(f'{n}x' for n in input_shape)}i8>"
        return Network("x", type_, x, self.statements)


def _set_input(b: _Builder, shape: tuple[int, ...]) -> str:
    b.shapes["x"] = shape
    b.types["x"] = f"tensor<{''.join(f'{n}x' for n in shape)}i8>"
    return "x"


def begin(shape: tuple[int, ...], seed: int = 0) -> tuple[_Builder, str]:
    """What appends operations to an input of `shape`, and the input."""
    b = _Builder(seed)
    return b, _set_input(b, shape)


def _begin(seed: int, macs: int, largest: int = 24) -> tuple[_Builder, str, int, tuple[int, ...]]:
    b = _Builder(seed, macs)
    shape = (1, b.random.randint(4, largest), b.random.randint(4, largest),
             b.random.choice([1, 2, 3, 3, 4, 7, 8, 16]))  # fmt: skip
    return b, _set_input(b, shape), b.byte(), shape


def network(seed: int, macs: int = 400_000) -> Network:
    """Any layers in any order."""
    b, x, zp, shape = _begin(seed, macs)
    r = b.random
    # Every kind of layer comes first in some network.
    first = seed % 14
    for layer in range(r.randint(2, 8)):
        _, h, w, c = b.shapes[x]
        kind = first if layer == 0 else r.randrange(14)
        small = h * w * c * c * 9 < max(b.macs, 0)
        if kind in (0, 1, 2) and b.macs > 1000:
            x, zp = b.conv(x, zp)
        elif kind in (3, 4) and b.macs > 1000:
            x, zp = b.conv(x, zp, depthwise=True)
        elif kind == 5:
            x, zp = b.pool(x, zp, average=False)
        elif kind == 6:
            x, zp = b.pool(x, zp, average=True)
        elif kind == 7 and small:
            x, zp = b.residual(x, zp)
        elif kind == 8:
            x, zp = b.requantize(x, zp)
        elif kind in (9, 10):
            x, zp = b.move(x, zp)
        elif kind == 11 and small:
            x, zp = b.concat(x, zp)
        elif kind == 12 and h * w * c * 15 < b.macs:
            x, zp = b.matmul(x, zp)
        elif kind == 13 and small:
            x, zp = b.arithmetic(x, zp)
    end = r.randrange(6)
    n = int(np.prod(b.shapes[x]))
    if end in (0, 1):
        x, zp = b.global_average(x, zp)
    if end in (1, 2, 3) and n <= 4000:
        x, zp = b.dense(x, zp)
        if end == 3:
            x, zp = b.dense(x, zp)
            x = b.reshape(x, (1, b.shapes[x][3]))
    if end == 4 and n <= 300:
        x = b.softmax_tail(x, zp)
    if x == "x" or all(s.operation == "tosa.reshape" or "const" in s.operation
                       for s in b.statements):  # fmt: skip
        x, zp = b.conv(x, zp, channels=4)
    return b.finish(x, shape)


def chain(seed: int, macs: int = 600_000) -> Network:
    """Convolutions with a ReLU and poolings, in the manner of the paper's networks: all its maps
    can be pruned. What follows them reads a whole map, so that it must be stored."""
    b, x, zp, shape = _begin(seed, macs, 20)
    r = b.random
    for _ in range(r.randint(2, 3)):
        depthwise = r.random() < 0.2
        x, zp = b.conv(x, zp, channels=r.choice([4, 6, 8, 11, 16]), depthwise=depthwise,
                       plain=r.random() < 0.7)  # fmt: skip
        if r.random() < 0.4 and min(b.shapes[x][1:3]) >= 4:
            x, zp = b.pool(x, zp, average=False, plain=r.random() < 0.6)
    # A window over all of the map: nothing of it can be forgotten before the end.
    x, zp = _whole(b, x, zp)
    return b.finish(x, shape)


def tail(seed: int, macs: int = 400_000) -> Network:
    """The late layers of a network: few rows and large windows, where maps are kept whole because
    the rows that layers in a row would hold are more."""
    b, x, zp, shape = _begin(seed, macs, 8)
    r = b.random
    for _ in range(r.randint(4, 8)):
        kind, small = r.random(), b.macs > 40_000
        if kind < 0.5 and small:
            x, zp = b.conv_same(x, zp, r.choice([6, 8, 12, 16]), r.choice([1, 3, 3, 5]))
        elif kind < 0.6 and small:
            x, zp = b.residual(x, zp)
        elif kind < 0.7 and small:
            x, zp = b.concat(x, zp)
        elif kind < 0.75 and min(b.shapes[x][1:3]) >= 4:
            x, zp = b.pool(x, zp, average=r.random() < 0.5)
        elif kind < 0.8:
            x, zp = b.move(x, zp)
        else:
            x, zp = b.conv(x, zp, depthwise=True)
    x, zp = _whole(b, x, zp)
    return b.finish(x, shape)


def _whole(b: _Builder, x: str, zp: int) -> tuple[str, int]:
    if b.random.random() < 0.5:
        return b.dense(x, zp, 10)
    _, h, w, c = b.shapes[x]
    weights = b.numbers.integers(-127, 128, (5, h, w, c))
    k = h * w * c
    operands = [
        x, b.constant(weights, "i8"), b.constant([100], "i32"), b.constant([zp], "i8"), b.zero(),
    ]  # fmt: skip
    acc = b.op(
        "conv2d", operands,
        "{acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, "
        "stride = array<i64: 1, 1>}", (1, 1, 1, 5), "i32",
    )  # fmt: skip
    return b.rescale(acc, 40 / (74 * 74 * math.sqrt(k)), 0, 0, bound=k * 255 * 128), 0


if __name__ == "__main__":
    make = chain if "--chain" in sys.argv else network
    print(make(int(sys.argv[1])).module(), end="")
