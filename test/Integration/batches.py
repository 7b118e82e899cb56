# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares many generated networks with the oracle in one go, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import generate
from compiler import CompileError, compile_network, difference, inputs_for, isolated, run_host
from rtwmc.isolated import CrashError
from upstream import CIFACE, Library

__all__ = ["Job", "run"]

INPUTS = 3
Job = tuple
"""`("network", seed)` or `("chain", seed)`: a generator and its seed."""


def _stem(job: Job) -> str:
    return "_".join(map(str, job))


def run(jobs: list[Job], folder: Path) -> dict[Job, str]:
    """What is wrong with each network, unpruned, on the host: an empty string if nothing."""
    networks = {job: getattr(generate, job[0])(job[1]) for job in jobs}
    oracle = Library.build(
        {_stem(job): n.function(_stem(job), attributes=CIFACE) for job, n in networks.items()},
        folder, f"upstream_{_stem(jobs[0])}",
    )  # fmt: skip
    failures = {}
    for job, network in networks.items():
        try:
            failures[job] = _compare(job, network, oracle, folder)
        except (AssertionError, CompileError, CrashError) as error:
            failures[job] = str(error)
    return failures


def _compare(job: Job, network: generate.Network, oracle: Library, folder: Path) -> str:
    compiled = compile_network(network, folder, stem=_stem(job))
    inputs = inputs_for(network.input_shape, INPUTS, job[1])
    shape = network.output_shape
    got = run_host(compiled, inputs, shape)
    for number, each in enumerate(inputs):
        want = isolated(oracle.run, _stem(job), [each], shape)
        if wrong := difference(got[number], want):
            return f"input {number}: {wrong}"
    return ""
