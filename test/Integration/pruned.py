# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a pruned network must give: upstream's lowering, cut at each pruned map, with
`rtwmc.reference` in between."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from rtwmc import reference

from areas import Area, read_areas, whole_areas
from network import Network, shape_of
from upstream import CIFACE, Library

__all__ = ["PrunedOracle", "find_map", "prune_map"]


def find_map(network: Network, report: dict, map_: dict) -> tuple[str, Area]:
    """The value of the network that a map of the report is, and which part: what is read of it,
    or all, as the paper's planner and a module that prunes its maps itself store it."""
    batch, height, width, channels = map_["shape"]
    shapes: list[tuple[int, ...]] = [(batch, height, width, channels)]
    if width == 1:  # Maps of one row are stored, and reported, as maps of one column; so are matrices.
        shapes += [(batch, 1, height, channels), (batch, height, channels)]
    if batch == 1:  # Of a batch of matrices, each is a row.
        shapes.append((height, width, channels))

    def is_stored(areas: dict[str, Area], value: str) -> bool:
        if value not in areas:
            return False
        shape = shape_of(network.type_of(value))
        return (shape[0], *(places.count for places in areas[value]), shape[-1]) in shapes

    layer = next(each for each in report["layers"] if each["name"] == map_["name"])
    for areas in (read_areas(network), whole_areas(network)):
        if value := network.map_written(layer["source_name"], partial(is_stored, areas)):
            return value, areas[value]
    raise AssertionError(f"no map {map_['name']} behind %{layer['source_name']}")


def prune_map(values: np.ndarray, by_row: bool, order: str, **setting) -> tuple[np.ndarray, list]:
    """A map of height, width and channels as it is read again, and its pruned units: its rows, or all."""
    if by_row:
        units = reference.prune_rows(values, **setting)
    elif order == "nchw":
        units = [reference.prune(reference.channel_major(values), **setting)]
    else:
        units = [reference.prune(values.reshape(-1), **setting)]
    size = values.size // len(units)
    flat = np.concatenate(
        [reference.unprune(unit.kept, unit.bitmap, size, setting["zero_point"]) for unit in units]
    )
    if order == "nchw":
        height, width, channels = values.shape
        return flat.reshape(channels, height, width).transpose(1, 2, 0), units
    return flat.reshape(values.shape), units


class PrunedOracle:
    """Runs a network with the prunings that a report names."""

    def __init__(self, network: Network, report: dict, folder: Path, stem: str):
        self.network = network
        self.maps = [m for m in report["maps"] if m["unit"]]
        found = [find_map(network, report, m) for m in self.maps]
        self.values = [value for value, _ in found]
        self.areas = [area for _, area in found]
        assert len(set(self.values)) == len(self.values)
        ends = [*self.values, network.output]
        self.library = Library.build(
            {
                f"part{i}": network.function(
                    f"part{i}", until=end, given=tuple(self.values[:i]), attributes=CIFACE
                )
                for i, end in enumerate(ends)
            },
            folder, f"{stem}_pruned",
        )  # fmt: skip

    def run(self, each: np.ndarray) -> tuple[np.ndarray, list[int]]:
        """The output, and how many elements of each pruned map were dropped."""
        given, dropped = [], []
        for number, map_ in enumerate(self.maps):
            shape = shape_of(self.network.type_of(self.values[number]))
            whole = self.library.run(f"part{number}", [each, *given], shape)
            stored = (slice(None), *(places.slice for places in self.areas[number]))
            value = np.ascontiguousarray(whole[stored])
            setting = {key: map_[key] for key in ("batch", "drop", "tau_q", "zero_point", "policy")}
            # A map of one row streams along its columns: its shape is turned.
            turned = value.reshape(map_["shape"][1:])
            after, units = prune_map(turned, map_["unit"] == "row", map_["order"], **setting)
            assert all(len(unit.kept) <= map_["keep"] for unit in units)
            whole[stored] = after.reshape(value.shape)
            given.append(whole)
            dropped.append(sum(unit.dropped for unit in units))
        last = f"part{len(self.maps)}"
        return self.library.run(last, [each, *given], self.network.output_shape), dropped
