# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A certificate: what is claimed of an object (docs/certificate.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .failures import CertificateError, RefusedError

__all__ = ["Claims", "Port", "Region", "read_claims"]

MOST_BYTES = 1 << 28
"""Of a caller's memory: the compiler makes no larger arena, and a proof takes memory for each byte."""


@dataclass(frozen=True)
class Port:
    """Memory of the caller; bytes."""

    parameter: str
    bytes: int
    align: int
    rows: int | None = None
    """Of an input that is asked for by rows: no memory, but a function and its context."""


@dataclass(frozen=True)
class Region:
    """Bytes of the arena, and the steps in which they hold something."""

    name: str
    offset: int
    bytes: int
    lives: tuple[tuple[int, int], ...]
    overwrites: str | None
    """The region that it is, too: a map that is overwritten in place."""
    rows: tuple[tuple[int, int], ...] = ()
    """Of a map whose rows are in use apart: the first and the last step of each, one behind the
    other from `offset` on. None: all of it is in use when any is."""

    @property
    def end(self) -> int:
        return self.offset + self.bytes

    def parts(self) -> list[tuple[int, int, tuple[tuple[int, int], ...]]]:
        """Bytes `[low, high)` that are in use together, and when."""
        if not self.rows:
            return [(self.offset, self.end, self.lives)]
        size = self.bytes // len(self.rows)
        return [
            (at, at + size, (life,))
            for at, life in zip(range(self.offset, self.end, size), self.rows, strict=True)
        ]

    def live_at(self, step: int) -> list[tuple[int, int]]:
        """The bytes `[low, high)` that are in use at `step`, apart."""
        found: list[tuple[int, int]] = []
        for low, high, lives in self.parts():
            if not any(first <= step <= last for first, last in lives):
                continue
            if found and found[-1][1] == low:
                low = found.pop()[0]
            found.append((low, high))
        return found

    def shared_step(self, other: Region) -> int | None:
        """A step in which a byte holds something of both."""
        theirs = other.parts()
        for low, high, lives in self.parts():
            for begin, end, others in theirs:
                if high <= begin or end <= low:
                    continue
                for first, last in lives:
                    for start, stop in others:
                        if max(first, start) <= min(last, stop):
                            return max(first, start)
        return None


@dataclass(frozen=True)
class Claims:
    name: str
    mcpu: str
    object_sha256: str
    model_sha256: str
    run: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    arena: Port
    state: Port
    steps: tuple[str, ...]
    """The layer of each step."""
    regions: tuple[Region, ...]
    stack: int
    frames: dict[str, int]
    calls: dict[str, frozenset[str]]
    chain: tuple[str, ...]

    def check(self) -> None:
        """Raises RefusedError where the claims contradict each other, whatever the object is:
        regions in use at the same time overlap, the deepest calls take another stack."""
        for i, region in enumerate(self.regions):
            if region.offset < 0 or region.bytes < 1 or region.end > self.arena.bytes:
                raise RefusedError(
                    f"region '{region.name}': the bytes from {region.offset:,} to {region.end:,} are not "
                    f"in an arena of {self.arena.bytes:,}"
                )
            if region.rows and region.bytes % len(region.rows):
                raise RefusedError(
                    f"region '{region.name}': {region.bytes:,} bytes are not {len(region.rows)} rows"
                )
            for first, last in region.lives + region.rows:
                if not 0 <= first <= last < len(self.steps):
                    raise RefusedError(
                        f"region '{region.name}': no steps {first} to {last} of {len(self.steps)}"
                    )
            for other in self.regions[:i]:
                is_one = (other.offset, other.bytes) == (region.offset, region.bytes)
                if is_one and region.overwrites in (other.name, other.overwrites) and region.overwrites:
                    continue
                if (step := region.shared_step(other)) is not None:
                    raise RefusedError(
                        f"regions '{other.name}' and '{region.name}' overlap, and both are in use at "
                        f"step {step} ({self.steps[step]})"
                    )
        self._check_stack()

    def _check_stack(self) -> None:
        for caller, callee in zip(self.chain, self.chain[1:], strict=False):
            if callee not in self.calls.get(caller, ()):
                raise RefusedError(f"stack: {caller} does not call {callee} in its own list of calls")
        total = sum(self.frames.get(each, 0) for each in self.chain)
        if self.chain[:1] != (self.run,) or (total + 7) // 8 * 8 > self.stack:
            raise RefusedError(
                f"stack: {' -> '.join(self.chain)} takes {total:,} bytes, {self.stack:,} are claimed"
            )


class _Reader:
    """Takes members of JSON, of the type that is expected."""

    def __init__(self, path: Path):
        self.path = path

    def member(self, value: Any, name: str, kind: type, where: str = "") -> Any:
        found = value.get(name) if isinstance(value, dict) else None
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise CertificateError(f"{self.path}: {where}'{name}' is missing, or of another type")
        return found

    def items(self, value: Any, name: str, kind: type, where: str = "") -> list[Any]:
        found = self.member(value, name, list, where)
        if not all(isinstance(each, kind) for each in found):
            raise CertificateError(f"{self.path}: {where}'{name}' has a member of another type")
        return found

    def port(self, value: Any, parameter: str | None = None) -> Port:
        named = parameter or self.member(value, "parameter", str, "a port's ")
        where = f"{named}'s "
        size, align = self.member(value, "bytes", int, where), self.member(value, "align", int, where)
        if not 0 <= size <= MOST_BYTES or align not in (1, 2, 4, 8, 16):
            raise CertificateError(f"{self.path}: {where}'bytes' or 'align' is impossible")
        rows = value.get("rows")
        if rows is not None and (type(rows) is not int or rows < 1 or size % rows):
            raise CertificateError(f"{self.path}: {where}'rows' does not divide its bytes")
        return Port(named, size, align, rows)

    def region(self, value: Any) -> Region:
        name = self.member(value, "name", str, "a region's ")
        where = f"region '{name}': "
        lives = self.items(value, "lives", list, where)
        # A certificate of before there were such maps has none.
        rows = self.items(value, "rows", list, where) if "rows" in value else []
        overwrites = value.get("overwrites")
        if overwrites is not None and not isinstance(overwrites, str):
            raise CertificateError(f"{self.path}: {where}'overwrites' is the name of a region")
        if not all(len(each) == 2 and all(type(one) is int for one in each) for each in lives + rows):
            raise CertificateError(f"{self.path}: {where}'lives' and 'rows' are pairs of steps")
        return Region(
            name, self.member(value, "offset", int, where), self.member(value, "bytes", int, where),
            tuple((first, last) for first, last in lives), overwrites,
            tuple((first, last) for first, last in rows),
        )  # fmt: skip


def read_claims(path: Path) -> Claims:
    """Reads a certificate. Raises CertificateError if it is none, OSError."""
    try:
        value = json.loads(path.read_text())
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"{path}: not JSON: {error}") from None
    read = _Reader(path)
    if read.member(value, "schema", int) != 1:
        raise CertificateError(f"{path}: expects schema 1, the only version there is")
    stack = read.member(value, "stack", dict)
    functions = read.items(stack, "functions", dict, "stack: ")
    frames = {
        read.member(each, "name", str, "function: "): read.member(each, "frame", int, "function: ")
        for each in functions
    }
    return Claims(
        name=read.member(value, "name", str),
        mcpu=read.member(value, "mcpu", str),
        object_sha256=read.member(value, "object_sha256", str),
        model_sha256=read.member(value, "model_sha256", str),
        run=read.member(value, "run", str),
        inputs=tuple(read.port(each) for each in read.items(value, "inputs", dict)),
        outputs=tuple(read.port(each) for each in read.items(value, "outputs", dict)),
        arena=read.port(read.member(value, "arena", dict), "arena"),
        state=read.port(read.member(value, "state", dict), "state"),
        steps=tuple(read.items(value, "steps", str)),
        regions=tuple(read.region(each) for each in read.items(value, "regions", dict)),
        stack=read.member(stack, "bytes", int, "stack: "),
        frames=frames,
        calls={each["name"]: frozenset(read.items(each, "calls", str, "function: ")) for each in functions},
        chain=tuple(read.items(stack, "chain", str, "stack: ")),
    )
