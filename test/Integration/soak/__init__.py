# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs random work of many kinds for as long as it is told, and keeps what fails. See docs/soak.md."""
