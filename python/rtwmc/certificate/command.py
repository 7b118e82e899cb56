# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command: a proof as a table, as JSON, and as a line of the C header."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import commands
from ..firmware.toolchain import ToolError
from .failures import CertificateError, NotCoveredError, RefusedError
from .proof import Proof, prove

__all__ = ["as_dict", "interval", "main", "table", "write_header"]


def interval(least: int, most: int | None) -> str:
    """`least to most`, the one number that they are, or `at least` if there is no most."""
    if most is None:
        return f"at least {least:,}"
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def table(proof: Proof) -> str:
    """What was proved, for people."""
    claims = proof.claims
    followed = f"{proof.accesses - proof.lost_places:,} of {proof.accesses:,}" if proof.lost else f"all {proof.accesses:,}"
    condition = ", if stores are where they are taken to be" if proof.assumed else ""
    lines = [
        f"{claims.name} for {claims.mcpu}",
        "",
        f"  object        SHA-256 {claims.object_sha256}",
        f"  arena         {claims.arena.bytes:,} bytes, {len(claims.regions)} regions: no two in use at the same "
        f"time overlap; {len(claims.steps):,} steps access only those in use",
        f"  stack         {proof.stack:,} of {claims.stack:,} bytes: {' -> '.join(claims.chain)}",
        f"  accesses      {followed} loads and stores stay where they may be",
        f"  instructions  {interval(proof.least, proof.most)}, for every input{condition}",
    ]
    if proof.cycles:
        lines.append(f"  cycles        an estimate, without wait states: {interval(*proof.cycles)}")
    lines += ["", *_layers(proof), ""]
    lines += [f"not followed: {each.where}: {each.reason}" for each in proof.lost]
    lines += [f"without a bound: the loop at {each}" for each in proof.unbounded]
    lines.append("proved" if proof.is_complete else "proved, but for what is listed")
    return "\n".join(lines)


def _layers(proof: Proof) -> list[str]:
    width = max(map(len, [*proof.layers, "layer"]))
    heads = ["at least", "at most"] + (["cycles, est.", "at most"] if proof.cycles else [])
    lines = [f"  {'layer':<{width}}  " + "  ".join(f"{head:>12}" for head in heads)]
    for name, counts in proof.layers.items():
        cells = [*counts, *(proof.layer_cycles[name] if proof.cycles else ())]
        lines.append(f"  {name:<{width}}  " + "  ".join(f"{'no bound' if c is None else f'{c:,}':>12}" for c in cells))
    return lines


def as_dict(proof: Proof) -> dict[str, Any]:
    """For JSON."""
    claims = proof.claims
    return {
        "schema": 1,
        "name": claims.name,
        "mcpu": claims.mcpu,
        "object_sha256": claims.object_sha256,
        "model_sha256": claims.model_sha256,
        "complete": proof.is_complete,
        "arena": claims.arena.bytes,
        "stack": proof.stack,
        "instructions": {"least": proof.least, "most": proof.most, "certain": proof.is_bound_certain},
        "estimated_cycles": _ends(proof.cycles),
        "layers": [
            {"name": name, "least": least, "most": most, "estimated_cycles": _ends(proof.layer_cycles.get(name))}
            for name, (least, most) in proof.layers.items()
        ],
        "accesses": proof.accesses,
        "not_followed": [{"where": each.where, "what": each.reason} for each in proof.lost],
        "unbounded": proof.unbounded,
    }


def _ends(cycles: tuple[int, int | None] | None) -> dict[str, int | None] | None:
    return {"least": cycles[0], "most": cycles[1]} if cycles else None


def write_header(proof: Proof, path: Path) -> None:
    """Adds the most instructions of a run to the C header, and the estimate of their cycles, or says
    them anew. Raises CertificateError where there are none that are certain, or if it is another
    header; OSError."""
    if not proof.is_bound_certain:
        raise CertificateError(f"{path}: not changed: the most instructions are not certain")
    text = path.read_text()
    prefix = proof.claims.name.upper()
    before = re.search(rf"^#define {prefix}_RAM_BYTES .*\n", text, re.MULTILINE)
    if not before:
        raise CertificateError(f"{path}: not the header of '{proof.claims.name}'")
    text = re.sub(rf"/\* [^*]* \*/\n#define {prefix}_(MAX_INSTRUCTIONS|ESTIMATED_MAX_CYCLES) .*\n", "", text)
    lines = f"/* The most instructions that a run executes, for every input. */\n#define {prefix}_MAX_INSTRUCTIONS {proof.most}\n"
    if proof.cycles and proof.cycles[1] is not None:
        lines += (
            "/* An estimate of the cycles that they take at most, without wait states. */\n"
            f"#define {prefix}_ESTIMATED_MAX_CYCLES {proof.cycles[1]}\n"
        )
    text = text[: before.end()] + lines + text[before.end() :]
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    try:
        os.chmod(file.name, path.stat().st_mode)
        os.replace(file.name, path)
    except OSError:
        os.unlink(file.name)
        raise


def _parser() -> argparse.ArgumentParser:
    from . import __doc__ as documentation

    parser = commands.parser("certificate", documentation)
    parser.add_argument("object", metavar="OBJECT", type=Path)
    parser.add_argument("certificate", metavar="CERTIFICATE", type=Path,
                        help="what rtwmc-compile --certificate wrote")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--header", metavar="FILE", type=Path,
                        help="add the most instructions of a run, and an estimate of their cycles, to this C header")  # fmt: skip
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.certificate`; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        proof = prove(options.object, options.certificate)
        if options.header:
            write_header(proof, options.header)
    except RefusedError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    except NotCoveredError as error:
        print(f"not covered: {error}", file=sys.stderr)
        return 2
    except (CertificateError, ToolError, OSError, UnicodeDecodeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(json.dumps(as_dict(proof), indent=2) if options.json else table(proof))
    return 0 if proof.is_complete else 3
