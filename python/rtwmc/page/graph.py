# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The network as a graph: layers in rows, from the input down; pixels.

Who stands where is decided by fast-sugiyama (a layered layout with few crossings); lines that pass
rows go through the places that it leaves free for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .layers import maps, shape

__all__ = ["Drawing", "Node", "draw"]

WIDTH, HEIGHT = 162, 66
_GAP_X, _GAP_Y = 16, 32
_MARGIN = 3


@dataclass(frozen=True)
class Node:
    name: str
    kind: str
    lines: list[tuple[str, str]]
    """What is written on the left and on the right."""
    x: float
    y: float
    tip: str


@dataclass(frozen=True)
class Drawing:
    """`edges` are paths of SVG, `box` the size of each node."""

    box: tuple[int, int]
    width: float
    height: float
    nodes: list[Node]
    edges: list[str]


def _layout(count: int, edges: list[tuple[int, int]]) -> tuple[dict[int, Any], list[list[int]]]:
    """Places of vertices (column, row), and for each edge the vertices it goes through.

    Numbers of `count` and more are places that a line passes.
    """
    from fast_sugiyama import from_edges

    places: dict[int, Any] = {}
    following: dict[int, list[int]] = {}
    shift, unused = 0.0, count
    # It numbers the places that lines pass from the number of vertices on.
    vertices = sorted({vertex for edge in edges for vertex in edge})
    at = {vertex: i for i, vertex in enumerate(vertices)}
    given = sorted({(at[source], at[target]) for source, target in edges})
    # One layout for each part that hangs together, side by side.
    for part, width, _, found in from_edges(given, vertex_spacing=1, dummy_vertices=True):
        names = {
            old: vertices[old] if old < len(vertices) else unused + i
            for i, (old, _) in enumerate(part)
        }
        unused += len(part)
        top = max(y for _, (_, y) in part)
        for old, (x, y) in part:
            places[names[old]] = (x + shift, top - y)
        for source, target in found:
            following.setdefault(names[source], []).append(names[target])
        shift += width + 1
    paths = []
    for source in range(count):
        for target in following.get(source, []):
            path = [source, target]
            while path[-1] >= count:
                path.append(following[path[-1]][0])
            paths.append(path)
    return places, paths


def _curve(points: list[tuple[float, float]]) -> str:
    """A line that leaves and arrives upright."""
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        path += f"C{x0:.1f},{middle:.1f} {x1:.1f},{middle:.1f} {x1:.1f},{y1:.1f}"
    return path


def _tight(sizes: list[int]) -> str:
    return shape(sizes).replace(" ", "")


def _vertices(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Inputs and layers, in order, with what is written on them."""
    layers = {each["name"] for each in report["layers"]}
    read = dict.fromkeys(name for each in report["layers"] for name in each["inputs"])
    ports = {"input" if len(report["inputs"]) == 1 else f"input{i}": port
             for i, port in enumerate(report["inputs"])}  # fmt: skip
    result = []
    for name in read:
        if name in layers:
            continue
        port = ports.get(name)
        if port:
            places = {"arena": "in the arena", "rows": "asked for by rows"}
            place = places.get(report["input"], "caller’s memory")
            lines = [(name, port["type"]), (_tight(port["shape"]), f"{port['bytes']:,} B"), (place, "")]
        else:
            lines = [(name, ""), ("variable,", ""), ("kept from run to run", "")]
        tip = f"{name}: {port['name']}, {port['type']}" if port else f"{name}: kept from run to run"
        result.append({"name": name, "kind": "input", "lines": lines, "tip": tip, "reads": []})
    stores = {each["name"]: each for each in maps(report)}
    for layer in report["layers"]:
        made = stores[layer["name"]]
        kept = f", {made['kept']:.0f} % kept" if made["unit"] else ""
        kernel = layer["kernel"] or "no choice of kernel"
        rows = "packed ring" if made["store"] == "packed-ring" else made["text"]
        size = "" if made["store"] == "external" else f"{made['total']:,} B"
        result.append({
            "name": layer["name"], "kind": made["store"], "reads": layer["inputs"],
            "lines": [(layer["name"], layer["kernel"] or ""), (_tight(made["shape"]), size),
                      (rows, kept.lstrip(", "))],
            "tip": f"{layer['name']}{': ' + layer['source_name'] if layer['source_name'] else ''}\n"
                   f"kernel {kernel}\nmap {made['shown']}, {made['text']}{kept}\n"
                   f"{made['total']:,} bytes in the arena of {made['elements']:,} elements",
        })  # fmt: skip
    return result


def draw(report: Mapping[str, Any]) -> Drawing:
    """The drawing for `report`."""
    vertices = _vertices(report)
    index = {each["name"]: i for i, each in enumerate(vertices)}
    edges = [(index[read], index[each["name"]]) for each in vertices for read in each["reads"]]
    places, paths = _layout(len(vertices), edges)
    # What reads nothing, and is read by nothing, stands apart.
    alone = [vertex for vertex in range(len(vertices)) if vertex not in places]
    right = max((x for x, _ in places.values()), default=-1) + 1
    places.update({vertex: (right, row) for row, vertex in enumerate(alone)})

    def middle(vertex: int) -> tuple[float, float]:
        column, row = places[vertex]
        return (
            _MARGIN + WIDTH / 2 + column * (WIDTH + _GAP_X),
            _MARGIN + HEIGHT / 2 + row * (HEIGHT + _GAP_Y),
        )

    nodes = []
    for i, each in enumerate(vertices):
        x, y = middle(i)
        nodes.append(
            Node(each["name"], each["kind"], each["lines"], x - WIDTH / 2, y - HEIGHT / 2, each["tip"])
        )  # fmt: skip
    curves = []
    for path in paths:
        points = [middle(vertex) for vertex in path]
        (x0, y0), (x1, y1) = points[0], points[-1]
        points[0], points[-1] = (x0, y0 + HEIGHT / 2), (x1, y1 - HEIGHT / 2)
        curves.append(_curve(points))
    return Drawing(
        box=(WIDTH, HEIGHT),
        width=max(middle(v)[0] for v in places) + WIDTH / 2 + _MARGIN,
        height=max(middle(v)[1] for v in places) + HEIGHT / 2 + _MARGIN,
        nodes=nodes, edges=curves,
    )  # fmt: skip
