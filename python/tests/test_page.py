# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of the page of a report, and of `rtwmc report`."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import rtwmc
from browser import ask
from rtwmc import cli

page = pytest.importorskip("rtwmc.page")
pytest.importorskip("jinja2")
pytest.importorskip("fast_sugiyama")
from rtwmc.page import arena, graph, layers

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"


@pytest.fixture(scope="module")
def pruned(compiler: None) -> dict[str, Any]:
    return rtwmc.compile(MODELS / "sonicnet_a.mlir", ram=1800, max_recompute=0).report


@pytest.fixture(scope="module")
def residual(compiler: None) -> dict[str, Any]:
    return rtwmc.compile(MODELS / "mlperf-tiny" / "resnet8_int8.mlir").report


class Outline(HTMLParser):
    """Elements that are open, and what the page would load."""

    VOID = {"meta", "input", "link", "img", "br"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "href", "srcset")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())


def test_page_is_complete_and_loads_nothing(pruned: dict[str, Any]) -> None:
    text = page.render(pruned)
    outline = Outline()
    outline.feed(text)
    assert outline.open == [] and outline.loads == ["#arena"]
    assert not re.search(r"@import|url\((?!#)|https?:", text)
    for each in pruned["maps"]:
        assert f">{each['name']}<" in text
    drop = max(each["drop"] for each in pruned["maps"])
    assert drop > 0 and f"{drop:,}" in text and "1,800" in text and pruned["notes"][0] in text.replace("&#39;", "'")


@pytest.mark.parametrize("options", [
    {"order": "nchw", "plan": {"schema": 1, "maps": [{"name": "conv1", "drop": 300}]}},
    {"mode": "paper", "ram": 3000},
])  # fmt: skip
def test_maps_pruned_as_a_whole(compiler: None, options: dict[str, Any]) -> None:
    report = rtwmc.compile(MODELS / "lenet_a.mlir", **options).report
    assert "map of 1,176" in page.render(report) or "map of 4,704" in page.render(report)


def test_page_is_the_same_every_time(residual: dict[str, Any]) -> None:
    assert page.render(residual) == page.render(json.loads(json.dumps(residual)))


def test_names_of_a_model_are_text(pruned: dict[str, Any]) -> None:
    layers = [{**each, "source_name": "</script><b>&"} for each in pruned["layers"]]
    text = page.render({**pruned, "layers": layers, "notes": ["<img src=x>"]})
    assert "<img" not in text and "</script><b>" not in text


def test_ticks() -> None:
    assert arena.ticks(1148) == [0, 200, 400, 600, 800, 1000]
    assert arena.ticks(12288) == [0, 2000, 4000, 6000, 8000, 10000, 12000]
    assert arena.ticks(3) == [0, 1, 2, 3] and arena.ticks(0) == [0]


def test_arena_adds_up(pruned: dict[str, Any], residual: dict[str, Any]) -> None:
    for report in (pruned, residual):
        drawn = arena.draw(report)
        assert max(drawn.live) == drawn.live[drawn.peak] == report["peak"]["bytes"]
        assert sum(each.bytes_at(drawn.peak) for each in drawn.at_peak) == report["peak"]["bytes"]
        assert sum(box.width for _, _, box in drawn.runs) == pytest.approx(100, abs=0.5)
        assert all(box.bottom + box.height <= 100.001 for each in drawn.regions for box in each.boxes)
    # A map in place is drawn with the one below it.
    labels = [each.label for each in arena.draw(residual).regions]
    assert "conv1, add1" in labels and "add1" not in labels


def test_rows_of_a_map_that_slides(compiler: None) -> None:
    """Something else is in the bytes of rows that are read no more: each row has its own times."""
    report = rtwmc.compile(MODELS / "lenet_a.mlir", mcpu="host", input="arena").report
    names = [each["name"] for each in report["regions"] if each["rows"]]
    assert names
    drawn = arena.draw(report)
    assert max(drawn.live) == drawn.live[drawn.peak] == report["peak"]["bytes"] <= report["arena"]
    assert sum(each.bytes_at(drawn.peak) for each in drawn.at_peak) == report["peak"]["bytes"]
    for each in drawn.regions:
        if each.rows:
            assert len(each.boxes) == len(each.rows) and "row by row" in each.when
    # Nothing is drawn over anything else.
    boxes = [box for each in drawn.regions for box in each.boxes]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = a.left + a.width <= b.left + 0.01 or b.left + b.width <= a.left + 0.01
            apart |= a.bottom + a.height <= b.bottom + 0.01 or b.bottom + b.height <= a.bottom + 0.01
            assert apart, (a, b)


def test_costs_by_layer(residual: dict[str, Any]) -> None:
    rows = layers.table(residual, arena.draw(residual).live)
    assert [row.name for row in rows] == [each["name"] for each in residual["layers"]]
    assert max(row.cells["ram"].value for row in rows) == residual["peak"]["bytes"]
    assert max(row.cells["cycles"].of_largest for row in rows) == 100
    assert sum(row.cells["instructions"].of_all for row in rows) == pytest.approx(100)


def test_graph_follows_the_maps(residual: dict[str, Any]) -> None:
    drawn = graph.draw(residual)
    at = {node.name: node for node in drawn.nodes}
    assert list(at) == ["input", *(each["name"] for each in residual["layers"])]
    assert len(drawn.edges) == sum(len(each["inputs"]) for each in residual["layers"])
    for each in residual["layers"]:
        for read in each["inputs"]:
            assert at[read].y + graph.HEIGHT < at[each["name"]].y
    places = [(node.x, node.y) for node in drawn.nodes]
    for i, (x, y) in enumerate(places):
        assert 0 <= x <= drawn.width - graph.WIDTH and 0 <= y <= drawn.height - graph.HEIGHT
        for other in places[:i]:
            assert abs(x - other[0]) >= graph.WIDTH or abs(y - other[1]) >= graph.HEIGHT


def test_layout_of_unconnected_layers() -> None:
    """Networks of several inputs may fall apart, and of some layers nothing is read."""
    # 4 and 5 have no edge; the lines from 0 to 3 and from 6 to 9 pass other rows.
    edges = [(0, 1), (1, 2), (2, 3), (0, 3), (6, 7), (7, 8), (8, 9), (6, 9)]
    places, paths = graph._layout(10, edges)
    assert sorted((path[0], path[-1]) for path in paths) == sorted(edges)
    assert all(vertex >= 10 for path in paths for vertex in path[1:-1])
    assert {len(path) for path in paths if (path[0], path[-1]) in ((0, 3), (6, 9))} == {4}
    assert set(places) & set(range(10)) == {0, 1, 2, 3, 6, 7, 8, 9}
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1100, False)])
def test_in_a_browser(residual: dict[str, Any], tmp_path: Path, width: int, dark: bool) -> None:
    """Nothing overflows, the keyboard reaches every part, and text can be read."""
    answer = ask(page.render(residual), _LOOK, tmp_path, width, dark)
    assert answer["width"] == width and answer["overflow"] <= 0 and answer["loaded"] == 0
    assert answer["stops"] and set(answer["stops"]) == {1}
    assert "2,560 bytes" in answer["focused"] and answer["next"] != answer["focused"]
    assert "ring of 5 rows" in answer["hovered"] and answer["left"]
    assert "generic1" in answer["follows"]
    assert re.match(r"Step 1 of \d+, conv1 runs: [\d,]+ bytes live", answer["now"])
    assert answer["again"].endswith("the peak")
    assert answer["contrast"] >= 4.5
    assert (answer["background"] < 128) == dark
    assert answer["columns"] == (1 if width == 390 else 5)


_LOOK = """
const tip = document.getElementById("tooltip");
const region = document.querySelector(".region[aria-label*='conv1, add1']");
region.focus();
const focused = tip.hidden ? "" : tip.textContent;
const key = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true });
document.activeElement.dispatchEvent(key);
const next = tip.hidden ? "" : tip.textContent;
const over = new PointerEvent("pointermove", { bubbles: true, clientX: 5, clientY: 5 });
document.querySelector(".node[aria-label^='conv1,'] rect").dispatchEvent(over);
const hovered = tip.hidden ? "" : tip.textContent;
document.body.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
const left = tip.hidden;
document.querySelector(".node[aria-label^='generic1']").focus();
await new Promise((done) => setTimeout(done, 100));
const words = tip.getBoundingClientRect();
const follows = scrollY > 0 && !tip.hidden && words.top >= 0 && words.bottom <= innerHeight ? tip.textContent : "";
const now = document.getElementById("now"), step = document.getElementById("step");
step.value = 1;
step.dispatchEvent(new Event("input"));
const first = now.textContent;
document.getElementById("to-peak").click();
const channels = (color) => {
  const [r, g, b] = color.match(/[0-9.]+/g).map(Number);
  return color.startsWith("color(") ? [r, g, b] : [r / 255, g / 255, b / 255];
};
const light = (color) => {
  const [r, g, b] = channels(color).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a, b) => {
  const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
  return (x + 0.05) / (y + 0.05);
};
const style = (selector) => getComputedStyle(document.querySelector(selector));
const card = style("section").backgroundColor, back = style("body").backgroundColor;
const contrast = Math.min(
  ratio(style(".lead").color, card), ratio(style("h2").color, card), ratio(style("dd small").color, back),
  ratio(style(".peak em").color, card),
  ratio(style(".region:not(.helper) .box b").color, style(".region:not(.helper) .box").backgroundColor),
  ratio(style(".node .right").fill, style(".node rect").fill), ratio(style("#tooltip").color, style("#tooltip").backgroundColor));
return {
  width: innerWidth, overflow: document.documentElement.scrollWidth - innerWidth,
  loaded: performance.getEntriesByType("resource").length,
  stops: [...document.querySelectorAll("[data-roving]")].map((group) => group.querySelectorAll("[tabindex='0']").length),
  focused, next, hovered, left, follows, now: first, again: now.textContent, contrast,
  background: 255 * channels(back)[0],
  columns: [...document.querySelectorAll(".bars tbody tr:first-child td:nth-child(n+3)")].filter((cell) => cell.checkVisibility()).length,
};
"""


def test_command(tmp_path: Path, compiler: None, capsys: pytest.CaptureFixture[str],
                 monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    model, out = str(MODELS / "lenet_a.mlir"), tmp_path / "x.html"
    assert cli.main(["report", model, "--mcpu=cortex-m0", "--ram=4KiB", "-o", str(out)]) == 0
    assert "lenet_a" in out.read_text() and "cortex-m0" in out.read_text()
    assert capsys.readouterr().out == f"{out}\n"
    rtwmc.compile(model, mcpu="cortex-m0", ram="4KiB").save(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["report", str(tmp_path / "lenet_a.json")]) == 0
    assert Path("lenet_a.html").read_text() == out.read_text()


def test_compiler_draws_what_it_compiles(
    tmp_path: Path, compiler: None, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out = str(MODELS / "lenet_a.mlir"), tmp_path / "x.o"
    html = tmp_path / "x.html"
    assert cli.main(["compile", model, f"--report={html}", "--ram=4KiB", "-o", str(out)]) == 0
    assert out.read_bytes()[:4] == b"\x7fELF" and html.read_text().startswith("<!DOCTYPE html>")
    page = html.read_text()
    assert cli.main(["compile", model, "--report", str(html), "--ram=4KiB", "-o", str(out)]) == 0
    assert html.read_text() == page
    html.unlink()
    assert cli.main(["compile", model, f"--report={html}", "--ram=100", "-o", str(out)]) == 1
    assert not html.exists()
    nowhere = tmp_path / "none" / "x.html"
    assert cli.main(["compile", model, f"--report={nowhere}", "-o", str(out)]) == 1
    assert "No such file" in capsys.readouterr().err


def test_refusals(tmp_path: Path, pruned: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "x.json"

    def refused(content: str, *options: str) -> str:
        given.write_text(content)
        assert cli.main(["report", str(given), "-o", str(tmp_path / "x.html"), *options]) == 1
        assert not (tmp_path / "x.html").exists()
        return capsys.readouterr().err

    assert "not JSON" in refused("{")
    assert "not a report" in refused("[1]") and "not a report" in refused('{"schema": 1}')
    assert "schema 2" in refused(json.dumps({**pruned, "schema": 2}))
    old = {key: value for key, value in pruned.items() if key != "regions"}
    assert "compile again" in refused(json.dumps(old))
    assert "'arena'" in refused(json.dumps({k: v for k, v in pruned.items() if k != "arena"}))
    assert cli.main(["report", str(tmp_path / "none.mlir")]) == 1
    assert cli.main(["report", str(MODELS / "lenet_a.mlir"), "--ram=100"]) == 1
    assert "the smallest budget that fits" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["report", str(given), "--ram=1KiB"])
    assert "--ram: " in capsys.readouterr().err
