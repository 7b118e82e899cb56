# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables of what `benchmark` measured, for the terminal and as the page docs/performance.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from . import cycles
from .anchors import CMSIS_NN, SILICON
from .figures import markdown
from .measurement import Estimate, Measurement
from .networks import NETWORKS

__all__ = ["layer_table", "page", "summary"]

COMMAND = "python3 -m rtwmc.benchmark --page docs/performance.md --json docs/results/performance.json"
_NAMES = {each.name: each.title for each in NETWORKS.values()} | {
    "resnet8_int8": "ResNet-8", "dscnn_kws_int8": "DS-CNN",
}  # fmt: skip


def _ratio(m: Measurement) -> float | None:
    """How many times more instructions CMSIS-NN takes."""
    theirs = CMSIS_NN.get(m.model, {}).get(m.mcpu)
    return theirs / m.instructions if theirs else None


def _line(widths: Sequence[int], cells: Sequence[str]) -> str:
    """Names to the left, numbers to the right: a negative width is of a name."""
    padded = (f"{c:<{-w}}" if w < 0 else f"{c:>{w}}" for w, c in zip(widths, cells, strict=True))
    return " ".join(padded).rstrip()


def _cells(estimate: Estimate | None) -> list[str]:
    if not estimate:
        return ["-", "-", "-"]
    return ["-" if each is None else f"{each:,}" for each in (estimate.likely, estimate.least, estimate.most)]


def summary(measurements: Iterable[Measurement]) -> str:
    """A line for each network and core."""
    widths = (-15, -13, 10, 12, 7, 12, 6, 12, 12, 12, 7, 8)
    lines = [
        _line(widths, ["network", "core", "MACs", "instructions", "per MAC", "CMSIS-NN", "ratio", "est. cycles",
                       "est. least", "est. most", "RAM", "flash"])
    ]  # fmt: skip
    for m in measurements:
        theirs, ratio = CMSIS_NN.get(m.model, {}).get(m.mcpu), _ratio(m)
        lines.append(_line(widths, [
            m.model, m.mcpu, f"{m.macs:,}", f"{m.instructions:,}", _per(m.instructions, m.macs),
            f"{theirs:,}" if theirs else "-", f"{ratio:.2f}" if ratio else "-", *_cells(m.cycles), f"{m.ram:,}",
            f"{m.flash:,}",
        ]) + _within(m))  # fmt: skip
    return "\n".join(lines)


def _within(m: Measurement) -> str:
    budgets = [f"{what} {each}" for what, each in (("RAM", m.ram_budget), ("flash", m.flash_budget)) if each]
    return f"  within {', '.join(budgets)}" if budgets else ""


def _size(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _per(count: int, macs: int) -> str:
    return f"{count / macs:.2f}" if macs else "-"


def layer_table(m: Measurement) -> str:
    """A line for each layer of one network on one core."""
    widths = (-16, -10, 10, 12, 6, 7, 12, 12, 12, 12, 8, 7)
    lines = [
        f"{m.model} on {m.mcpu}",
        "  " + _line(widths, ["layer", "kernel", "MACs", "instructions", "share", "per MAC", "estimated",
                              "est. cycles", "est. least", "est. most", "flash", "RAM"]),
    ]  # fmt: skip
    for layer in m.layers:
        lines.append("  " + _line(widths, [
            layer.name, layer.kernel or "-", f"{layer.macs:,}", f"{layer.instructions:,}",
            f"{layer.instructions / m.instructions:.1%}", _per(layer.instructions, layer.macs),
            _size(layer.estimated), *_cells(layer.cycles), _size(layer.flash), _size(layer.ram),
        ]))  # fmt: skip
    return "\n".join(lines)


# The page.


def _core(mcpu: str) -> str:
    return mcpu.removeprefix("cortex-").replace("plus", "+").upper()


def _millions(count: float) -> str:
    return f"{count / 1e6:.2f}"


def _range(estimate: Estimate | None, scale: Callable[[float], str]) -> str:
    """A range without a middle where there is none."""
    if not estimate:
        return "-"
    ends = f"{scale(estimate.least)} to {scale(estimate.most)}"
    return ends if estimate.likely is None else f"**{scale(estimate.likely)}** ({ends})"


def _by_core(measurements: Sequence[Measurement], cell: Callable[[Measurement], str]) -> str:
    """A line for each network, a column for each core."""
    cores = list(dict.fromkeys(m.mcpu for m in measurements))
    rows = [["", *(_core(each) for each in cores)]]
    for model in dict.fromkeys(m.model for m in measurements):
        found = {m.mcpu: cell(m) for m in measurements if m.model == model}
        rows.append([_NAMES.get(model, model), *(found.get(each, "-") for each in cores)])
    return markdown(rows)


def _instructions(m: Measurement) -> str:
    ratio = _ratio(m)
    theirs = f" ({_millions(CMSIS_NN[m.model][m.mcpu])}, {ratio:.1f}x)" if ratio else ""
    return f"**{_millions(m.instructions)}**{theirs}"


def _silicon(measurements: Sequence[Measurement]) -> str:
    rows = [["", "core", "ours, estimated", "published, measured"]]
    for m in measurements:
        published = SILICON.get(m.model, {}).get(m.mcpu)
        if published and m.cycles:
            ours = _range(m.cycles, lambda count, macs=m.macs: f"{count / macs:.2f}")  # type: ignore[misc]
            theirs = ", ".join(f"{who} {figure:g}" for who, figure in published)
            rows.append([_NAMES.get(m.model, m.model), _core(m.mcpu), ours, theirs])
    return markdown(rows)


def _layers(m: Measurement) -> str:
    rows = [["layer", "kernel", "MACs", "instructions", "cycles, estimated", "flash", "RAM"]]
    for layer in m.layers:
        rows.append([layer.name, layer.kernel or "-", f"{layer.macs:,}", f"{layer.instructions:,}",
                     _range(layer.cycles, lambda count: f"{count:,.0f}"), _size(layer.flash), _size(layer.ram)])  # fmt: skip
    return markdown(rows)


_PAGE = """\
# Performance

This page is made by a command, from what it measured:

    {command}

(with `PYTHONPATH=python` in the tree, a build, and QEMU; a minute or two). The same figures are in
[results/performance.json](results/performance.json), those of all layers among them; `python3 -m rtwmc.benchmark
MODEL --cores cortex-m4 --layers` prints them for a model of yours.

- **Instructions** are those that one inference executes, counted in QEMU: exact, repeatable, and no measure of time on
  its own.
- **Cycles are an estimate**: the timing table of the core over what was executed, with memory without wait states.
  Nothing here was measured on silicon. [Below](#cycles) is what goes into it.
- RAM is arena and stack, flash is code and constants, in bytes. Nothing is dropped, and results are the same, bit for
  bit, with every kernel.

## Instructions

Millions, of one inference, without budgets; in brackets what Arm's CMSIS-NN 19.1 takes for the same network and bits,
counted the same way (the best of 13 compilers and flags, with none of TensorFlow Lite Micro's own), and how many times
as many that is.

{instructions}
Within RAM and flash of the boards that the paper has for its networks:
{boards}.

{bounded}
## RAM and flash

The runs of the first table; RAM, flash.

{memory}
## Cycles

Millions, estimated, of the runs of the first table: about, and in brackets the ends of what the tables leave open. Where a
core issues two instructions at once there are the ends alone. On M0 and M0+ the upper end is that of a core built
with the multiplier of 32 cycles.

{cycles}
Cycles per multiply-accumulate, beside what engines publish in MLPerf Tiny. Theirs are measured, on silicon with wait
states and caches, and not by us; they show where a product's figures are, not who is faster.

{silicon}
What goes into the estimate:

- QEMU counts how often each block of instructions runs, how often it ends in a branch that is taken, and how many
  words and halfwords are loaded from addresses that take more than one transfer.
- Each instruction takes what its core's table says. On M3 and M4 a load or store behind a load takes a cycle less, as the
  manual describes; an address that the instruction before it computes takes a cycle more; a branch refills the pipeline
  in 1 to 3 cycles, taken as 2; a transfer beyond the first takes one.
- Not in it: wait states of flash, contention of instruction and data, interrupts, mispredicted branches, caches.

{sources}
The compiler's own estimate, by which it chooses kernels, is in the [report](report.md): it is read off the loops that it
emits, before registers are assigned.

## Layers of ResNet-8 on the M4

{layers}"""


def page(measurements: Sequence[Measurement]) -> str:
    """The page, from the networks on all cores and those within the paper's boards."""
    free = [m for m in measurements if not m.ram_budget]
    bounded = [m for m in measurements if m.ram_budget]
    example = next((m for m in free if (m.model, m.mcpu) == ("resnet8_int8", "cortex-m4")), None)
    boards = {_NAMES.get(m.model, m.model): f"{_kib(m.ram_budget)} and {_kib(m.flash_budget)}" for m in bounded}
    sources = [["core", "from"]]
    sources += [[_core(m), cycles.TABLES[m].source] for m in dict.fromkeys(m.mcpu for m in free) if m in cycles.TABLES]
    return _PAGE.format(
        command=COMMAND, instructions=_by_core(free, _instructions),
        boards=", ".join(f"{name} {each}" for name, each in boards.items()),
        bounded=_by_core(bounded, lambda m: f"{_millions(m.instructions)}"),
        memory=_by_core(free, lambda m: f"{m.ram:,}, {m.flash:,}"),
        cycles=_by_core(free, lambda m: _range(m.cycles, _millions)), silicon=_silicon(free),
        sources=markdown(sources).replace("---: |", "--- |"), layers=_layers(example) if example else "",
    )  # fmt: skip


def _kib(budget: str | None) -> str:
    return (budget or "").replace("KiB", " KiB")
