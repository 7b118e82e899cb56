# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables and plots of measurements. Plots need `pip install rtwmc[evaluate]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["bars", "curves", "markdown", "panels", "percent", "steps"]


def percent(value: float | None) -> str:
    """`value` to hundredths, a dash for None."""
    return "-" if value is None else f"{value:.2f}"


def markdown(rows: list[list[str]]) -> str:
    """`rows`, of which the first is the head, as a table; all columns but the first are numbers."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "| --- |" + " ---: |" * (len(rows[0]) - 1))
    return "\n".join(lines) + "\n"


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "rtwmc", "svg.fonttype": "none"})
    from matplotlib import pyplot

    return pyplot


def _write(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    _pyplot().close(figure)


def bars(path: Path, names: Sequence[str], series: Mapping[str, Sequence[int]], label: str) -> None:
    """A group of bars for each of `names`, with its values written to them; as SVG."""
    figure, axes = _pyplot().subplots(figsize=(7.2, 0.5 + 0.22 * len(names) * (len(series) + 1)))
    width = 1 / (len(series) + 1)
    for i, (title, values) in enumerate(series.items()):
        drawn = axes.barh([n + i * width for n in range(len(names))], values, width, label=title)
        axes.bar_label(drawn, [f"{value:,}" for value in values], padding=3, fontsize="x-small")
    axes.set_yticks([n + width * (len(series) - 1) / 2 for n in range(len(names))], names)
    axes.invert_yaxis()
    axes.set_xlabel(label)
    axes.margins(x=0.12)
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    axes.legend(fontsize="x-small")
    _write(figure, path)


def curves(
    path: Path, label: str, x: Sequence[float], marks: Mapping[str, float],
    series: Mapping[str, Sequence[float]],
) -> None:  # fmt: skip
    """A panel for each of `series` over `x`, of which `label` says what it is; as SVG.

    `marks` are places of `x` with a name.
    """
    figure, axes = _pyplot().subplots(1, len(series), figsize=(4.2 * len(series), 3.4), squeeze=False)
    for panel, (title, values) in zip(axes[0], series.items(), strict=True):
        # Between two budgets, the smaller plan fits.
        panel.plot(x, values, marker=".", drawstyle="steps-post")
        for name, at in marks.items():
            panel.axvline(at, color="gray", linestyle=":", linewidth=1)
            panel.annotate(name, (at, 0.02), xycoords=("data", "axes fraction"), rotation=90,
                           fontsize="x-small", ha="right", va="bottom", color="gray")  # fmt: skip
        panel.set_ylabel(title)
        panel.set_xlabel(label)
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
    _write(figure, path)


def steps(
    path: Path, x_label: str, y_label: str, series: Mapping[str, tuple[Sequence[float], Sequence[float]]]
) -> None:
    """A line for each of `series`, of x and y; what is good for one x is for larger ones; as SVG."""
    figure, axes = _pyplot().subplots(figsize=(7.2, 3.8))
    for name, (x, y) in series.items():
        axes.plot(x, y, marker="o", markersize=4, drawstyle="steps-post", label=name)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend(fontsize="x-small")
    _write(figure, path)


@contextmanager
def panels(path: Path, count: int, images: int) -> Iterator[Any]:
    """Panels side by side to draw accuracies of so many `images` in; written as SVG at the end."""
    figure, axes = _pyplot().subplots(1, count, figsize=(4.2 * count, 3.4), squeeze=False)
    yield axes[0]
    for panel in axes[0]:
        panel.grid(alpha=0.3)
        panel.legend(fontsize="x-small")
    axes[0][0].set_ylabel(f"accuracy, % of {images:,} images")
    _write(figure, path)
