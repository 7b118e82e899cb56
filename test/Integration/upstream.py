# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The oracle: upstream's own lowering of TOSA, run on the host.

    with Library.build({"net": network.function("net", attributes=CIFACE)}, folder) as library:
        output = library.run("net", [input], output_shape)

Starting the tools costs more than most networks, so one library holds many.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import subprocess
from pathlib import Path

import numpy as np

__all__ = ["CIFACE", "Library", "tool"]

_serial = itertools.count()
_built: dict[str, Library] = {}
"""By their text: libraries of this process."""

CIFACE = "attributes {llvm.emit_c_interface} "
_PASSES = (
    "builtin.module(func.func(tosa-to-linalg-named,tosa-to-linalg),"
    "tosa-to-arith{include-apply-rescale=true},tosa-to-tensor,"
    "one-shot-bufferize{bufferize-function-boundaries},convert-bufferization-to-memref,"
    "convert-linalg-to-loops,convert-scf-to-cf,expand-strided-metadata,lower-affine,"
    "convert-math-to-llvm,convert-arith-to-llvm,convert-index-to-llvm,finalize-memref-to-llvm,"
    "convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts)"
)


def tool(name: str) -> str:
    """Path of an LLVM tool of the version that the project is built with."""
    folder = os.environ.get("RTWMC_LLVM_BIN", "/usr/lib/llvm-22/bin")
    path = Path(folder) / name
    return str(path) if path.exists() else name


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode:
        message = "\n".join(line[:300] for line in done.stderr.splitlines()[:6])
        raise RuntimeError(f"{Path(command[0]).name} failed ({done.returncode}):\n{message}")


def _runtime() -> list[str]:
    """Flags for the library that copies strided memrefs."""
    folder = Path(tool("mlir-opt")).resolve().parents[1] / "lib"
    return [f"-L{folder}", f"-Wl,-rpath,{folder}", "-lmlir_c_runner_utils"]


def _descriptor(rank: int):
    class MemRef(ctypes.Structure):
        _fields_ = [
            ("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p),
            ("offset", ctypes.c_int64), ("sizes", ctypes.c_int64 * rank),
            ("strides", ctypes.c_int64 * rank),
        ]  # fmt: skip

    return MemRef


class Library:
    """Functions lowered by upstream and loaded."""

    def __init__(self, path: Path):
        self._library = ctypes.CDLL(str(path))

    @classmethod
    def build(cls, functions: dict[str, str], folder: Path, stem: str = "upstream") -> Library:
        """Compiles functions, given as text by symbol (`Network.function` with `CIFACE`); the same
        functions once in a process, as of a network that is pruned in several ways."""
        text = "module {\n" + "".join(functions.values()) + "}\n"
        if text not in _built:
            _built[text] = cls._build(text, folder, stem)
        return _built[text]

    @classmethod
    def _build(cls, text: str, folder: Path, stem: str) -> Library:
        source = folder / f"{stem}.mlir"
        lowered = folder / f"{stem}.llvm.mlir"
        # A file of the same name would not be loaded again.
        ir, shared = folder / f"{stem}.ll", folder / f"{stem}.{os.getpid()}_{next(_serial)}.so"
        source.write_text(text)
        _call([tool("mlir-opt"), str(source), f"--pass-pipeline={_PASSES}", "-o", str(lowered)])
        _call([tool("mlir-translate"), "--mlir-to-llvmir", str(lowered), "-o", str(ir)])
        _call([
            tool("clang"), "-Wno-override-module", "-O0", "-shared", "-fPIC", str(ir), "-o",
            str(shared), *_runtime(),
        ])  # fmt: skip
        return cls(shared)

    def run(self, symbol: str, inputs: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
        """One run on int8 arrays; what the code allocates is never freed."""
        arguments, kept = [], []
        result = _descriptor(len(shape))()
        for array in inputs:
            array = np.ascontiguousarray(array, np.int8)
            memref = _descriptor(array.ndim)()
            memref.allocated = memref.aligned = array.ctypes.data
            for axis, (size, stride) in enumerate(zip(array.shape, array.strides)):
                memref.sizes[axis], memref.strides[axis] = size, stride
            kept.append((array, memref))
            arguments.append(ctypes.byref(memref))
        getattr(self._library, f"_mlir_ciface_{symbol}")(ctypes.byref(result), *arguments)
        assert tuple(result.sizes) == tuple(shape), (tuple(result.sizes), shape)
        if 0 in shape:
            return np.zeros(shape, np.int8)
        last = result.offset + sum((n - 1) * s for n, s in zip(shape, result.strides))
        flat = np.ctypeslib.as_array(
            ctypes.cast(result.aligned, ctypes.POINTER(ctypes.c_int8)), (last + 1,)
        )
        return np.lib.stride_tricks.as_strided(
            flat[result.offset :], shape, list(result.strides)
        ).copy()  # fmt: skip
