# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Options of `rtwmc-compile` in commands that compile a network on the way."""

from __future__ import annotations

import argparse
from typing import Any

__all__ = ["add_compile_options", "compile_options"]

_PRUNING = ("batch", "alpha", "tau_q", "policy", "plan", "calibration")
_STRIPS = ("max_recompute", "strips")
_NAMES = ("ram", "flash", "lossless", "input", "order", "kernel", *_STRIPS, *_PRUNING)


def add_compile_options(parser: argparse.ArgumentParser) -> None:
    """Adds those that say what code is made, under their own names; --mcpu is not among them."""
    group = parser.add_argument_group("options of rtwmc-compile")
    group.add_argument("--ram", help="budget for arena and stack, such as 4KiB")
    group.add_argument("--flash", help="budget for code and constants")
    group.add_argument("--lossless", action="store_true", help="fail rather than drop anything")
    group.add_argument("--input", choices=("external", "arena", "rows"),
                       help="where the input lives, or that it is asked for row by row")
    group.add_argument("--order", choices=("nhwc", "nchw"), help="stream order of pruned maps")
    group.add_argument("--kernel", help="kernels to force")
    group.add_argument("--max-recompute", type=int, metavar="PERCENT",
                       help="work that may be done again before anything is dropped")  # fmt: skip
    group.add_argument("--strips", metavar="FIRST:LAST:COUNT", help="layers to compute in strips")
    group.add_argument("--batch", type=int, help="elements of the tiny buffer")
    group.add_argument("--alpha", type=float, help="share of the RAM for one pruned map")
    group.add_argument("--tau-q", help="pruning threshold in quantized steps")
    group.add_argument("--policy", choices=("proportional", "paper"), help="quota policy")
    group.add_argument("--plan", metavar="FILE", help="settings of pruning")
    group.add_argument("--calibration", metavar="FILE", help="what dropping loses")


def compile_options(options: argparse.Namespace) -> dict[str, Any]:
    """Those given, as `rtwmc.compile` takes them."""
    given = {name: getattr(options, name) for name in _NAMES}
    return {name: value for name, value in given.items() if value is not None and value is not False}
