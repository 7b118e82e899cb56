# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The head of the page: memories against their budgets, and the figures of one inference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Memory", "Part", "Summary", "summarize"]


@dataclass(frozen=True)
class Part:
    name: str
    bytes: int
    percent: float


@dataclass(frozen=True)
class Memory:
    """RAM or flash. `parts` are percent of the budget, without one of what is used."""

    name: str
    used: int
    budget: int | None
    parts: list[Part]

    @property
    def percent(self) -> int | None:
        return None if not self.budget else round(100 * self.used / self.budget)


@dataclass(frozen=True)
class Summary:
    title: str
    memories: list[Memory]
    figures: list[tuple[str, str, str]]
    """Name, value, and what is to be said of it."""


def _memory(name: str, used: int, budget: int | None, parts: Mapping[str, int]) -> Memory:
    whole = max(budget or 0, used, 1)
    shown = [Part(key, size, round(100 * size / whole, 3)) for key, size in parts.items() if size]
    return Memory(name, used, budget, shown)


def summarize(report: Mapping[str, Any]) -> Summary:
    """The head for `report`."""
    budget = report["budget"]
    ram = {key: report[key] for key in ("arena", "state", "stack")}
    flash = {key: report[key] for key in ("code", "constants")}
    losses = [(each["drop"] / (each["drop"] + each["keep"]), each["name"])
              for each in report["maps"] if each["unit"]]  # fmt: skip
    if losses:
        share, name = max(losses, key=lambda loss: loss[0])
        dropped = (f"{len(losses)} map{'s' if len(losses) > 1 else ''}",
                   f"{name} loses {100 * share:.0f} % at least")  # fmt: skip
    else:
        dropped = ("Nothing", "the result is exact")
    return Summary(
        title=f"{report['name']} on {report['mcpu']}",
        memories=[
            _memory("RAM", report["ram"], budget["ram"], ram),
            _memory("Flash", report["flash"], budget["flash"], flash),
        ],
        figures=[
            ("Multiply-accumulates", f"{report['macs']:,}", "of one inference"),
            ("Instructions", f"{report['instructions']:,}", "estimate"),
            ("Cycles", f"{report['cycles']:,}", "estimate, no wait states"),
            ("Pruned", dropped[0], dropped[1]),
        ],
    )  # fmt: skip
