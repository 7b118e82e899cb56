# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shows where RAM, flash and time of a network go: a page of HTML for people.

    python -m rtwmc.report model.tflite --mcpu cortex-m4 --ram 16KiB -o model.html
    python -m rtwmc.report model.json -o model.html

A model is compiled, as `rtwmc-compile` does with the same options; a report that it wrote
(`--report=model.json`) is only drawn. The page is one file and needs no network: the arena over
time, what each layer costs, what is pruned, and the network with the store and the kernel that
were chosen for each layer. Pointing at a part of a drawing shows its bytes; so do the tab key and
the arrow keys.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import commands
from .compiler import CompileError, compile
from .installed import NotInstalledError
from .options import add_compile_options, compile_options
from .page import PageError, render

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("report", __doc__)
    parser.add_argument("model", type=Path, metavar="MODEL|REPORT.json",
                        help="network (.tflite, .mlir), or a report of one")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="the page (default: the input's name with .html, here)")  # fmt: skip
    parser.add_argument("--mcpu", help="the core (default: cortex-m4)")
    add_compile_options(parser)
    return parser


def _report(options: argparse.Namespace, parser: argparse.ArgumentParser) -> Mapping[str, Any]:
    given = compile_options(options)
    if options.mcpu:
        given["mcpu"] = options.mcpu
    if options.model.suffix != ".json":
        compiled = compile(options.model, **given)
        if compiled.warnings:
            print(compiled.warnings, file=sys.stderr)
        return compiled.report
    if given:
        parser.error(f"--{next(iter(given))}: '{options.model}' is of a network compiled already")
    try:
        report: Mapping[str, Any] = json.loads(options.model.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise PageError("not a report of rtwmc-compile") from error
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.report`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    output = options.output or Path(options.model.with_suffix(".html").name)
    try:
        page = render(_report(options, parser))
        output.write_text(page, "utf-8")
    except json.JSONDecodeError as error:
        print(f"error: {options.model}: not JSON: {error}", file=sys.stderr)
        return 1
    except PageError as error:
        print(f"error: {options.model}: {error}", file=sys.stderr)
        return 1
    except (CompileError, NotInstalledError, OSError) as error:
        print(f"error: {str(error).removeprefix('error: ')}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"error: {error}: pip install --upgrade rtwmc", file=sys.stderr)
        return 1
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
