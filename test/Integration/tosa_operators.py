# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TOSA's operations on integers, each a network of its own, with parameters at their limits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

__all__ = ["CASES", "Case"]


@dataclass
class Case:
    """A function of one operation, or of a few that make its operands or its result."""

    name: str
    arguments: list[str]
    lines: list[str] = field(default_factory=list)
    result: str = ""
    # Of the inputs, where not all values of their type have a meaning.
    ranges: list[tuple[int, int] | None] = field(default_factory=list)

    def constant(self, type_: str, values: str) -> str:
        return self.op(f'"tosa.const"() {{values = dense<{values}> : {type_}}} : () ->', type_)

    def shape(self, *sizes: int) -> str:
        values = f"dense<{list(sizes)}> : tensor<{len(sizes)}xindex>"
        type_ = f"!tosa.shape<{len(sizes)}>"
        return self.op(f"tosa.const_shape {{values = {values}}} : () ->", type_)

    def op(self, text: str, type_: str) -> str:
        self.lines.append(f"%{len(self.lines)} = {text} {type_}")
        self.result = type_
        return f"%{len(self.lines) - 1}"

    def module(self) -> str:
        arguments = ", ".join(f"%a{i}: {type_}" for i, type_ in enumerate(self.arguments))
        body = "\n  ".join(self.lines)
        return (
            f"func.func @main({arguments}) -> {self.result} {{\n  {body}\n"
            f"  return %{len(self.lines) - 1} : {self.result}\n}}\n"
        )


CASES: list[Case] = []


def _case(name: str, *arguments: str, ranges=()) -> Case:
    case = Case(name, list(arguments), ranges=list(ranges) or [None] * len(arguments))
    CASES.append(case)
    return case


def _tensor(shape, element: str) -> str:
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def _unary(name: str, element: str, attributes: str = "", result: str = "", ranges=(),
           shape=(1, 3, 5, 4)) -> Case:  # fmt: skip
    from_, to = _tensor(shape, element), _tensor(shape, result or element)
    case = _case(f"{name}_{element}_{result}{len(CASES)}", from_, ranges=ranges)
    case.op(f"tosa.{name} %a0 {attributes} : ({from_}) ->", to)
    return case


def _binary(name: str, element: str, other=(1, 3, 5, 4), attributes: str = "", result: str = "",
            ranges=()) -> Case:  # fmt: skip
    shape = (1, 3, 5, 4)
    a, b, to = _tensor(shape, element), _tensor(other, element), _tensor(shape, result or element)
    case = _case(f"{name}_{element}_{len(CASES)}", a, b, ranges=ranges)
    case.op(f"tosa.{name} %a0, %a1 {attributes} : ({a}, {b}) ->", to)
    return case


def _as_bytes(case: Case, value: str) -> None:
    """Comparisons give bits, which no network gives."""
    to = case.result.replace("xi1>", "xi8>")
    case.op(f"tosa.cast {value} : ({case.result}) ->", to)


BROADCASTS = [(1, 3, 5, 4), (1, 1, 1, 4), (1, 3, 1, 1), (1, 1, 5, 1), (1, 1, 1, 1)]
SMALL = (-30000, 30000)

for _element, _limit in (("i8", 127), ("i16", 32767)):
    for _low, _high in ((-_limit - 1, _limit), (-3, 5), (4, 4)):
        _range = f"min_val = {_low} : {_element}, max_val = {_high} : {_element}"
        _unary("clamp", _element, f"{{{_range}}}")
for _element in ("i8", "i16", "i32"):
    _unary("bitwise_not", _element)
    for _name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
        _binary(_name, _element)
    for _axis in range(1, 4):
        _unary("reverse", _element, f"{{axis = {_axis} : i32}}")

for _other in BROADCASTS:
    for _name in ("add", "sub", "maximum", "minimum"):
        _binary(_name, "i32", _other, ranges=[(-(2**30), 2**30 - 1)] * 2)
for _name in ("equal", "greater", "greater_equal"):
    _as_bytes(_binary(_name, "i32", (1, 1, 5, 4), result="i1", ranges=[(-2, 2)] * 2), "%0")
_unary("abs", "i32", ranges=[(-(2**31) + 1, 2**31 - 1)])
_unary("clz", "i32")
_binary("intdiv", "i32", ranges=[None, (1, 100)])
_binary("intdiv", "i32", ranges=[SMALL, (-100, -1)])
for _name in ("logical_left_shift", "logical_right_shift"):
    for _element, _bits in (("i8", 8), ("i16", 16), ("i32", 32)):
        _binary(_name, _element, ranges=[None, (0, _bits - 1)])
for _element, _bits, _round in itertools.product(("i8", "i16", "i32"), (8,), ("false", "true")):
    _binary("arithmetic_right_shift", _element, attributes=f"{{round = {_round}}}",
            ranges=[None, (0, int(_element[1:]) - 1)])  # fmt: skip

for _from, _to in (("i8", "i16"), ("i8", "i32"), ("i16", "i8"), ("i16", "i32"), ("i32", "i8"),
                   ("i32", "i16")):  # fmt: skip
    _unary("cast", _from, result=_to)

for _element, _range, _shift in (("i8", None, 0), ("i16", None, 0), ("i32", SMALL, 0),
                                 ("i32", (-(2**31) + 1, 2**31 - 1), 31),
                                 ("i32", (-(2**20), 2**20), 10)):  # fmt: skip
    _types = [_tensor((1, 3, 5, 4), _element)] * 2
    _mul = _case(f"mul_{_element}_{_shift}_{len(CASES)}", *_types, ranges=[_range] * 2)
    _s = _mul.constant("tensor<1xi8>", str(_shift))
    _mul.op(f"tosa.mul %a0, %a1, {_s} : ({_types[0]}, {_types[1]}, tensor<1xi8>) ->",
            _tensor((1, 3, 5, 4), "i32"))  # fmt: skip

for _in, _out in ((0, 0), (-128, 127), (5, -7)):
    _negate = _case(f"negate_{_in}_{_out}", "tensor<1x3x5x4xi8>")
    _zeros = [_negate.constant("tensor<1xi8>", str(z)) for z in (_in, _out)]
    _negate.op(f"tosa.negate %a0, {', '.join(_zeros)} : (tensor<1x3x5x4xi8>, tensor<1xi8>, "
               "tensor<1xi8>) ->", "tensor<1x3x5x4xi8>")  # fmt: skip

for _element, _entries in (("i8", 256), ("i16", 513)):
    _limit = 127 if _element == "i8" else 32767
    _result = "i8" if _element == "i8" else "i32"
    _table = _case(f"table_{_element}", f"tensor<1x3x5x4x{_element}>")
    # Slopes between two entries are of 16 bits.
    _values = [(i * i * 37) % (_limit + 1) - _limit // 2 for i in range(_entries)]
    _values[:3] = -_limit - 1, -1, _limit - 1
    _t = _table.constant(f"tensor<{_entries}x{_element}>", str(_values))
    _table.op(f"tosa.table %a0, {_t} : (tensor<1x3x5x4x{_element}>, tensor<{_entries}x{_element}>) "
              "->", f"tensor<1x3x5x4x{_result}>")  # fmt: skip


def _rescale(name: str, from_: str, to: str, zeros: tuple[int, int], multipliers: list[int],
             shifts: list[int], rounding: str, unsigned=("false", "false"), ranges=(),
             scale32: str = "true") -> None:  # fmt: skip
    case = _case(f"rescale_{name}", f"tensor<1x3x5x4x{from_}>", ranges=ranges)
    count, wide = len(multipliers), "i32" if scale32 == "true" else "i16"
    types = [f"tensor<{count}x{wide}>", f"tensor<{count}xi8>", f"tensor<1x{from_}>",
             f"tensor<1x{to}>"]  # fmt: skip
    values = [multipliers, shifts, [zeros[0]], [zeros[1]]]
    operands = ", ".join(case.constant(t, str(v)) for t, v in zip(types, values))
    case.op(
        f"tosa.rescale %a0, {operands} {{input_unsigned = {unsigned[0]}, output_unsigned = "
        f"{unsigned[1]}, per_channel = {'true' if count > 1 else 'false'}, rounding_mode = "
        f"{rounding}, scale32 = {scale32}}} : ({case.arguments[0]}, {', '.join(types)}) ->",
        f"tensor<1x3x5x4x{to}>",
    )


for _from, _to, _rounding in itertools.product(
    ("i8", "i16", "i32"), ("i8", "i16", "i32"), ("SINGLE_ROUND", "DOUBLE_ROUND")
):
    _zeros = (-128 if _from == "i8" else 0, 127 if _to == "i8" else 0)
    _range = [(-(2**29), 2**29)] if _from == "i32" else [None]
    _rescale(f"{_from}_{_to}_{_rounding}", _from, _to, _zeros, [1073741825], [31], _rounding,
             ranges=_range)  # fmt: skip
    _rescale(f"{_from}_{_to}_{_rounding}_channels", _from, _to, (0, 0),
             [2**30, 2**31 - 1, 3, 1518500250], [35, 40, 20, 32], _rounding,
             ranges=[(-1000, 1000)] if _from != "i8" else [None])  # fmt: skip
for _shift in (2, 30, 31, 32, 45, 62):
    for _rounding in ("SINGLE_ROUND", "DOUBLE_ROUND"):
        _rescale(f"shift_{_shift}_{_rounding}", "i32", "i32", (0, 0), [max(1, 2 ** (_shift - 4))
                 if _shift < 34 else 2**30 + 1], [_shift], _rounding,
                 ranges=[(-(2 ** min(26, _shift - 1)), 2 ** min(26, _shift - 1) - 1)])  # fmt: skip
_rescale("unsigned_in", "i8", "i8", (-1, -1), [2**30], [30], "SINGLE_ROUND", ("true", "false"))
_rescale("unsigned_out", "i8", "i8", (-128, 0), [2**30], [30], "SINGLE_ROUND", ("false", "true"))
_rescale("unsigned_in_scaled", "i8", "i8", (-56, 3), [1518500250], [31], "SINGLE_ROUND",
         ("true", "false"))  # fmt: skip

for _name, _element in itertools.product(("reduce_max", "reduce_min", "reduce_sum"),
                                         ("i8", "i16", "i32")):  # fmt: skip
    if _name == "reduce_sum" and _element != "i32":
        continue
    for _axis in range(4):
        _shape = [1, 3, 5, 4]
        _shape[_axis] = 1
        _reduce = _case(f"{_name}_{_element}_{_axis}", f"tensor<1x3x5x4x{_element}>",
                        ranges=[SMALL if _element == "i32" else None])  # fmt: skip
        _reduce.op(f"tosa.{_name} %a0 {{axis = {_axis} : i32}} : (tensor<1x3x5x4x{_element}>) ->",
                   _tensor(_shape, _element))  # fmt: skip

for _axis, _shape in ((1, "1x5x4"), (2, "1x3x4"), (3, "1x3x5")):
    _argmax = _case(f"argmax_{_axis}", "tensor<1x3x5x4xi8>", ranges=[(-2, 2)])
    _argmax.op(f"tosa.argmax %a0 {{axis = {_axis} : i32}} : (tensor<1x3x5x4xi8>) ->",
               f"tensor<{_shape}xi32>")  # fmt: skip


def _pool(kind: str, kernel: int, stride: int, pad: list[int], zeros=(0, 0),
          element: str = "i8") -> None:  # fmt: skip
    size = [(n + pad[2 * i] + pad[2 * i + 1] - kernel) // stride + 1 for i, n in enumerate((6, 7))]
    from_, to = f"tensor<1x6x7x3x{element}>", f"tensor<1x{size[0]}x{size[1]}x3x{element}>"
    case = _case(f"{kind}_{kernel}_{stride}_{'_'.join(map(str, pad))}_{zeros[0]}_{element}", from_)
    operands, types, accumulator = "%a0", from_, ""
    if kind == "avg_pool2d":
        operands += "".join(", " + case.constant(f"tensor<1x{element}>", str(z)) for z in zeros)
        types += f", tensor<1x{element}>, tensor<1x{element}>"
        accumulator = "acc_type = i32, "
    case.op(
        f"tosa.{kind} {operands} {{{accumulator}kernel = array<i64: {kernel}, {kernel}>, pad = "
        f"array<i64: {', '.join(map(str, pad))}>, stride = array<i64: {stride}, {stride}>}} : "
        f"({types}) ->",
        to,
    )


for _kernel, _stride, _pad in ((2, 1, [0, 0, 0, 0]), (3, 1, [1, 1, 1, 1]), (3, 1, [2, 0, 0, 2])):
    _pool("max_pool2d", _kernel, _stride, _pad)
    _pool("max_pool2d", _kernel, _stride, _pad, element="i16")
    _pool("avg_pool2d", _kernel, _stride, _pad)
    _pool("avg_pool2d", _kernel, _stride, _pad, (-128, 127))
    _pool("avg_pool2d", _kernel, _stride, _pad, element="i16")


def _resize(mode: str, element: str, shape: tuple[int, int], size: tuple[int, int],
            scale: list[int], offset: list[int]) -> None:  # fmt: skip
    border = [
        (size[i] - 1) * scale[2 * i + 1] - (shape[i] - 1) * scale[2 * i] + offset[i] for i in (0, 1)
    ]
    result = element
    if mode == "BILINEAR":
        result = {"i8": "i32", "i16": "i48"}[element]
    from_ = f"tensor<1x{shape[0]}x{shape[1]}x2x{element}>"
    case = _case(f"resize_{mode}_{element}_{len(CASES)}", from_)
    operands = ", ".join([case.shape(*scale), case.shape(*offset), case.shape(*border)])
    case.op(f"tosa.resize %a0, {operands} {{mode = {mode}}} : ({from_}, !tosa.shape<4>, "
            "!tosa.shape<2>, !tosa.shape<2>) ->",
            f"tensor<1x{size[0]}x{size[1]}x2x{result}>")  # fmt: skip
    if result == "i48":
        value = f"%{len(case.lines) - 1}"
        types = ["tensor<1xi16>", "tensor<1xi8>", "tensor<1xi48>", "tensor<1xi32>"]
        constants = [case.constant(t, v) for t, v in zip(types, ("16384", "18", "0", "0"))]
        from_ = f"tensor<1x{size[0]}x{size[1]}x2xi48>"
        case.op(
            f"tosa.rescale {value}, {', '.join(constants)} {{input_unsigned = false, "
            "output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 "
            f"= false}} : ({from_}, {', '.join(types)}) ->",
            from_.replace("i48", "i32"),
        )


for _mode, _element in itertools.product(("NEAREST_NEIGHBOR", "BILINEAR"), ("i8", "i16")):
    _resize(_mode, _element, (4, 4), (8, 8), [4, 2, 4, 2], [-1, -1])
    _resize(_mode, _element, (4, 4), (8, 8), [4, 2, 4, 2], [0, 0])
    _resize(_mode, _element, (3, 5), (9, 12), [6, 2, 10, 4], [-2, -3])
    _resize(_mode, _element, (5, 3), (9, 10), [5, 3, 7, 2], [-5, -7])
    _resize(_mode, _element, (8, 8), (4, 4), [2, 4, 2, 4], [1, 1])
    _resize(_mode, _element, (1, 4), (1, 12), [1, 1, 3, 1], [0, -1])
    _resize(_mode, _element, (6, 6), (12, 3), [1024, 512, 1024, 2048], [-256, 512])


def _move(name: str, text: str, result: str, element: str, *sizes: list[int]) -> None:
    from_ = f"tensor<1x3x5x4x{element}>"
    case = _case(f"{name}_{element}_{len(CASES)}", from_)
    shapes = [case.shape(*each) for each in sizes]
    types = "".join(f", !tosa.shape<{len(each)}>" for each in sizes)
    operands = "".join(f", {each}" for each in shapes)
    to = f"tensor<{result}x{element}>"
    case.op(f"tosa.{name} %a0{operands} {text} : ({from_}{types}) ->", to)


for _element in ("i8", "i16", "i32"):
    _move("slice", "", "1x1x2x3", _element, [0, 2, 3, 1], [1, 1, 2, 3])
    _move("tile", "", "1x6x5x12", _element, [1, 2, 1, 3])
    _move("reshape", "", "1x60", _element, [1, 60])
    for _perms in ((0, 3, 1, 2), (0, 2, 1, 3), (3, 2, 1, 0)):
        _result = "x".join(str((1, 3, 5, 4)[i]) for i in _perms)
        _list = ", ".join(map(str, _perms))
        _move("transpose", f"{{perms = array<i32: {_list}>}}", _result, _element)
    _pad = _case(f"pad_{_element}", f"tensor<1x3x5x4x{_element}>")
    _amounts = _pad.shape(0, 0, 1, 2, 0, 3, 1, 0)
    _with = _pad.constant(f"tensor<1x{_element}>", "-7")
    _pad.op(f"tosa.pad %a0, {_amounts}, {_with} : (tensor<1x3x5x4x{_element}>, !tosa.shape<8>, "
            f"tensor<1x{_element}>) ->", f"tensor<1x6x8x5x{_element}>")  # fmt: skip
    for _axis, _result in ((1, "1x6x5x4"), (2, "1x3x10x4"), (3, "1x3x5x8")):
        _concat = _case(f"concat_{_element}_{_axis}", *[f"tensor<1x3x5x4x{_element}>"] * 2)
        _concat.op(f"tosa.concat %a0, %a1 {{axis = {_axis} : i32}} : (tensor<1x3x5x4x{_element}>, "
                   f"tensor<1x3x5x4x{_element}>) ->", f"tensor<{_result}x{_element}>")  # fmt: skip
    _gather = _case(f"gather_{_element}", f"tensor<1x6x4x{_element}>", "tensor<1x5xi32>",
                    ranges=[None, (0, 5)])  # fmt: skip
    _gather.op(f"tosa.gather %a0, %a1 : (tensor<1x6x4x{_element}>, tensor<1x5xi32>) ->",
               f"tensor<1x5x4x{_element}>")  # fmt: skip


def _weights(*shape: int) -> str:
    """A nest of numbers from -127 to 127."""
    values = iter((i * 7919 + 13) % 255 - 127 for i in range(10000))

    def nest(sizes: tuple[int, ...]) -> str:
        if not sizes:
            return str(next(values))
        return "[" + ", ".join(nest(sizes[1:]) for _ in range(sizes[0])) + "]"

    return nest(shape)


def _convolution(kind: str, kernel: tuple[int, int], stride: tuple[int, int], pad: list[int],
                 size: tuple[int, int], dilation: tuple[int, int] = (1, 1)) -> None:  # fmt: skip
    """Bytes of a convolution over 5x4x3, rescaled by channel."""
    is_depthwise, is_transposed = kind.startswith("depthwise"), kind.startswith("transpose")
    filters = 6 if is_depthwise else 4
    name = "_".join(map(str, (*kernel, *stride, *pad, *dilation)))
    case = _case(f"{kind}_{name}", "tensor<1x5x4x3xi8>")
    shape = (*kernel, 3, 2) if is_depthwise else (filters, *kernel, 3)
    types = [_tensor(shape, "i8"), f"tensor<{filters}xi32>", "tensor<1xi8>", "tensor<1xi8>"]
    values = [_weights(*shape), str([(i - 2) * 531 for i in range(filters)]), "-5", "0"]
    operands = ", ".join(case.constant(t, v) for t, v in zip(types, values))
    attributes = "" if is_transposed else f"dilation = array<i64: {dilation[0]}, {dilation[1]}>, "
    pads = f"{'out_' if is_transposed else ''}pad = array<i64: {', '.join(map(str, pad))}>"
    sums = case.op(
        f"tosa.{kind} %a0, {operands} {{acc_type = i32, {attributes}{pads}, stride = array<i64: "
        f"{stride[0]}, {stride[1]}>}} : (tensor<1x5x4x3xi8>, {', '.join(types)}) ->",
        f"tensor<1x{size[0]}x{size[1]}x{filters}xi32>",
    )
    from_ = case.result
    types = [f"tensor<{filters}xi32>", f"tensor<{filters}xi8>", "tensor<1xi32>", "tensor<1xi8>"]
    values = [str([2**30 + 12345 * i for i in range(filters)]),
              str([36 + i % 3 for i in range(filters)]), "0", "7"]  # fmt: skip
    operands = ", ".join(case.constant(t, v) for t, v in zip(types, values))
    case.op(
        f"tosa.rescale {sums}, {operands} {{input_unsigned = false, output_unsigned = false, "
        "per_channel = true, rounding_mode = DOUBLE_ROUND, scale32 = true} : "
        f"({from_}, {', '.join(types)}) ->",
        from_.replace("i32", "i8"),
    )


_convolution("conv2d", (3, 3), (1, 1), [1, 1, 1, 1], (5, 4))
_convolution("conv2d", (2, 3), (2, 1), [0, 1, 2, 0], (3, 4))
_convolution("conv2d", (3, 2), (1, 2), [2, 0, 1, 0], (3, 2), (2, 2))
_convolution("depthwise_conv2d", (3, 3), (1, 1), [1, 1, 1, 1], (5, 4))
_convolution("depthwise_conv2d", (2, 3), (2, 1), [0, 1, 2, 0], (3, 4))
for _kernel, _stride, _pad in (
    ((2, 2), (2, 2), [0, 0, 0, 0]), ((3, 3), (2, 2), [0, -1, -1, 0]), ((3, 3), (1, 1), [-1] * 4),
    ((4, 5), (3, 2), [-3, -2, -2, -1]), ((2, 1), (3, 2), [0, 1, 1, 0]),
    ((3, 2), (2, 3), [3, 2, 1, 5]), ((3, 3), (1, 2), [2, 0, 0, 4]), ((5, 5), (2, 2), [-4] * 4),
):  # fmt: skip
    _size = [
        (n - 1) * _stride[i] + _pad[2 * i] + _pad[2 * i + 1] + _kernel[i]
        for i, n in enumerate((5, 4))
    ]
    _convolution("transpose_conv2d", _kernel, _stride, _pad, (_size[0], _size[1]))

for _zeros in ((0, 0), (-128, 3)):
    _matmul = _case(f"matmul_{_zeros[0]}", "tensor<1x4x5xi8>", "tensor<1x5x3xi8>")
    _z = ", ".join(_matmul.constant("tensor<1xi8>", str(z)) for z in _zeros)
    _matmul.op(f"tosa.matmul %a0, %a1, {_z} : (tensor<1x4x5xi8>, tensor<1x5x3xi8>, tensor<1xi8>, "
               "tensor<1xi8>) ->", "tensor<1x4x3xi32>")  # fmt: skip
