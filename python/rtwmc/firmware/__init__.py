# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Building images around a compiled network and running them in QEMU."""
