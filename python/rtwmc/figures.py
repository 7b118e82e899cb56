# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables and plots of measurements. Plots need `pip install rtwmc[evaluate]`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["markdown", "panels", "percent"]


def percent(value: float | None) -> str:
    """`value` to hundredths, a dash for None."""
    return "-" if value is None else f"{value:.2f}"


def markdown(rows: list[list[str]]) -> str:
    """`rows`, of which the first is the head, as a table; all columns but the first are numbers."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "| --- |" + " ---: |" * (len(rows[0]) - 1))
    return "\n".join(lines) + "\n"


@contextmanager
def panels(path: Path, count: int, images: int) -> Iterator[Any]:
    """Panels side by side to draw accuracies of so many `images` in; written as SVG at the end."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "rtwmc", "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, count, figsize=(4.2 * count, 3.4), squeeze=False)
    yield axes[0]
    for panel in axes[0]:
        panel.grid(alpha=0.3)
        panel.legend(fontsize="x-small")
    axes[0][0].set_ylabel(f"accuracy, % of {images:,} images")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
