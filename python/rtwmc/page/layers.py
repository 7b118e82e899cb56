# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What each layer costs, what each map takes, and what is dropped of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from .arena import hues

__all__ = ["COLUMNS", "Cell", "Row", "maps", "pruned", "shape", "store", "table"]

COLUMNS = {
    "ram": "RAM", "flash": "Flash", "macs": "MACs", "instructions": "Instructions",
    "cycles": "Cycles",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A number, as percent of the largest of its column and of all of them."""

    value: int
    of_largest: float
    of_all: float
    tip: str


@dataclass(frozen=True)
class Row:
    name: str
    source: str
    hue: int
    kernel: str
    cells: dict[str, Cell]


def table(report: Mapping[str, Any], live: Sequence[int]) -> list[Row]:
    """A row for each layer; `live` is bytes by step, of which the most count as its RAM."""
    values: dict[str, list[int]] = {key: [] for key in COLUMNS}
    for index, layer in enumerate(report["layers"]):
        during = [live[t] for t, runs in enumerate(report["schedule"]) if runs == index]
        values["ram"].append(max(during, default=0))
        values["flash"].append(layer["code"] + layer["constants"])
        for key in ("macs", "instructions", "cycles"):
            values[key].append(layer[key])
    colours = hues(report)
    rows = []
    for index, layer in enumerate(report["layers"]):
        tips = {
            "ram": f"{values['ram'][index]:,} bytes of the arena are live while it runs, at most",
            "flash": f"code {layer['code']:,} bytes, constants {layer['constants']:,}",
            "macs": f"{layer['macs']:,} multiply-accumulates in {layer['steps']:,} steps",
            "instructions": f"about {layer['instructions']:,} instructions",
            "cycles": f"about {layer['cycles']:,} cycles without wait states",
        }
        cells = {}
        for key, column in values.items():
            value = column[index]
            of_all = 100 * value / (sum(column) or 1)
            share = "" if key == "ram" else f"\n{of_all:.1f} % of all"
            cells[key] = Cell(
                value, round(100 * value / (max(column) or 1), 2), of_all,
                f"{layer['name']}: {tips[key]}{share}",
            )  # fmt: skip
        rows.append(
            Row(layer["name"], layer["source_name"], colours[layer["name"]], layer["kernel"] or "",
                cells)
        )  # fmt: skip
    return rows


def shape(sizes: Sequence[int]) -> str:
    """`14 x 14 x 6`, without a batch of 1 and the ones behind it."""
    rest = list(sizes[1:] if len(sizes) > 1 and sizes[0] == 1 else sizes)
    while len(rest) > 1 and rest[0] == 1:
        rest.pop(0)
    return " × ".join(map(str, rest))


def store(each: Mapping[str, Any]) -> str:
    """How a map is stored, in a few words."""
    rows = f"{each['rows']:,} row{'s' if each['rows'] != 1 else ''}"
    words = {
        "none": "not stored", "ring": f"ring of {rows}", "dense": "whole", "packed": "packed",
        "packed-ring": f"packed ring of {rows}", "in-place": "in place", "external": "caller’s memory",
    }  # fmt: skip
    return words.get(each["store"], str(each["store"]))


def _bytes(each: Mapping[str, Any]) -> int:
    return sum(each["bytes"].values())


def maps(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each map with `text` of its store, `shown` shape, `total` bytes and share `kept`."""
    result = []
    for each in report["maps"]:
        of = each["drop"] + each["keep"]
        result.append({
            **each, "text": store(each), "shown": shape(each["shape"]), "total": _bytes(each),
            "elements": prod(each["shape"]), "of": of, "kept": 100 * each["keep"] / (of or 1),
        })  # fmt: skip
    return result


def pruned(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The maps of which something is dropped at run time."""
    return [each for each in maps(report) if each["unit"]]
