# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs compiled networks on emulated cores, from arrays to arrays, as `Compiled.run` does here."""

from __future__ import annotations

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
# Of a reader in it, with the arguments for that.
_READER_BYTES = 24

# The harness runs functions with one input and one output, and no state. Here these are all of
# them behind each other, of each run; the runs are one but for the state, which has to last.
_ADAPTER = """
#include "{name}.h"
{reader}
int rtwmc_all_run(const int8_t *input, int8_t *output, void *arena);
int rtwmc_all_run(const int8_t *input, int8_t *output, void *arena) {{
{reset}  for (int run = 0; run != {runs}; ++run) {{
    const int8_t *in = input + run * {input};
    int8_t *out = output + run * {output};
    for (int i = 0; i != {output}; ++i)
      out[i] = 0; /* between outputs, too */
{readers}    if ({name}_run({arguments}) != 0)
      return 1;
{ends}  }}
  return 0;
}}
"""
# Gives rows, each once and in order.
_READER = """
struct reader {
  const int8_t *bytes;
  int32_t rows, row_bytes, next;
};

static inline int read_row(void *context, int32_t row, void *destination) {
  struct reader *reader = context;
  if (row != reader->next || row >= reader->rows)
    return 2;
  ++reader->next;
  for (int32_t i = 0; i != reader->row_bytes; ++i)
    ((int8_t *)destination)[i] = reader->bytes[row * reader->row_bytes + i];
  return 0;
}
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
    size = len(batches[0])
    with tempfile.TemporaryDirectory(prefix="rtwmc-") as folder:
        made, header, _ = compiled.save(folder)
        mcpu, state = compiled.report["mcpu"], compiled.report["state"]
        starts = [0, compiled.inputs[0].bytes], [0, compiled.outputs[0].bytes]
        if state or len(compiled.inputs) + len(compiled.outputs) > 2:
            starts = _starts(compiled.inputs), _starts(compiled.outputs)
            made, header = _adapted(compiled, made, *starts, runs=size if state else 1)
        records = np.zeros((size, starts[0][-1]), np.uint8)
        for start, batch in zip(starts[0], batches, strict=False):
            flat = np.ascontiguousarray(batch).reshape(size, -1).view(np.uint8)
            records[:, start : start + flat.shape[1]] = flat
        result = qemu.run(made, header, mcpu, records.tobytes(), repeat=repeat, timeout=timeout)
    written = np.frombuffer(result.outputs, np.uint8).reshape(size, starts[1][-1])
    outputs = tuple(
        written[:, start : start + port.bytes].copy().view(port.dtype).reshape(-1, *port.shape)
        for start, port in zip(starts[1], compiled.outputs, strict=False)
    )
    return outputs[0] if len(outputs) == 1 else outputs


def _starts(ports: Sequence[Port]) -> list[int]:
    """Where each port begins in a record of them all, and last its size."""
    starts = [0]
    for port in ports:
        starts.append(_aligned(starts[-1] + port.bytes, _ALIGN))
    return starts


def _aligned(size: int, align: int) -> int:
    return (size + align - 1) // align * align


def _adapted(
    compiled: Compiled, made: Path, inputs: Sequence[int], outputs: Sequence[int], runs: int
) -> tuple[Path, Path]:
    """An object and a header of a function that takes one input and gives one output: of `runs`
    runs, with the state behind the arena."""
    report, name = compiled.report, compiled.name
    arguments, readers, ends = [], "", ""
    for i, (port, start) in enumerate(zip(compiled.inputs, inputs, strict=False)):
        if port.rows is None:
            arguments.append(f"(const {port.dtype}_t *)(in + {start})")
            continue
        sizes = f"{port.rows}, {port.bytes // port.rows}"
        readers += f"    struct reader reader{i} = {{in + {start}, {sizes}, 0}};\n"
        # None are asked for of an input that nothing depends on.
        ends += f"    if (reader{i}.next != 0 && reader{i}.next != reader{i}.rows)\n      return 2;\n"
        arguments.append(f"read_row, &reader{i}")
    for port, start in zip(compiled.outputs, outputs, strict=False):
        arguments.append(f"({port.dtype}_t *)(out + {start})")
    arguments.append("arena")
    arena, align, reset = report["arena"], report["arena_align"], ""
    if report["state"]:
        align = max(align, report["state_align"])
        state = f"(char *)arena + {_aligned(arena, align)}"
        arena = _aligned(arena, align) + report["state"]
        reset = f"  if ({name}_reset({state}) != 0)\n    return 1;\n"
        arguments.append(state)
    source, adapter, both, header = (
        made.with_name(file) for file in ("rtwmc-all.c", "rtwmc-adapter.o", "rtwmc-all.o", "rtwmc-all.h")
    )
    source.write_text(_ADAPTER.format(
        name=name, reader=_READER if readers else "", arguments=", ".join(arguments), reset=reset,
        readers=readers, ends=ends, runs=runs, input=inputs[-1], output=outputs[-1],
    ))  # fmt: skip
    stack = report["stack"] + _FRAME_BYTES
    if readers:
        own = report["callback_stack"] + qemu.READER_STACK_BYTES
        stack = max(report["stack"], own) + _FRAME_BYTES + len(compiled.inputs) * _READER_BYTES
    header.write_text(_HEADER.format(
        arena=arena, arena_align=align, stack=stack, align=_ALIGN,
        input=runs * inputs[-1], output=runs * outputs[-1],
    ))  # fmt: skip
    flags = ["-O1", "-fno-builtin", "-Wno-cast-align", f"-I{made.parent}"]
    toolchain.compile_source(source, adapter, report["mcpu"], *flags)
    toolchain.call([toolchain.find_tool("ld.lld"), "-r", adapter, made, "-o", both])
    return both, header
