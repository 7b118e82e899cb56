# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels that compute some columns of a row: rows in pieces are the same rows."""

from __future__ import annotations

import ctypes
import json
import random
import re
import subprocess
from pathlib import Path

import generate
import numpy as np
import pytest
from compiler import compiler, difference, inputs_for
from upstream import tool

MODELS = Path(__file__).parents[1] / "models"
_STEP = re.compile(r"( *)rtwmc\.step @(\w+)\[(%\w+)\] \((.*)")
_KERNEL = re.compile(
    r"func\.func private @(\w+)\(.*\) -> (?:tensor<|!rtwmc\.pruned<)((?:\d+x)+).*rtwmc\.kernel"
)


def _opt(text: str, *options: str) -> str:
    done = subprocess.run(
        [compiler().with_name("rtwmc-opt"), "-", *options],
        input=text, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[:1000]
    return done.stdout


def _run(schedule: str, folder: Path, stem: str, inputs: np.ndarray, arena: int,
         outputs: int) -> np.ndarray:  # fmt: skip
    """Lowers a schedule for the host and runs it."""
    lowered = _opt(schedule, "--rtwmc-schedule-to-loops=mcpu=host",
                   "--rtwmc-loops-to-llvm=mcpu=host")  # fmt: skip
    source, ir, shared = (folder / f"{stem}{s}" for s in (".mlir", ".ll", ".so"))
    source.write_text(lowered)
    for command in (
        [tool("mlir-translate"), "--mlir-to-llvmir", source, "-o", ir],
        [tool("clang"), "-Wno-override-module", "-O0", "-shared", "-fPIC", ir, "-o", shared],
    ):
        subprocess.run(command, check=True, capture_output=True)
    run = ctypes.CDLL(str(shared)).network_run
    results = []
    for each in inputs:
        source = np.ascontiguousarray(each)
        memory, output = np.zeros(arena + 64, np.uint8), np.zeros(outputs, np.int8)
        at = memory.ctypes.data + -memory.ctypes.data % 64
        assert run(ctypes.c_void_p(source.ctypes.data), ctypes.c_void_p(output.ctypes.data),
                   ctypes.c_void_p(at)) == 0  # fmt: skip
        results.append(output)
    return np.stack(results)


_BUFFER = re.compile(r"at (\d+) live(\[\d+, \d+\])(.*) : memref<([\dx]+)xi(8|32)>")


def _apart(schedule: str, arena: int) -> tuple[str, int]:
    """Every buffer in bytes of its own: live intervals count steps, and those become more."""
    sizes: dict[tuple[str, str], int] = {}
    for offset, live, _, shape, bits in _BUFFER.findall(schedule):
        # Maps overwritten in place are one buffer under two types.
        size = int(np.prod([int(n) for n in shape.split("x")])) * int(bits) // 8
        sizes[offset, live] = max(sizes.get((offset, live), 0), -(-size // 8) * 8)
    begins, end = {}, 0
    for key, size in sizes.items():
        begins[key] = end
        end += size
    moved = _BUFFER.sub(
        lambda m: f"at {begins[m[1], m[2]]} live{m[2]}{m[3]} : memref<{m[4]}xi{m[5]}>", schedule
    )
    return moved.replace(f": memref<{arena}xi8>)", f": memref<{end}xi8>)"), end


def _in_pieces(schedule: str, seed: int) -> tuple[str, int]:
    """Every step of a row that has columns, as steps over parts of it in order. A row that is
    pruned on its own is computed, and read back, as a whole."""
    rng = random.Random(seed)
    widths = {
        kernel[1]: int(kernel[2].rstrip("x").split("x")[2])
        for kernel in _KERNEL.finditer(schedule)
        if kernel[2].count("x") == 4 and "unit = row" not in kernel[0]
    }
    text, count = [], 0
    for line in schedule.splitlines():
        step = _STEP.match(line)
        width = widths.get(step[2], 1) if step else 1
        if width < 2 or step[2].startswith(("sum", "generic")):
            text.append(line)
            continue
        cuts = sorted(rng.sample(range(1, width), min(width - 1, rng.randint(1, 2))))
        for first, end in zip([0, *cuts], [*cuts, width]):
            count += 1
            text.append(f"{step[1]}%columns{count} = arith.constant {first} : i32")
            text.append(
                f"{step[1]}rtwmc.step @{step[2]}[{step[3]}] columns(%columns{count} for "
                f"{end - first}) ({step[4]}"
            )
    return "\n".join(text), count


PRUNED_MAPS = {
    "sparsenet_a": {"conv2": 900},
    "mlperf-tiny/resnet8_int8": {"add2": 3000, "conv7": 1000},
    "mlperf-tiny/dscnn_kws_int8": {"conv2": 2000},
}
# At which some kernels have nothing to do with rows that are pruned on their own.
BUDGETS = {"mlperf-tiny/resnet8_int8": 10500, "mlperf-tiny/dscnn_kws_int8": 5100}
CASES = [(model, kind) for model in ("lenet_a", *PRUNED_MAPS) for kind in ("lossless", "maps")]
CASES += [("lenet_a", "kernel=smlad"), ("mlperf-tiny/dscnn_kws_int8", "kernel=smlad")]


@pytest.mark.parametrize("model, kind", [*CASES, *((model, "rows") for model in BUDGETS)])
def test_rows_in_pieces(model, kind, tmp_path):
    """Rings, padding, strides, residuals, pooling, depthwise; maps pruned whole and by rows."""
    options = {"lossless": "", "rows": f"ram={BUDGETS.get(model)} max-recompute=0"}.get(kind, kind)
    if kind == "maps":
        options = "mode=paper ram=4096"
        if drops := PRUNED_MAPS.get(model):
            plan = tmp_path / "plan.json"
            maps = [{"name": name, "drop": drop} for name, drop in drops.items()]
            plan.write_text(json.dumps({"schema": 1, "maps": maps}))
            options = f"plan={plan}"
    _compare((MODELS / f"{model}.mlir").read_text(), options, tmp_path)


# Branches side by side.
@pytest.mark.parametrize("seed", [81, 137, 151])
def test_rows_of_concatenations_in_pieces(seed, tmp_path):
    source = generate.network(seed).module()
    assert "rtwmc.concat" in _opt(source, "--convert-tosa-to-rtwmc")
    _compare(source, "", tmp_path)


_GATED = """
func.func @network(%0: tensor<1x6x9x3xi8>) -> tensor<1x6x9x3xi8> {
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 6, 1>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x9x3xi8> -> tensor<1x1x9x3xi8>
  %2 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 9>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>} : tensor<1x6x9x3xi8> -> tensor<1x6x1x3xi8>
  %3 = rtwmc.elementwise %1, %0, %2 {
  ^bb0(%a: i8, %b: i8, %c: i8):
    %i = rtwmc.channel
    %d = rtwmc.lookup %i in dense<[1, -3, 5]> : tensor<3xi8> -> i8
    %e = arith.muli %b, %d : i8
    %f = arith.addi %a, %e : i8
    %g = arith.subi %f, %c : i8
    rtwmc.yield %g : i8
  } : (tensor<1x1x9x3xi8>, tensor<1x6x9x3xi8>, tensor<1x6x1x3xi8>) -> tensor<1x6x9x3xi8>
  return %3 : tensor<1x6x9x3xi8>
}
"""


def test_broadcast_rows_in_pieces(tmp_path):
    """Programs that know their column and channel."""
    _compare(_GATED, "", tmp_path)


def _compare(source: str, options: str, tmp_path: Path) -> None:
    """The network whose rows are computed in pieces gives what it gave."""
    schedule = _opt(source, "--allow-unregistered-dialect",
                    f"--rtwmc-pipeline=mcpu=host to=schedule {options}")  # fmt: skip
    assert ("rtwmc.prune" in schedule) == ("ram" in options or "plan" in options)
    arena = int(re.search(r"memref<(\d+)xi8>\) attributes", schedule)[1])
    shapes = re.search(r"func\.func @\w+\(%\w+: memref<([\dx]+)xi8>, %\w+: memref<([\dx]+)xi8>",
                       schedule)  # fmt: skip
    shape, out = ([int(n) for n in s.split("x")] for s in shapes.groups())
    inputs = inputs_for(tuple(shape[1:]), 3, seed=7)
    whole = _run(schedule, tmp_path, "whole", inputs, arena, int(np.prod(out)))
    schedule, arena = _apart(schedule, arena)
    pieces, count = _in_pieces(schedule, seed=len(source))
    assert count >= 4
    parts = _run(pieces, tmp_path, "parts", inputs, arena, int(np.prod(out)))
    assert not difference(parts, whole)


_TWO_LAYERS = """
func.func @network(%in: memref<1x6x9x2xi8>, %out: memref<1x4x7x2xi8>, %arena: memref<{arena}xi8>)
    attributes {{rtwmc.arena_align = 4 : i64}} {{
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %c4 = arith.constant 4 : i32
  %c6 = arith.constant 6 : i32
{schedule}
  return
}}
func.func private @first(%0: tensor<1x6x9x2xi8>) -> tensor<1x6x9x3xi8> attributes {{rtwmc.kernel}} {{
  %1 = rtwmc.conv2d %0 {{weight = dense<[[[[3, -7], [5, 1], [2, 2]], [[1, 1], [-4, 9], [6, -2]], [[0, 1], [2, 3], [-1, 4]]], [[[1, 2], [-3, 4], [5, -6]], [[7, 8], [-9, 1], [2, -3]], [[4, 5], [-6, 7], [8, -9]]], [[[2, 1], [1, 1], [3, -5]], [[5, 5], [5, -5], [0, 2]], [[1, -1], [1, -1], [1, 3]]]]> : tensor<3x3x3x2xi8>, bias = dense<[40, -300, 77]> : tensor<3xi32>, stride = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 1>, input_zp = 3 : i32, weight_zp = 0 : i32, requant = #rtwmc.requant<[1073741824], [36], double, zero_point = -5, range = [-128, 127]>}} : tensor<1x6x9x2xi8> -> tensor<1x6x9x3xi8>
  return %1 : tensor<1x6x9x3xi8>
}}
func.func private @second(%0: tensor<1x6x9x3xi8>) -> tensor<1x4x7x2xi8> attributes {{rtwmc.kernel}} {{
  %1 = rtwmc.conv2d %0 {{weight = dense<[[[[3, -7, 1], [5, 1, 2], [2, 2, 3]], [[1, 1, 4], [-4, 9, 5], [6, -2, 6]], [[0, 1, 7], [2, 3, 8], [-1, 4, 9]]], [[[1, 2, -1], [-3, 4, -2], [5, -6, -3]], [[7, 8, -4], [-9, 1, -5], [2, -3, -6]], [[4, 5, -7], [-6, 7, -8], [8, -9, -9]]]]> : tensor<2x3x3x3xi8>, bias = dense<[11, -12]> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = -5 : i32, weight_zp = 0 : i32, requant = #rtwmc.requant<[1073741824], [36], double, zero_point = 1, range = [-128, 127]>}} : tensor<1x6x9x3xi8> -> tensor<1x4x7x2xi8>
  return %1 : tensor<1x4x7x2xi8>
}}
"""


def _strip(first: int, count: int) -> str:
    """All rows of `count` columns of the result, from a ring that is just wide enough."""
    ring = f"memref<1x3x{count + 2}x3xi8>"
    image, result = "memref<1x6x9x2xi8>", "memref<1x4x7x2xi8>"
    return f"""
  %ring{first} = rtwmc.buffer "ring" at 0 live [{first}, {first + 1}] : {ring}
  %x{first} = arith.constant {first} : i32
  scf.for %i = %c0 to %c3 step %c1 : i32 {{
    rtwmc.step @first[%i] columns(%x{first} for {count + 2}) (%in, %ring{first}, %patch) : {image}, {ring}, memref<18xi8>
  }}
  scf.for %i = %c0 to %c4 step %c1 : i32 {{
    rtwmc.step @second[%i] columns(%x{first} for {count}) (%ring{first}, %out) : {ring}, {result}
    %next = arith.addi %i, %c3 : i32
    %more = arith.cmpi slt, %next, %c6 : i32
    scf.if %more {{
      rtwmc.step @first[%next] columns(%x{first} for {count + 2}) (%in, %ring{first}, %patch) : {image}, {ring}, memref<18xi8>
    }}
  }}"""


def test_strips_on_narrow_rings(tmp_path):
    """Strips of 3 and 4 columns, on rings of 5 and 6 instead of 9: the same result."""
    patch = '  %patch = rtwmc.buffer "patch" at {at} live [0, 9] transient : memref<18xi8>'
    inputs = inputs_for((6, 9, 2), 3, seed=3)
    results = []
    for stem, strips, ring in (("whole", [(0, 7)], 3 * 9 * 3), ("strips", [(0, 3), (3, 4)], 3 * 6 * 3)):
        schedule = patch.format(at=ring) + "".join(_strip(*strip) for strip in strips)
        module = _TWO_LAYERS.format(arena=ring + 18, schedule=schedule)
        results.append(_run(module, tmp_path, stem, inputs, ring + 18, 4 * 7 * 2))
    assert len(np.unique(results[0])) > 20
    assert not difference(results[1], results[0])
