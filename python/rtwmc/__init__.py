# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run-time working-memory compression for int8 networks on microcontrollers."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .compiler import BudgetError, Compiled, CompileError, Port, Report, compile, smallest_budget

    __version__: str

__all__ = ["BudgetError", "CompileError", "Compiled", "Port", "Report", "compile", "smallest_budget"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module(".version", __name__).version()
    # Only on use: python3 -m rtwmc.qemu runs where NumPy is not installed.
    if name in __all__:
        return getattr(import_module(".compiler", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
