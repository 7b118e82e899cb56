# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The kinds of work, by name."""

from __future__ import annotations

import shutil

from .damaged import damaged_bytecode, damaged_json, damaged_mlir, damaged_tflite, flags
from .job import Function
from .maps import maps
from .networks import paper, paper_on_core, pruned, pruned_on_core, strips, tflite, tflite_on_core, tosa
from .proofs import damaged_proof, proof
from .same import same

__all__ = ["KINDS"]

KINDS: dict[str, Function] = {
    "tosa": tosa,
    "pruned": pruned,
    "paper": paper,
    "strips": strips,
    "tflite": tflite,
    "maps": maps,
    "damaged-mlir": damaged_mlir,
    "damaged-mlirbc": damaged_bytecode,
    "damaged-tflite": damaged_tflite,
    "damaged-json": damaged_json,
    "flags": flags,
    "same": same,
    "damaged-proof": damaged_proof,
}
if shutil.which("qemu-system-arm"):
    KINDS |= {"pruned-core": pruned_on_core, "paper-core": paper_on_core,
              "tflite-core": tflite_on_core, "proof": proof}  # fmt: skip
