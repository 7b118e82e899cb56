# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The arena over time: which bytes hold what in which step.

Boxes are in percent of the drawing: steps from left to right, bytes from the bottom up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

__all__ = ["HUES", "Arena", "Box", "Region", "Tick", "draw", "hues", "ticks"]

# Colours in style.css; layers take them in turn, so that neighbours differ.
HUES = 8

_PARTS = {
    "rows": "rows", "values": "kept values", "bitmap": "bitmap",
    "buffer": "tiny buffer", "state": "state of the pruner", "pixel": "a pixel to be pruned",
    "cursors": "cursors", "window": "window",
    "accumulators": "accumulators", "scratch": "scratch",
}  # fmt: skip
# What a layer needs while it runs, beside the maps.
_HELPERS = {"buffer", "state", "pixel", "cursors", "window", "accumulators", "scratch"}


@dataclass(frozen=True)
class Box:
    """One time in which a region, or a row of it, holds something; percent."""

    left: float
    width: float
    bottom: float = 0
    height: float = 0


@dataclass(frozen=True)
class Region:
    """Bytes of the arena, and the steps in which they hold something."""

    label: str
    what: str
    hue: int
    helper: bool
    offset: int
    bytes: int
    live: list[list[int]]
    rows: list[list[int]]
    """The steps of each row, where others are in the bytes of the rest meanwhile."""
    boxes: list[Box]

    def bytes_at(self, step: int) -> int:
        """Those that hold something, of a region that does."""
        if not self.rows:
            return self.bytes
        return self.bytes // len(self.rows) * sum(first <= step <= last for first, last in self.rows)

    def at(self, step: int) -> bool:
        return any(first <= step <= last for first, last in self.live)

    @property
    def when(self) -> str:
        first, last = self.live[0][0] + 1, self.live[-1][1] + 1
        if first == last:
            return f"step {first}"
        times = f", {len(self.live)} times" if len(self.live) > 1 else ""
        times += ", row by row" if self.rows else ""
        return f"steps {first:,} to {last:,}{times}"

    @property
    def tip(self) -> str:
        return (
            f"{self.label}: {self.what}\n{self.bytes:,} bytes, from {self.offset:,} on\n{self.when}"
        )


@dataclass(frozen=True)
class Tick:
    label: str
    at: float


@dataclass(frozen=True)
class Arena:
    """The drawing. `live` is bytes by step; `runs` says which layer runs when."""

    regions: list[Region]
    live: list[int]
    runs: list[tuple[str, int, Box]]
    schedule: Sequence[int]
    names: list[str]
    peak: int
    peak_at: float
    bytes_ticks: list[Tick]
    step_ticks: list[Tick]

    @property
    def at_peak(self) -> list[Region]:
        return [each for each in reversed(self.regions) if each.at(self.peak)]


def hues(report: Mapping[str, Any]) -> dict[str, int]:
    """The colour of each layer, by its name."""
    return {each["name"]: i % HUES for i, each in enumerate(report["layers"])}


def ticks(size: int, count: int = 7) -> list[int]:
    """About `count` round numbers from 0 to `size`."""
    steps = (k * 10**zeros for zeros in range(18) for k in (1, 2, 5))
    step = next(each for each in steps if size / each <= count)
    return list(range(0, size + 1, step))


def _merged(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Regions, with maps that overwrite others in place joined to those."""
    in_place = {each["name"] for each in report["maps"] if each["store"] == "in-place"}
    merged: list[dict[str, Any]] = []
    for each in report["regions"]:
        place = (each["offset"], each["bytes"])
        under = next(
            (other for other in merged
             if each["name"] in in_place and (other["offset"], other["bytes"]) == place
             and other["live"][0][0] <= each["live"][0][0] <= other["live"][-1][1] + 1),
            None,
        )  # fmt: skip
        if under:
            under["label"] += f", {each['name']}"
            under["live"] = _union(under["live"] + each["live"])
            under["rows"] = [
                [min(a, c), max(b, d)]
                for (a, b), (c, d) in zip(under["rows"], each.get("rows", ()), strict=True)
            ]
        else:
            label = each["layer"] or each["name"]
            live = _union(each["live"])
            merged.append({**each, "label": label, "live": live, "rows": each.get("rows", [])})
    return sorted(merged, key=lambda each: (each["offset"], each["live"][0][0]))


def _union(intervals: list[list[int]]) -> list[list[int]]:
    """`intervals` in order and apart."""
    result: list[list[int]] = []
    for first, last in sorted(intervals):
        if result and first <= result[-1][1] + 1:
            result[-1][1] = max(result[-1][1], last)
        else:
            result.append([first, last])
    return result


def draw(report: Mapping[str, Any]) -> Arena:
    """The drawing for `report`, which has regions."""
    schedule = report["schedule"]
    steps, size = max(len(schedule), 1), max(report["arena"], 1)
    colours = hues(report)

    def box(times: list[int], offset: int = 0, height: int = 0) -> Box:
        first, last = times
        at, width = 100 * first / steps, 100 * (last + 1 - first) / steps
        return Box(round(at, 3), round(width, 3), round(100 * offset / size, 3), round(100 * height / size, 3))

    def boxes(each: Mapping[str, Any]) -> list[Box]:
        if not each["rows"]:
            return [box(times, each["offset"], each["bytes"]) for times in each["live"]]
        height = each["bytes"] // len(each["rows"])
        return [box(times, each["offset"] + row * height, height) for row, times in enumerate(each["rows"])]

    regions = [
        Region(
            label=each["label"], what=_PARTS.get(each["part"], each["part"]),
            hue=colours.get(each["layer"], HUES - 1), helper=each["part"] in _HELPERS,
            offset=each["offset"], bytes=each["bytes"], live=each["live"], rows=each["rows"],
            boxes=boxes(each),
        )
        for each in _merged(report)
    ]  # fmt: skip
    live = [0] * len(schedule)
    for region in regions:
        for first, last in region.live:
            for step in range(first, last + 1):
                live[step] += region.bytes_at(step)
    names = [each["name"] for each in report["layers"]]
    runs, begin = [], 0
    for layer, group in groupby(schedule):
        end = begin + len(list(group))
        runs.append((names[layer], colours[names[layer]], box([begin, end - 1])))
        begin = end
    peak = report["peak"]["step"]
    return Arena(
        regions=regions, live=live, runs=runs, schedule=schedule, names=names, peak=peak,
        peak_at=round(100 * (peak + 0.5) / steps, 3),
        bytes_ticks=[Tick(f"{t:,}", 100 * t / size) for t in ticks(report["arena"])],
        step_ticks=[Tick(f"{t or 1:,}", 100 * max(t - 0.5, 0.5) / steps) for t in ticks(steps, 5)],
    )  # fmt: skip
