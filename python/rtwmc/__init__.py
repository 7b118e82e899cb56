# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run-time working-memory compression for int8 networks on microcontrollers."""

__version__ = "0.1.0"
