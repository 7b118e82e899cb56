# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs `rtwmc-compile`, and what it made for the host, between guards."""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rtwmc.firmware.toolchain import macro_name
from rtwmc.isolated import isolated

from network import Network
from upstream import tool

__all__ = ["CORES", "MORE_CORES", "CompileError", "Compiled", "compile_least", "compile_network", "difference",
           "inputs_for", "isolated", "lossless_budget", "refusal", "run_host", "smallest_budget",
           "whole_budget"]  # fmt: skip

CORES = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"]
# Those that differ from one of `CORES` in a few instructions or their order.
MORE_CORES = [
    "cortex-m0plus", "cortex-m23", "cortex-m33+nodsp", "cortex-m35p", "cortex-m35p+nodsp",
    "cortex-m52", "cortex-m52+nomve", "cortex-m55+nomve", "cortex-m85", "cortex-m85+nomve",
]  # fmt: skip
_GUARD = 512
_PAINT = 0xA5


class CompileError(Exception):
    """`rtwmc-compile` refused or crashed; `code` is its exit code."""

    def __init__(self, code: int, message: str):
        super().__init__(f"rtwmc-compile failed ({code}): {message}")
        self.code, self.message = code, message

    def __reduce__(self):
        return CompileError, (self.code, self.message)


@dataclass
class Compiled:
    """An object with its header and report."""

    object: Path
    header: Path
    report: dict
    prefix: str

    def macro(self, name: str) -> int:
        return int(re.search(rf"{macro_name(self.prefix, name)}\s+(\d+)", self.header.read_text())[1])


def compiler() -> Path:
    folder = os.environ.get("RTWMC_BUILD_DIR", Path(__file__).parents[2] / "build")
    return Path(folder) / "bin" / "rtwmc-compile"


def compile_network(model: Network | Path, folder: Path, *options: str, mcpu: str = "host",
                    stem: str = "net") -> Compiled:  # fmt: skip
    """Compiles a network (or a file as it is) in `folder`; raises `CompileError`."""
    source = model
    if isinstance(model, Network):
        source = folder / f"{stem}.mlir"
        source.write_text(model.module())
    out = folder / f"{stem}_{mcpu.replace('-', '_')}.o"
    report = out.with_suffix(".json")
    for path in (out, report, out.with_suffix(".h")):
        path.unlink(missing_ok=True)
    done = subprocess.run(
        [compiler(), source, "-o", out, f"--mcpu={mcpu}", f"--name={stem}", f"--report={report}",
         *options],
        capture_output=True, text=True, errors="replace", timeout=300,
    )  # fmt: skip
    if done.returncode:
        left = [p.name for p in (out, report, out.with_suffix(".h")) if p.exists()]
        message = "\n".join(line[:400] for line in done.stderr.splitlines()[:8])
        if left:
            message += f"\nleft behind: {', '.join(left)}"
        raise CompileError(done.returncode, message)
    return Compiled(out, out.with_suffix(".h"), json.loads(report.read_text()), stem)


def compile_least(model: Network | Path, folder: Path, *options: str, **more: str) -> Compiled:
    """The same within the least RAM that drops nothing: without a budget fast kernels take more.

    Nothing is computed again, unless `options` say otherwise.
    """
    if not any(each.startswith("--max-recompute") for each in options):
        options = (*options, "--max-recompute=0")
    refused = refusal(model, folder, "--lossless", "--ram=1", *options, **more)
    budget = smallest_budget(refused)
    return compile_network(model, folder, "--lossless", f"--ram={budget}", *options, **more)


def refusal(*arguments, **options) -> CompileError:
    """The error of a compilation that must fail with a diagnostic and leave nothing behind."""
    try:
        compile_network(*arguments, **options)
    except CompileError as error:
        assert error.code == 1 and "left behind" not in error.message, str(error)
        return error
    raise AssertionError("was compiled, against expectation")


def smallest_budget(error: CompileError) -> int:
    """The budget that a diagnostic promises to work."""
    return _promised(error, "the smallest budget that fits is")


def lossless_budget(error: CompileError) -> int:
    """The budget that it promises to drop nothing."""
    return _promised(error, "without dropping anything")


def whole_budget(error: CompileError) -> int:
    """The budget that it promises to work with nothing computed again."""
    return _promised(error, "without recomputing anything")


def _promised(error: CompileError, words: str) -> int:
    found = re.search(rf"{words} ([\d,]+) bytes", error.message)
    assert found, f"not '{words} ... bytes' in: {error}"
    return int(found[1].replace(",", ""))


def inputs_for(shape: tuple[int, ...], count: int, seed: int = 0) -> np.ndarray:
    """Inputs: anything, then smooth, then the ends of the range."""
    numbers = np.random.default_rng(seed + 1000)
    result = numbers.integers(-128, 128, (count, *shape), dtype=np.int16)
    if count > 1:
        result[1] = np.clip(numbers.normal(-40, 30, shape), -128, 127)
    if count > 2:
        result[2] = numbers.choice([-128, 127], shape)
    return result.astype(np.int8)


def _link_host(object_: Path, shared: Path) -> ctypes.CDLL:
    done = subprocess.run(
        [tool("clang"), "-shared", "-nostdlib", "-Wl,-z,defs", object_, "-o", shared],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"cannot be linked alone: {done.stderr[:500]}"
    return ctypes.CDLL(str(shared))


def run_host(compiled: Compiled, inputs: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Links the object alone and runs each input, in a process of its own, on an arena of exactly
    ARENA_BYTES; checks every byte around it."""
    return isolated(_run_host, compiled, inputs, shape)


def _run_host(compiled: Compiled, inputs: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    library = _link_host(compiled.object, compiled.object.with_suffix(".so"))
    arena_bytes, align = compiled.macro("ARENA_BYTES"), compiled.macro("ARENA_ALIGN")
    out_bytes = int(np.prod(shape))
    assert compiled.macro("OUTPUT_BYTES") == out_bytes
    assert compiled.macro("INPUT_BYTES") == inputs[0].size
    assert compiled.macro("RAM_BYTES") == arena_bytes + compiled.macro("STACK_BYTES")
    run = getattr(library, f"{compiled.prefix}_run")
    outputs = []
    for number, each in enumerate(inputs):
        arena = np.full(arena_bytes + 2 * _GUARD + 2 * align, _PAINT, np.uint8)
        # Aligned as much as is promised, and not more.
        at = _GUARD + (align - (arena.ctypes.data + _GUARD)) % (2 * align)
        arena[at : at + arena_bytes] = np.random.default_rng(number).integers(0, 256, arena_bytes)
        output = np.full(out_bytes + 2 * _GUARD + 1, _PAINT, np.uint8)
        out_at = _GUARD + number % 2
        source = np.full(each.size + 1, _PAINT, np.uint8)
        source[number % 2 :][: each.size] = each.reshape(-1).view(np.uint8)
        before = source.copy()
        status = run(
            ctypes.c_void_p(source.ctypes.data + number % 2),
            ctypes.c_void_p(output.ctypes.data + out_at), ctypes.c_void_p(arena.ctypes.data + at),
        )  # fmt: skip
        assert status == 0, f"input {number}: returned {status}"
        assert (source == before).all(), f"input {number}: the input was written to"
        for name, memory, begin, size in (
            ("arena", arena, at, arena_bytes), ("output", output, out_at, out_bytes),
        ):  # fmt: skip
            below = np.flatnonzero(memory[:begin] != _PAINT)
            above = np.flatnonzero(memory[begin + size :] != _PAINT)
            assert not below.size, f"input {number}: wrote {begin - below[-1]} before the {name}"
            assert not above.size, f"input {number}: wrote {above[0] + 1} past the {name}'s end"
        outputs.append(output[out_at : out_at + out_bytes].view(np.int8).reshape(shape).copy())
    return np.stack(outputs)


def difference(got: np.ndarray, want: np.ndarray) -> str:
    """Where two outputs differ first, and in how many elements; empty if nowhere."""
    if np.array_equal(got, want):
        return ""
    wrong = np.argwhere(got != want)
    first = tuple(int(i) for i in wrong[0])
    return (
        f"{len(wrong)} of {got.size} elements differ, the first at {first}: "
        f"{got[first]} instead of {want[first]}"
    )
