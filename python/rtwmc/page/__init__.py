# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A report as a page to look at: one file of HTML that needs no network.

    from rtwmc.page import render
    Path("lenet.html").write_text(render(rtwmc.compile("lenet.tflite").report))

The template is Jinja2's, which escapes what comes from the model; drawings are elements of HTML,
placed in percent, and SVG, so that they follow the width of the window and the colours of the
reader's system, and so that each of their parts can have the keyboard's focus. Plotting libraries
that draw in the browser are some megabytes of script and draw on a canvas, where neither works.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from . import arena, graph, layers, summary

__all__ = ["PageError", "render"]


class PageError(ValueError):
    """A report that a page cannot be made of; str() says why."""


def render(report: Mapping[str, Any]) -> str:
    """The page of a report (docs/report.md). Raises `PageError` for what is none.

    Needs Jinja2 and fast-sugiyama.
    """
    import jinja2

    _check(report)
    files = resources.files(__package__)
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["n"] = lambda number: f"{number:,}"
    template = environment.from_string((files / "template.html").read_text("utf-8"))
    try:
        drawn = arena.draw(report)
        return template.render(
            report=report,
            style=(files / "style.css").read_text("utf-8"),
            script=(files / "script.js").read_text("utf-8"),
            summary=summary.summarize(report),
            arena=drawn,
            columns=layers.COLUMNS,
            layers=layers.table(report, drawn.live),
            pruned=layers.pruned(report),
            maps=layers.maps(report),
            graph=graph.draw(report),
        )
    except (KeyError, IndexError, TypeError) as error:
        raise PageError(f"not a report of this version: {error!r}") from error


def _check(report: Any) -> None:
    if not isinstance(report, Mapping) or "maps" not in report or "layers" not in report:
        raise PageError("not a report of rtwmc-compile")
    if report.get("schema") != 1:
        raise PageError(f"a report of schema {json.dumps(report.get('schema'))}; this reads schema 1")
    if "regions" not in report:
        raise PageError("the report is of a compiler that did not write 'regions' yet; compile again")
