# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run-time working-memory compression for int8 networks on microcontrollers."""

from .compiler import BudgetError, Compiled, CompileError, Report, compile

__version__ = "0.1.0"
__all__ = ["BudgetError", "CompileError", "Compiled", "Report", "compile"]
