# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shows where RAM, flash and time of a network go: a page of HTML for people.

    python -m rtwmc.report model.tflite --mcpu cortex-m4 --ram 16KiB -o model.html
    python -m rtwmc.report model.json -o model.html

A model is compiled, as `rtwmc-compile` does with the same options; a report that it wrote
(`--report=model.json`) is only drawn. `rtwmc compile --report=model.html` does both. The page is
one file and needs no network: the arena over time, what each layer costs, what is pruned, and the
network with the store and the kernel that were chosen for each layer. Pointing at a part of a
drawing shows its bytes; so do the tab key and the arrow keys.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import commands
from .compiler import CompileError, compile
from .installed import NotInstalledError
from .options import add_compile_options, compile_options
from .page import PageError, render

__all__ = ["draw", "main"]


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("report", __doc__)
    parser.add_argument("model", type=Path, metavar="MODEL|REPORT.json",
                        help="network (.tflite, .mlir), or a report of one")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="the page (default: the input's name with .html, here)")  # fmt: skip
    parser.add_argument("--mcpu", help="the core (default: cortex-m4)")
    add_compile_options(parser)
    return parser


def _compiled(options: argparse.Namespace) -> Mapping[str, Any]:
    compiled = compile(options.model, mcpu=options.mcpu or "cortex-m4", **compile_options(options))
    if compiled.warnings:
        print(compiled.warnings, file=sys.stderr)
    return compiled.report


def _read(file: Path) -> Mapping[str, Any]:
    try:
        report: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise PageError("not a report of rtwmc-compile") from error
    return report


def _write(name: Path, report: Callable[[], Mapping[str, Any]], output: Path) -> int:
    """Writes the page of what `report` gives, which comes from `name`; the exit status."""
    try:
        output.write_text(render(report()), "utf-8")
    except json.JSONDecodeError as error:
        print(f"error: {name}: not JSON: {error}", file=sys.stderr)
        return 1
    except PageError as error:
        print(f"error: {name}: {error}", file=sys.stderr)
        return 1
    except (CompileError, NotInstalledError, OSError) as error:
        print(f"error: {str(error).removeprefix('error: ')}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"error: {error}: pip install --upgrade rtwmc", file=sys.stderr)
        return 1
    return 0


def draw(report: Path, output: Path) -> int:
    """Writes the page of the report in a file of JSON; says what is wrong, and returns the exit
    status."""
    return _write(report, lambda: _read(report), output)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.report`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    output = options.output or Path(options.model.with_suffix(".html").name)
    if options.model.suffix == ".json":
        given = [*compile_options(options), *(["mcpu"] if options.mcpu else [])]
        if given:
            parser.error(f"--{given[0]}: '{options.model}' is of a network compiled already")
        status = draw(options.model, output)
    else:
        status = _write(options.model, lambda: _compiled(options), output)
    if status == 0:
        print(output)
    return status


if __name__ == "__main__":
    sys.exit(main())
