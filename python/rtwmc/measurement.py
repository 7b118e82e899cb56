# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What one inference takes: instructions as QEMU counts them, cycles as an estimate."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import qemu
from .compiler import compile
from .cycles import NO_CYCLES, Cycles, table_for

__all__ = ["Estimate", "Layer", "Measurement", "by_layer", "layer_ram", "measure", "read_json", "sample_input"]


@dataclass(frozen=True)
class Estimate:
    """Cycles; `likely` is None where a core issues several instructions at once."""

    least: int
    likely: int | None
    most: int


@dataclass(frozen=True)
class Layer:
    """One layer's share of an inference; sizes in bytes."""

    name: str
    macs: int
    instructions: int
    kernel: str | None = None
    """How its accumulators are computed, where there is a choice."""
    estimated: int | None = None
    """The compiler's estimate of the instructions."""
    estimated_cycles: int | None = None
    """The compiler's estimate of the cycles; `cycles` is from what was executed."""
    cycles: Estimate | None = None
    """None where the core has no timing table."""
    flash: int | None = None
    """Its code and its constants."""
    ram: int | None = None
    """What of the arena is in use, at most, while it runs."""


@dataclass(frozen=True)
class Measurement:
    """One network on one core; sizes in bytes."""

    model: str
    mcpu: str
    macs: int
    instructions: int
    ram: int
    arena: int
    stack: int
    flash: int
    layers: list[Layer]
    """In order of execution; the last, `rest`, is the schedule and helper functions."""
    cycles: Estimate | None = None
    ram_budget: str | None = None
    """As given to the compiler; None if there was none."""
    flash_budget: str | None = None


def read_json(text: str) -> list[Measurement]:
    """What `--json` wrote."""

    def estimate(value: dict[str, Any] | None) -> Estimate | None:
        return Estimate(**value) if value else None

    result = []
    for each in json.loads(text):
        layers = [Layer(**{**layer, "cycles": estimate(layer["cycles"])}) for layer in each["layers"]]
        result.append(Measurement(**{**each, "layers": layers, "cycles": estimate(each["cycles"])}))
    return result


def sample_input(size: int) -> bytes:
    """An int8 input that is the same on every machine."""
    return random.Random(size).randbytes(size)


def _owner(function: str, layers: Sequence[str]) -> str:
    """The layer that a function belongs to: `conv1_row` to `conv1`; `rest` if to none."""
    return max((n for n in layers if function == n or function.startswith(n + "_")), key=len, default="rest")


def by_layer(functions: dict[str, int], layers: Iterable[tuple[str, int]],
             cycles: dict[str, Cycles] | None = None) -> list[Layer]:  # fmt: skip
    """Adds up functions by the layer they belong to.

    functions  instructions by function
    layers     (name, MACs) in order
    cycles     by function
    """
    macs = {**dict(layers), "rest": 0}
    names = [name for name in macs if name != "rest"]
    totals = dict.fromkeys(macs, 0)
    for function, instructions in functions.items():
        totals[_owner(function, names)] += instructions
    taken = dict.fromkeys(macs, NO_CYCLES)
    for function, estimate in (cycles or {}).items():
        owner = _owner(function, names)
        taken[owner] = taken[owner].plus(estimate)
    return [
        Layer(name, macs[name], totals[name], cycles=Estimate(*taken[name]) if cycles else None)
        for name in macs
    ]  # fmt: skip


def layer_ram(report: Mapping[str, Any]) -> dict[str, int]:
    """Bytes of the arena that are in use, at most, while a layer runs."""
    result: dict[str, int] = {}
    for step, index in enumerate(report["schedule"]):
        live = sorted(
            (each["offset"], each["offset"] + each["bytes"])
            for each in report["regions"] if any(first <= step <= last for first, last in each["live"])
        )  # fmt: skip
        used = end = 0
        for low, high in live:  # a map in place shares the bytes of another
            used += max(0, high - max(low, end))
            end = max(end, high)
        name = report["layers"][index]["name"]
        result[name] = max(result.get(name, 0), used)
    return result


def measure(model: Path, mcpu: str, timeout: float = 600.0, **options: Any) -> Measurement:
    """Compiles `model` for `mcpu` and counts one inference.

    timeout  seconds for the run in QEMU
    options  more options of `rtwmc.compile`, such as `ram="4KiB"`

    Raises CompileError, QemuError.
    """
    compiled = compile(model, mcpu=mcpu, name="net", **options)
    report = compiled.report
    with tempfile.TemporaryDirectory(prefix="rtwmc-") as directory:
        compiled.save(directory)
        result = qemu.run(
            Path(directory, "net.o"), Path(directory, "net.h"), mcpu,
            sample_input(report["input_bytes"]), cycles=True, timeout=timeout,
        )  # fmt: skip
    assert result.instructions and result.functions
    known = {layer["name"]: layer for layer in report["layers"]}
    ram = layer_ram(report)
    cycles = result.cycles[0] if result.cycles else None
    table = table_for(mcpu)
    issues_pairs = table is not None and bool(table.pairs)
    layers = []
    for each in by_layer(result.functions[0], [(name, one["macs"]) for name, one in known.items()], cycles):
        if each.cycles and issues_pairs:
            each = replace(each, cycles=replace(each.cycles, likely=None))
        if one := known.get(each.name):
            each = replace(each, kernel=one["kernel"], estimated=one["instructions"],
                           estimated_cycles=one["cycles"], flash=one["code"] + one["constants"], ram=ram.get(each.name, 0))  # fmt: skip
        layers.append(each)
    total = None
    if cycles:
        sums = [sum(each) for each in zip(*cycles.values(), strict=True)]
        total = Estimate(sums[0], None if issues_pairs else sums[1], sums[2])
    return Measurement(
        model=model.stem, mcpu=mcpu, macs=report["macs"], instructions=result.instructions[0],
        ram=report["ram"], arena=report["arena"], stack=report["stack"], flash=report["flash"],
        layers=layers, cycles=total, ram_budget=options.get("ram"), flash_budget=options.get("flash"),
    )  # fmt: skip
