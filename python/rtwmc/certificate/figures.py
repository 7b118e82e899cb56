# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is proved of networks, beside what QEMU counts: the table of docs/certificate.md.

    python -m rtwmc.certificate.figures
    python -m rtwmc.certificate.figures --page docs/certificate.md

Each network under test/models is compiled, its certificate proved, and run in QEMU on inputs that
take different ways. --page writes the table into that page. This needs the compiler and QEMU; the
proof itself needs neither.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from .. import commands, installed, qemu
from .command import interval
from .failures import CertificateError
from .proof import Proof, prove

__all__ = ["main", "probes"]

_MODELS = Path(__file__).resolve().parents[3] / "test" / "models"
_PRUNED = ("--ram=600", "--max-recompute=0")
_NETWORKS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("lenet_a", ("m0", "m3", "m4", "m55"), ()),
    ("lenet_a", ("m0", "m4"), _PRUNED),
    ("sonicnet_a", ("m4", "m55"), ()),
    ("sparsenet_a", ("m4", "m55"), ()),
    ("mlperf-tiny/resnet8_int8", ("m0", "m3", "m4", "m7", "m33", "m55"), ()),
    ("mlperf-tiny/dscnn_kws_int8", ("m0", "m3", "m4", "m55"), ()),
)
"""Networks, their cores, and how they are compiled."""
_HEAD = (
    "| network | core | least | QEMU | most | loads and stores followed | seconds |\n"
    "| --- | --- | --- | --- | --- | --- | --- |\n"
)


def probes(size: int) -> np.ndarray:
    """Inputs that take different ways through code that branches on data, int8, one a row of `size`
    bytes: random, all at either end of the range, about zero, alternating."""
    rng = np.random.default_rng(0)
    return np.stack([
        rng.integers(-128, 128, size), np.full(size, -128), np.full(size, 127),
        rng.normal(0, 20, size).clip(-128, 127), np.where(np.arange(size) % 2, 127, -128),
    ]).astype(np.int8)  # fmt: skip


def _row(model: Path, mcpu: str, flags: Sequence[str], folder: Path) -> str:
    """A line of the table. Raises CertificateError, QemuError, CalledProcessError."""
    thing, header, claims = folder / "net.o", folder / "net.h", folder / "net.json"
    command = [installed.tool("rtwmc-compile"), model, f"--mcpu={mcpu}", "--name=net", "-o", thing,
               f"--certificate={claims}", *flags]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    begin = time.process_time()
    proof: Proof = prove(thing, claims)
    seconds = time.process_time() - begin
    inputs = probes(proof.claims.inputs[0].bytes).tobytes()
    counts = qemu.run(thing, header, mcpu, inputs, count=True).instructions
    name = " ".join([model.stem, *(f"`{flag}`" for flag in flags)])
    most = "no bound" if proof.most is None else f"{proof.most:,}"
    followed = f"{proof.accesses - proof.lost_places:,} of {proof.accesses:,}"
    found = interval(min(counts), max(counts))
    return f"| {name} | {mcpu} | {proof.least:,} | {found} | {most} | {followed} | {seconds:.1f} |\n"


def _rows() -> Iterator[str]:
    for name, cores, flags in _NETWORKS:
        for core in cores:
            with tempfile.TemporaryDirectory() as folder:
                yield _row(_MODELS / f"{name}.mlir", f"cortex-{core}", flags, Path(folder))


def _replace(page: Path, table: str) -> None:
    """Raises ValueError if the page has no such table, OSError."""
    before, head, after = page.read_text().partition(_HEAD)
    if not head:
        raise ValueError(f"{page}: has no such table")
    lines = after.splitlines(keepends=True)
    while lines and lines[0].startswith("|"):
        lines.pop(0)
    page.write_text(before + table + "".join(lines))


def main(arguments: Sequence[str] | None = None) -> int:
    parser: argparse.ArgumentParser = commands.parser("certificate.figures", __doc__)
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the table into this page")
    options = parser.parse_args(arguments)
    table = _HEAD
    try:
        for row in _rows():
            print(row, end="", flush=True)
            table += row
        if options.page:
            _replace(options.page, table)
    except subprocess.CalledProcessError as error:
        print(f"error: {error.stderr.decode().strip()}", file=sys.stderr)
        return 1
    except (CertificateError, installed.NotInstalledError, qemu.QemuError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
