# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs compiled networks on emulated cores, from arrays to arrays, as `Compiled.run` does here."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import qemu
from .compiler import Compiled, Port
from .firmware import toolchain

__all__ = ["emulate"]

# What the adapter adds to the stack: its frame, with arguments for which there is no register.
_FRAME_BYTES = 64

# The harness runs functions with one input and one output: here all of them, behind each other.
_ADAPTER = """
#include "{name}.h"
int rtwmc_all_run(const int8_t *input, int8_t *output, void *arena);
int rtwmc_all_run(const int8_t *input, int8_t *output, void *arena) {{
{padding}  return {name}_run({arguments}, arena);
}}
"""
_HEADER = """
int rtwmc_all_run(const int8_t *input, int8_t *output, void *arena);
#define RTWMC_ALL_ARENA_BYTES {arena}
#define RTWMC_ALL_ARENA_ALIGN {arena_align}
#define RTWMC_ALL_STACK_BYTES {stack}
#define RTWMC_ALL_RAM_BYTES {arena} + {stack}
#define RTWMC_ALL_INPUT_BYTES {input}
#define RTWMC_ALL_OUTPUT_BYTES {output}
#define RTWMC_ALL_INPUT_ALIGN {align}
#define RTWMC_ALL_OUTPUT_ALIGN {align}
"""
_ALIGN = 4


def emulate(compiled: Compiled, *batches: np.ndarray, repeat: int = 1, timeout: float = 120.0) -> Any:
    """Runs `compiled`, made for a core, in QEMU: as `Compiled.run`, with its arrays and its result.

    `repeat` and `timeout`, in seconds for all inputs, are those of `qemu.run`, which also says
    what it raises: `RunFailure` where the network broke its contract.
    """
    with tempfile.TemporaryDirectory(prefix="rtwmc-") as folder:
        made, header, _ = compiled.save(folder)
        mcpu = compiled.report["mcpu"]
        starts = [0], [0]
        if len(compiled.inputs) + len(compiled.outputs) > 2:
            starts = _starts(compiled.inputs), _starts(compiled.outputs)
            made, header = _adapted(compiled, made, *starts)
        sizes = starts[0][-1] or compiled.inputs[0].bytes, starts[1][-1] or compiled.outputs[0].bytes
        records = np.zeros((len(batches[0]), sizes[0]), np.uint8)
        for start, batch in zip(starts[0], batches, strict=False):
            flat = np.ascontiguousarray(batch).reshape(len(batch), -1).view(np.uint8)
            records[:, start : start + flat.shape[1]] = flat
        result = qemu.run(made, header, mcpu, records.tobytes(), repeat=repeat, timeout=timeout)
    written = np.frombuffer(result.outputs, np.uint8).reshape(len(records), sizes[1])
    outputs = tuple(
        written[:, start : start + port.bytes].copy().view(port.dtype).reshape(-1, *port.shape)
        for start, port in zip(starts[1], compiled.outputs, strict=False)
    )
    return outputs[0] if len(outputs) == 1 else outputs


def _starts(ports: Sequence[Port]) -> list[int]:
    """Where each port begins in a record of them all, and last its size."""
    starts = [0]
    for port in ports:
        starts.append(starts[-1] + (port.bytes + _ALIGN - 1) // _ALIGN * _ALIGN)
    return starts


def _adapted(
    compiled: Compiled, made: Path, inputs: Sequence[int], outputs: Sequence[int]
) -> tuple[Path, Path]:
    """An object and a header of a function that takes one input and gives one output."""
    declared = re.search(rf"\b{compiled.name}_run\((.*?), void \*arena", compiled.header)
    assert declared
    places = [f"input + {start}" for start in inputs[:-1]]
    places += [f"output + {start}" for start in outputs[:-1]]
    arguments = [
        f"({text[: text.index('*') + 1]})({place})"
        for text, place in zip(declared[1].split(", "), places, strict=True)
    ]
    source, adapter, both, header = (
        made.with_name(name) for name in ("all.c", "all-adapter.o", "all.o", "all.h")
    )
    # Between outputs, which nobody writes else, and which are compared between runs.
    ends = [start + port.bytes for start, port in zip(outputs, compiled.outputs, strict=False)]
    padding = [i for end, next_ in zip(ends, outputs[1:], strict=True) for i in range(end, next_)]
    source.write_text(_ADAPTER.format(
        name=compiled.name, arguments=", ".join(arguments),
        padding="".join(f"  output[{i}] = 0;\n" for i in padding),
    ))  # fmt: skip
    header.write_text(_HEADER.format(
        arena=compiled.report["arena"], arena_align=compiled.report["arena_align"],
        stack=compiled.report["stack"] + _FRAME_BYTES, input=inputs[-1], output=outputs[-1],
        align=_ALIGN,
    ))  # fmt: skip
    mcpu = compiled.report["mcpu"]
    flags = ["-O1", "-Wno-cast-align", f"-I{made.parent}"]
    toolchain.compile_source(source, adapter, mcpu, *flags)
    toolchain.call([toolchain.find_tool("ld.lld"), "-r", adapter, made, "-o", both])
    return both, header
