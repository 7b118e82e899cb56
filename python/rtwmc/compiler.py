# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`rtwmc.compile`: the compiler from Python, and its host code on NumPy arrays."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np

from . import installed

__all__ = ["BudgetError", "CompileError", "Compiled", "Report", "compile"]

Model = str | os.PathLike[str] | bytes
Order = Literal["nhwc", "nchw"]
Policy = Literal["proportional", "paper"]


class CompileError(Exception):
    """`rtwmc-compile` refused the network; str() is its diagnostic."""


class BudgetError(CompileError):
    """The network does not fit; `smallest` is the RAM or flash budget in bytes that does."""

    def __init__(self, message: str, smallest: int):
        super().__init__(message)
        self.smallest = smallest


class Report(dict[str, Any]):
    """The report of a compilation, as in docs/report.md; str() is its table for people."""

    def __init__(self, members: Mapping[str, Any], table: str):
        super().__init__(members)
        self.table = table

    def __str__(self) -> str:
        return self.table


class Compiled:
    """A compiled network.

    `report` is a `Report`, `header` the C header, `object` the object file, `warnings` what
    the compiler had to say. `name` is the prefix of the C names.
    """

    def __init__(
        self, object: bytes, header: str, report: Report, warnings: str, keeps_maps: bool = False
    ):
        self.keeps_maps = keeps_maps
        self.object = object
        self.header = header
        self.report = report
        self.warnings = warnings
        self._function: Any = None

    @property
    def name(self) -> str:
        return str(self.report["name"])

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input: as in the model, without the batch."""
        return _without_batch(self.report["input_shape"])

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of one output: as in the model, without the batch."""
        return _without_batch(self.report["output_shape"])

    def __repr__(self) -> str:
        return (
            f"<Compiled {self.name} for {self.report['mcpu']}: "
            f"{self.report['ram']:,} bytes of RAM, {self.report['flash']:,} of flash>"
        )

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes NAME.o, NAME.h and NAME.json to `folder`, which is made if it is not there."""
        base = Path(folder)
        base.mkdir(parents=True, exist_ok=True)
        paths = [base / f"{self.name}{suffix}" for suffix in (".o", ".h", ".json")]
        paths[0].write_bytes(self.object)
        paths[1].write_text(self.header)
        paths[2].write_text(json.dumps(self.report, indent=2) + "\n")
        return paths

    def run(self, batch: np.ndarray, *, threads: int | None = None) -> np.ndarray:
        """Runs the network on each element of `batch`, by the code of the object.

        `batch` is int8 `[n, *input_shape]`; the result is int8 `[n, *output_shape]`, bit for
        bit what a device gives. `threads` bounds the threads used (default: one a core);
        each has its own arena. Raises `ValueError` unless the network was compiled with
        `mcpu="host"`, or for an array of another type or shape.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; it must be at least 1")
        batch = self._checked(batch)
        count = min(threads or os.cpu_count() or 1, max(len(batch), 1))
        parts = [batch[len(batch) * k // count : len(batch) * (k + 1) // count] for k in range(count)]
        size = self.report["arena"] + self.report["arena_align"]
        self._load()
        with ThreadPoolExecutor(count) as pool:
            done = pool.map(lambda part: self._run_in(part, np.empty(size, np.uint8)), parts)
            return np.concatenate(list(done))

    def _checked(self, batch: np.ndarray) -> np.ndarray:
        if self.report["mcpu"] != "host":
            raise ValueError(f"compiled for {self.report['mcpu']}; only mcpu='host' runs here")
        batch = np.asarray(batch)
        if batch.dtype != np.int8 or batch.shape[1:] != self.input_shape or batch.ndim == 0:
            raise ValueError(
                f"the batch is {batch.dtype} {list(batch.shape)}; expected int8 "
                f"[n, {', '.join(map(str, self.input_shape))}]"
            )
        return np.ascontiguousarray(batch)

    def _run_in(self, batch: np.ndarray, memory: np.ndarray) -> np.ndarray:
        """The outputs of `batch`, one after the other in the arena that begins in `memory`."""
        batch = self._checked(batch)
        outputs = np.empty((len(batch), *self.output_shape), np.int8)
        run = self._load()
        arena = memory.ctypes.data + -memory.ctypes.data % self.report["arena_align"]
        source, stride = batch.ctypes.data, self.report["input_bytes"]
        target, out_stride = outputs.ctypes.data, self.report["output_bytes"]
        for i in range(len(batch)):
            if run(source + i * stride, target + i * out_stride, arena):
                raise RuntimeError(f"{self.name}_run failed on an input")
        return outputs

    def run_keeping_maps(self, image: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Runs the network on one input and gives every map it computed on the way.

        `image` is int8 `input_shape`. Returns the output, int8 `output_shape`, and by name all
        other maps of the report, int8 or int32, in their own shapes without the batch. Raises
        `ValueError` unless the network was compiled with `mcpu="host"` and `keep_maps=True`.
        """
        if not self.keeps_maps:
            raise ValueError("compiled without keep_maps: maps overwrite each other")
        memory = np.empty(self.report["arena"] + self.report["arena_align"], np.uint8)
        output = self._run_in(np.asarray(image)[None], memory)[0]
        start = -memory.ctypes.data % self.report["arena_align"]
        maps = {}
        for each in self.report["maps"]:
            if each["offset"] is None:
                continue
            shape = _without_batch(each["shape"])
            size = each["bytes"]["values"]
            kind = np.int8 if size == int(np.prod(shape)) else np.int32
            raw = memory[start + each["offset"] :][:size]
            maps[each["name"]] = np.frombuffer(raw.tobytes(), kind).reshape(shape)
        return output, maps

    def _load(self) -> Any:
        if self._function is None:
            with tempfile.TemporaryDirectory(prefix="rtwmc-") as folder:
                source, shared = Path(folder, "net.o"), Path(folder, "net.so")
                source.write_bytes(self.object)
                done = subprocess.run(
                    [_linker(), "-shared", source, "-o", shared],
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
                if done.returncode:
                    raise RuntimeError(f"cannot link for the host: {done.stderr.strip()}")
                # Stays mapped when the file is gone.
                library = ctypes.CDLL(str(shared))
            function = library[f"{self.name}_run"]
            function.argtypes = [ctypes.c_void_p] * 3
            function.restype = ctypes.c_int
            self._function = function
        return self._function

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_function": None}


def _without_batch(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(shape[1:] if len(shape) > 1 and shape[0] == 1 else shape)


def _linker() -> str:
    for name in ("ld.lld-22", "ld.lld", "ld"):
        if found := shutil.which(name):
            return found
    raise installed.NotInstalledError("no linker: install ld.lld-22 (lld-22) or ld (binutils)")


def _as_file(model: Model, folder: Path) -> Path:
    """`model` as a file: it may be a path, or the text or bytes of a network."""
    if isinstance(model, bytes):
        suffix = ".tflite" if model[4:8] == b"TFL3" else ".mlir"
        file = folder / f"network{suffix}"
        file.write_bytes(model)
        return file
    if isinstance(model, str) and ("\n" in model or "{" in model):
        file = folder / "network.mlir"
        file.write_text(model)
        return file
    path = Path(model)
    if not path.is_file():
        raise FileNotFoundError(f"no network at '{path}'")
    return path


def _error(stderr: str, code: int) -> CompileError:
    message = stderr.strip() or f"rtwmc-compile ended with status {code}"
    found = re.search(r"the smallest budget that fits is ([\d,]+) bytes", message)
    if found:
        return BudgetError(message, int(found[1].replace(",", "")))
    return CompileError(message)


def compile(
    model: Model,
    *,
    mcpu: str = "cortex-m4",
    ram: int | str | None = None,
    flash: int | str | None = None,
    lossless: bool = False,
    mode: Literal["exact", "paper"] = "exact",
    input: Literal["external", "arena"] = "external",
    order: Order | None = None,
    batch: int | None = None,
    alpha: float | None = None,
    tau_q: int | Sequence[int] | None = None,
    policy: Policy | None = None,
    plan: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    calibration: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    kernel: str | Sequence[str] | None = None,
    keep_maps: bool = False,
    name: str | None = None,
) -> Compiled:
    """Compiles a quantized network; the options are those of `rtwmc-compile`.

    model   TOSA as a path, as text or as bytes (text or bytecode), or an int8 `.tflite` as
            a path or bytes, which needs `tosa-converter-for-tflite` installed
    mcpu    the core, or "host" for code that `Compiled.run` executes
    ram     budget for arena and stack, bytes or such as "4KiB"; None: the smallest that
            drops nothing
    flash   budget for code and constants, the same way; None: no bound
    lossless
            refuse rather than drop anything, with a `BudgetError` that has the smallest
            budget in which nothing is dropped; otherwise `Compiled.warnings` and the
            report's `notes` say what is
    batch   S_b, elements; alpha: share of the RAM a pruned map may take, 0 to 1;
    tau_q   threshold in quantized steps, one or one for each pruned map
    plan    settings of pruning, also of single maps, and drops to keep: a plan file or the
            same as a mapping (docs/plan-file.md); options given here as well win
    calibration
            what dropping a share of each map loses, so that least is lost: a calibration file
            or the same as a mapping (`rtwmc.calibrate`)
    kernel  kernels to force, each `[LAYER=]NAME[:CHANNELSxCOLUMNS]` (docs/kernels.md)
    keep_maps
            store every map whole, for `Compiled.run_keeping_maps`
    name    prefix of the C names (default: the file's stem, `network` without a file)

    Options left as None have the compiler's default. Raises `BudgetError` where a budget
    cannot be kept, `CompileError` with the diagnostic for whatever else is refused,
    `FileNotFoundError` for a network's path that is none, `installed.NotInstalledError`.
    Specification, section 5.
    """
    values: dict[str, Any] = {
        "mcpu": mcpu, "ram": ram, "flash": flash, "mode": mode, "input": input, "order": order,
        "batch": batch, "alpha": alpha, "policy": policy, "name": name,
        "kernel": kernel if kernel is None or isinstance(kernel, str) else ",".join(kernel),
        "tau-q": ",".join(map(str, tau_q)) if isinstance(tau_q, Sequence) else tau_q,
    }  # fmt: skip
    options = [f"--{key}={value}" for key, value in values.items() if value is not None]
    if lossless:
        options.append("--lossless")
    if keep_maps:
        options.append("--keep-maps")
    compiler = installed.tool("rtwmc-compile")
    # The converter is found where pip put it, beside this Python, on the PATH or not.
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    with tempfile.TemporaryDirectory(prefix="rtwmc-") as folder:
        out = Path(folder, "out.o")
        for option, given in (("plan", plan), ("calibration", calibration)):
            if isinstance(given, Mapping):
                file = Path(folder, f"{option}.json")
                file.write_text(json.dumps(dict(given)))
                given = file
            if given is not None:
                options.append(f"--{option}={os.fspath(given)}")
        done = subprocess.run(
            [compiler, _as_file(model, Path(folder)), "-o", out, "--report", out.with_suffix(".json"),
             "--print-report", *options],
            capture_output=True, text=True, errors="replace", check=False,
            env={**os.environ, "PATH": path},
        )  # fmt: skip
        if done.returncode:
            raise _error(done.stderr, done.returncode)
        report = Report(json.loads(out.with_suffix(".json").read_text()), done.stdout)
        return Compiled(
            out.read_bytes(), out.with_suffix(".h").read_text(), report, done.stderr.strip(),
            keep_maps,
        )  # fmt: skip
