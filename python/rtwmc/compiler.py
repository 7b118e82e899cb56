# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`rtwmc.compile`: the compiler from Python, and its host code on NumPy arrays."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np

from . import installed

__all__ = ["BudgetError", "CompileError", "Compiled", "Port", "Report", "compile"]

Model = str | os.PathLike[str] | bytes
Order = Literal["nhwc", "nchw"]
Policy = Literal["proportional", "paper"]
InputPlace = Literal["external", "arena", "rows"]


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


class Port:
    """An input or an output of a network.

    `name` is the model's, `dtype` its NumPy type, `shape` that of one, without the batch.
    `scale` is None where nobody knows it; `integer = real / scale + zero_point`.
    """

    def __init__(self, port: Mapping[str, Any]):
        self.name: str = port["name"]
        self.dtype = np.dtype(port["type"])
        self.shape = _without_batch(port["shape"])
        self.bytes: int = port["bytes"]
        # Of an input that is asked for row by row; else None.
        self.rows: int | None = port.get("rows")
        self.scale = None if port["scale"] is None else np.float32(port["scale"])
        self.zero_point: int | None = port["zero_point"]

    def quantize(self, values: Any) -> np.ndarray:
        """Real numbers as integers, as TensorFlow Lite rounds them and as NAME_quantize does.

        Raises `ValueError` without a scale.
        """
        with np.errstate(over="ignore"):
            scaled = np.asarray(values, np.float32) / self._known_scale()
        # Far outside of the type, and without a fraction.
        bound = np.float32(1 << 20)
        scaled = np.clip(np.nan_to_num(scaled, nan=-bound), -bound, bound)
        whole = np.trunc(scaled)
        rest = scaled - whole
        integers = whole + (rest >= 0.5) - (rest <= -0.5) + self.zero_point
        limits = np.iinfo(self.dtype)
        return np.clip(integers, limits.min, limits.max).astype(self.dtype)

    def dequantize(self, values: Any) -> np.ndarray:
        """The real numbers that integers stand for, as NAME_dequantize gives them.

        Raises `ValueError` without a scale.
        """
        difference = np.asarray(values).astype(np.int32) - self.zero_point
        return self._known_scale() * difference.astype(np.float32)

    def _known_scale(self) -> np.float32:
        if self.scale is None:
            raise ValueError(f"the scale of '{self.name}' is not known")
        return self.scale


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
        self._functions: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        return str(self.report["name"])

    @property
    def inputs(self) -> list[Port]:
        """The inputs, in the order of the model."""
        return [Port(port) for port in self.report["inputs"]]

    @property
    def outputs(self) -> list[Port]:
        """The outputs, in the order of the model."""
        return [Port(port) for port in self.report["outputs"]]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of the first input: as in the model, without the batch."""
        return self.inputs[0].shape

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the first output: as in the model, without the batch."""
        return self.outputs[0].shape

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

    def run(self, *batches: np.ndarray, threads: int | None = None) -> Any:
        """Runs the network on each element of a batch, by the code of the object.

        There is an array for each input, `[n, *shape]` of its type; the result is such an
        array, or of several outputs a tuple of them, bit for bit what a device gives.
        `threads` bounds the threads used (default: one a core); each has its own arena.
        What a network with variables keeps from run to run begins anew, and goes from one
        element to the next, in one thread.
        Raises `ValueError` unless the network was compiled with `mcpu="host"`, or for arrays
        of other types, shapes or numbers.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; it must be at least 1")
        given = self._checked(batches)
        size = len(given[0])
        count = min(threads or os.cpu_count() or 1, max(size, 1))
        if self.report["state"]:
            count = 1
        parts = [slice(size * k // count, size * (k + 1) // count) for k in range(count)]
        room = self.report["arena"] + self.report["arena_align"]
        self._load()

        def work(part: slice) -> list[np.ndarray]:
            return self._run_in([batch[part] for batch in given], np.empty(room, np.uint8))

        with ThreadPoolExecutor(count) as pool:
            done = zip(*pool.map(work, parts), strict=True)
            outputs = tuple(np.concatenate(each) for each in done)
        return outputs[0] if len(outputs) == 1 else outputs

    def _checked(self, batches: Sequence[np.ndarray]) -> list[np.ndarray]:
        if self.report["mcpu"] != "host":
            raise ValueError(f"compiled for {self.report['mcpu']}; only mcpu='host' runs here")
        if len(batches) != len(self.inputs):
            raise ValueError(f"{len(batches)} arrays for {len(self.inputs)} inputs")
        given = []
        for port, each in zip(self.inputs, batches, strict=True):
            batch = np.asarray(each)
            if batch.dtype != port.dtype or batch.shape[1:] != port.shape or batch.ndim == 0:
                raise ValueError(
                    f"the batch is {batch.dtype} {list(batch.shape)}; expected {port.dtype} "
                    f"[n, {', '.join(map(str, port.shape))}]"
                )
            given.append(np.ascontiguousarray(batch))
        if len({len(batch) for batch in given}) > 1:
            raise ValueError(f"the batches are of {', '.join(str(len(b)) for b in given)} elements")
        return given

    def _run_in(self, batches: Sequence[np.ndarray], memory: np.ndarray) -> list[np.ndarray]:
        """The outputs of `batches`, which were checked, one after the other in `memory`."""
        outputs = [np.empty((len(batches[0]), *port.shape), port.dtype) for port in self.outputs]
        places = [
            (array.ctypes.data, port.bytes)
            for array, port in zip([*batches, *outputs], [*self.inputs, *self.outputs], strict=True)
        ]
        readers = [_RowReader(port) for port in self.inputs if port.rows is not None]
        run, reset = self._load()
        own = [_align(memory, self.report["arena_align"])]
        state = np.empty(self.report["state"] + self.report["state_align"], np.uint8)
        if reset:
            own.append(_align(state, self.report["state_align"]))
            reset(own[-1])
        for i in range(len(batches[0])):
            given = [start + i * stride for start, stride in places]
            for reader, start in zip(readers, given, strict=False):
                reader.begin(start)
            if readers:
                calls = [pointer for reader in readers for pointer in (reader.function, None)]
                given[: len(readers)] = calls
            if run(*given, *own) or not all(reader.is_done for reader in readers):
                raise RuntimeError(f"{self.name}_run failed on an input")
        return outputs

    def run_keeping_maps(self, image: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Runs the network on one input and gives every map it computed on the way.

        `image` is of the only input. Returns the first output, and by name all other maps of
        the report, int8 or int32, in their own shapes without the batch. Raises `ValueError`
        unless the network was compiled with `mcpu="host"` and `keep_maps=True`.
        """
        if not self.keeps_maps:
            raise ValueError("compiled without keep_maps: maps overwrite each other")
        memory = np.empty(self.report["arena"] + self.report["arena_align"], np.uint8)
        output = self._run_in(self._checked([np.asarray(image)[None]]), memory)[0][0]
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

    def _load(self) -> tuple[Any, Any]:
        """The functions that run the network, and that reset its variables, or None."""
        if self._functions is None:
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

            def function(what: str, pointers: int) -> Any:
                found = library[f"{self.name}_{what}"]
                found.argtypes = [ctypes.c_void_p] * pointers
                found.restype = ctypes.c_int
                return found

            has_state = self.report["state"] > 0
            pointers = len(self.inputs) + len(self.outputs) + 1 + has_state
            pointers += sum(port.rows is not None for port in self.inputs)
            self._functions = (function("run", pointers), function("reset", 1) if has_state else None)
        return self._functions

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_functions": None}


class _RowReader:
    """Gives a network the rows of an input, in the order in which it must ask for them."""

    def __init__(self, port: Port):
        assert port.rows is not None
        self._rows, self._bytes = port.rows, port.bytes // port.rows
        self._start = self._next = 0
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p)
        self._callback = kind(self._read)
        self.function = ctypes.cast(self._callback, ctypes.c_void_p)

    def begin(self, start: int) -> None:
        """The next input is at address `start`."""
        self._start, self._next = start, 0

    @property
    def is_done(self) -> bool:
        """Whether all rows were asked for; none are of an input that nothing depends on."""
        return self._next in (0, self._rows)

    def _read(self, _context: int | None, row: int, destination: int) -> int:
        if row != self._next or row == self._rows:
            return 1
        self._next += 1
        ctypes.memmove(destination, self._start + row * self._bytes, self._bytes)
        return 0


def _align(memory: np.ndarray, align: int) -> int:
    """The first address in `memory` that is a multiple of `align`."""
    return int(memory.ctypes.data + -memory.ctypes.data % align)


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


def smallest_budget(model: Model, **options: Any) -> int:
    """The least RAM, in bytes, within which `model` compiles; `options` as for `compile`.

    With `lossless=True` the least that drops nothing. Raises `CompileError` for what is refused
    for another reason.
    """
    try:
        return int(compile(model, ram=1, **options).report["ram"])
    except BudgetError as error:
        return error.smallest


def compile(
    model: Model,
    *,
    mcpu: str = "cortex-m4",
    ram: int | str | None = None,
    flash: int | str | None = None,
    lossless: bool = False,
    mode: Literal["exact", "paper"] = "exact",
    input: InputPlace = "external",
    order: Order | None = None,
    batch: int | None = None,
    alpha: float | None = None,
    tau_q: int | Sequence[int] | None = None,
    policy: Policy | None = None,
    plan: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    calibration: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    kernel: str | Sequence[str] | None = None,
    max_recompute: int | None = None,
    strips: str | Sequence[str] | None = None,
    keep_maps: bool = False,
    name: str | None = None,
) -> Compiled:
    """Compiles a quantized network; the options are those of `rtwmc-compile`.

    model   TOSA as a path, as text or as bytes (text or bytecode), or a quantized `.tflite`
            as a path or bytes, which needs `tosa-converter-for-tflite` installed
    mcpu    the core, or "host" for code that `Compiled.run` executes
    ram     budget for arena and stack, bytes or such as "4KiB"; None: the smallest that
            drops nothing
    flash   budget for code and constants, the same way; None: no bound
    lossless
            refuse rather than drop anything, with a `BudgetError` that has the smallest
            budget in which nothing is dropped; otherwise `Compiled.warnings` and the
            report's `notes` say what is
    input   where the input lives: "external", "arena", or "rows": the network asks its caller
            for a row at a time, and `Compiled.run` answers
    batch   S_b, elements; alpha: share of the RAM a pruned map may take, 0 to 1;
    tau_q   threshold in quantized steps, one or one for each pruned map
    plan    settings of pruning, also of single maps, and drops to keep: a plan file or the
            same as a mapping (docs/plan-file.md); options given here as well win
    calibration
            what dropping a share of each map loses, so that least is lost: a calibration file
            or the same as a mapping (`rtwmc.calibrate`)
    kernel  kernels to force, each `[LAYER=]NAME[:CHANNELSxCOLUMNS]` (docs/kernels.md)
    max_recompute
            percent of the multiply-accumulates that may be computed again, in strips, before
            anything is dropped for a budget
    strips  segments to compute in strips, each `FIRST:LAST:COUNT` (docs/strips.md)
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
        "max-recompute": max_recompute,
        "strips": strips if strips is None or isinstance(strips, str) else ",".join(strips),
        "tau-q": ",".join(map(str, tau_q)) if isinstance(tau_q, Sequence) else tau_q,
    }  # fmt: skip
    options = [f"--{key}={value}" for key, value in values.items() if value is not None]
    if lossless:
        options.append("--lossless")
    if keep_maps:
        options.append("--keep-maps")
    compiler = installed.tool("rtwmc-compile")
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
            env=installed.environment(),
        )  # fmt: skip
        if done.returncode:
            raise _error(done.stderr, done.returncode)
        report = Report(json.loads(out.with_suffix(".json").read_text()), done.stdout)
        return Compiled(
            out.read_bytes(), out.with_suffix(".h").read_text(), report, done.stderr.strip(),
            keep_maps,
        )  # fmt: skip
