# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Proves from an object and its certificate alone what the certificate claims.

    python -m rtwmc.certificate lenet.o lenet.cert.json
    python -m rtwmc.certificate lenet.o lenet.cert.json --header lenet.h

The compiler writes the certificate (`rtwmc-compile --certificate=FILE`); none of its code is used
here. What is proved: bytes of the arena that are in use at the same time never overlap, each step
accesses only those that are; loads and stores stay in arena, stack, constants, inputs, outputs
and state; the stack is what is claimed; and how many instructions a run executes at least and at
most, for every input. The cycles that these take are an estimate, from the timing tables of the
cores. With --header, NAME_MAX_INSTRUCTIONS and NAME_ESTIMATED_MAX_CYCLES are added to the C header.

The exit status is 0 if all of it is proved, 1 if the object is not what is claimed, 2 where
nothing can be said, and 3 if nothing is wrong but something could not be followed: it is listed.
Needs pyelftools and llvm-objdump.
"""

from __future__ import annotations

from .command import main
from .failures import CertificateError, NotCoveredError, RefusedError
from .proof import Lost, Proof, prove

__all__ = ["CertificateError", "Lost", "NotCoveredError", "Proof", "RefusedError", "main", "prove"]
