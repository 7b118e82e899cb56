# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Proves what a certificate claims of an object, from the two alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from ..cycles import NO_CYCLES, table_for
from ..disassembly import DisassemblyError, Instruction, UnknownInstructionError, disassemble
from . import values
from .claims import Claims, Port, read_claims
from .cost import NOTHING, Cost
from .execution import Execution
from .failures import CertificateError, NotCoveredError, RefusedError
from .machine import ASSUMED, Accesses, Area, State
from .objectfile import ObjectFile
from .recording import STACK
from .values import Value

__all__ = ["Lost", "Proof", "prove"]

_CORES = ("cortex-m0", "cortex-m0plus", "cortex-m23", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33",
          "cortex-m35p", "cortex-m52", "cortex-m55", "cortex-m85")  # fmt: skip


@dataclass(frozen=True)
class Lost:
    """A load or a store whose address is not known well enough."""

    where: str
    reason: str

    @property
    def may_hit_anything(self) -> bool:
        """Whether it is a store of which not even the area is certain."""
        return self.reason.startswith("store") and not self.reason.endswith("region in use")


@dataclass
class Proof:
    """What was proved; bytes and instructions."""

    claims: Claims
    least: int
    most: int | None
    """None if no bound was found."""
    unbounded: list[str]
    """The loops for which there is none."""
    accesses: int
    """Loads and stores of the code, by place."""
    lost: list[Lost]
    stack: int
    cycles: tuple[int, int | None] | None = None
    """An estimate of what the instructions take, from the core's timing table; None if it has none."""
    layers: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """The instructions of the steps of each layer, at least and at most."""
    layer_cycles: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """The same of the cycles."""

    @property
    def is_complete(self) -> bool:
        return not self.lost and self.most is not None

    @property
    def assumed(self) -> bool:
        """Whether stores are taken to stay where they begin: all that is proved rests on that."""
        return any(each.reason.endswith(ASSUMED) for each in self.lost)

    @property
    def is_bound_certain(self) -> bool:
        """Whether `most` holds without a word about where stores go."""
        return self.most is not None and not any(each.may_hit_anything for each in self.lost)

    @property
    def lost_places(self) -> int:
        return len({each.where for each in self.lost})


def prove(made: Path, certificate: Path) -> Proof:
    """Without assuming anything; where that ends in nothing, with stores that may reach beyond
    their region taken to stay there, which are listed then.

    Raises RefusedError where the object is not what is claimed, NotCoveredError where nothing can
    be said, CertificateError and OSError where the files cannot be read."""
    claims = read_claims(certificate)
    if claims.mcpu.partition("+")[0] not in _CORES:
        raise NotCoveredError(f"objects for {claims.mcpu} are not covered; {', '.join(_CORES)} are")
    claims.check()
    contents = ObjectFile(made)
    if contents.sha256 != claims.object_sha256:
        raise RefusedError(f"{made.name} is not the object of the certificate: its SHA-256 is {contents.sha256}")
    prover = _Prover(contents, claims)
    try:
        proof = prover.prove()
    except (NotCoveredError, RefusedError):
        if not prover.accesses.reaches:
            raise
    else:
        if proof.most is not None or not prover.accesses.reaches:
            return proof
    # A store that may change what the code counts with leaves nothing to count.
    try:
        return _Prover(contents, claims, assumes=True, work=prover.work).prove()
    except RefusedError as error:
        # It may be a way that no input takes.
        raise NotCoveredError(f"also with stores taken to stay where they begin, {error}") from None


def _finite(count: float) -> int | None:
    return None if math.isinf(count) else int(count)


def _code(made: Path, mcpu: str) -> dict[str, list[Instruction]]:
    try:
        return disassemble(made, mcpu)
    except UnknownInstructionError as error:
        raise NotCoveredError(str(error)) from None
    except DisassemblyError as error:
        raise CertificateError(str(error)) from None


class _Prover:
    def __init__(self, made: ObjectFile, claims: Claims, assumes: bool = False, work: int = 0):
        self.made, self.claims = made, claims
        self.step = 0
        self.code = _code(made.path, claims.mcpu)
        self.timing = table_for(claims.mcpu)
        self.accesses = Accesses(made, self._areas(), self.timing.splits if self.timing else NO_CYCLES)
        self.accesses.assumes = assumes
        self.layers: dict[str, Cost] = {}
        self.begun = NOTHING
        """What was executed before the step."""
        self.asked = {each.parameter: 0 for each in claims.inputs if each.rows}
        """By input: the rows that were asked for."""
        self._run = Execution(
            made, self.code, self.timing, self.accesses, self._on_call, self._on_return, self._read_row,
        )  # fmt: skip
        # Both ways to prove it take no longer than one may.
        self._run.walk.work = work

    @property
    def work(self) -> int:
        """What was done for loops of which it is not known when they end (`Walk.work`)."""
        return self._run.walk.work

    def _areas(self) -> dict[str, Area]:
        claims, ports = self.claims, self._ports()
        areas = {
            STACK: Area(-claims.stack, 4 * max(0, len(ports) - 4), True, "the stack"),
            "arena": Area(0, claims.arena.bytes, True, "the arena"),
            "state": Area(0, claims.state.bytes, True, "the state"),
        }
        for each in claims.inputs:
            if each.rows:
                continue
            areas[f"input {each.parameter}"] = Area(0, each.bytes, False, f"the input '{each.parameter}'")
        for each in claims.outputs:
            areas[f"output {each.parameter}"] = Area(0, each.bytes, True, f"the output '{each.parameter}'")
        for name, port in ports:
            values.declare(name, port.align)
        values.declare(STACK, 8)
        for index, section in self.made.sections.items():
            name = f"section {index}"
            values.declare(name, section.align)
            what = f"the constants in {section.name}"
            areas[name] = Area(0, len(section.data), False, what, section.data, index)
        return areas

    def _ports(self) -> list[tuple[str, Port]]:
        claims = self.claims
        ports: list[tuple[str, Port]] = []
        for each in claims.inputs:
            name = each.parameter
            if each.rows:
                ports += [(f"reader {name}", Port(name, 0, 1)), (f"context {name}", Port(name, 0, 1))]
            else:
                ports.append((f"input {name}", each))
        ports += [(f"output {each.parameter}", each) for each in claims.outputs]
        ports.append(("arena", claims.arena))
        if claims.state.bytes:
            ports.append(("state", claims.state))
        return ports

    def prove(self) -> Proof:
        claims = self.claims
        if claims.run not in self.made.functions:
            raise RefusedError(f"the object has no function '{claims.run}'")
        run = self._run
        self._begin_step()
        end = run.run(claims.run, [values.exact(name) for name, _ in self._ports()])
        self._end_step()
        if self.step != len(claims.steps):
            raise RefusedError(f"{claims.run} has {self.step} steps, {len(claims.steps)} are claimed")
        for each in claims.inputs:
            if each.rows and self.asked[each.parameter] not in (0, each.rows):
                raise RefusedError(
                    f"{claims.run} asks for {self.asked[each.parameter]} of {each.rows} rows of '{each.parameter}'"
                )
        self._prove_reset(run)
        self._check_stack(run)
        lost = [Lost(where, reason) for where, reason in sorted(self.accesses.lost)]
        layers = {name: (cost.least, _finite(cost.most)) for name, cost in self.layers.items()}
        proof = Proof(
            claims, end.cost.least, _finite(end.cost.most), sorted(run.walk.unbounded),
            len(self.accesses.followed), lost, run.deepest, layers=layers,
        )  # fmt: skip
        if self.timing:
            proof.cycles = end.cost.fastest, _finite(end.cost.slowest)
            proof.layer_cycles = {name: (cost.fastest, _finite(cost.slowest)) for name, cost in self.layers.items()}
        return proof

    def _prove_reset(self, run: Execution) -> None:
        """Also what sets the state is within its memory."""
        reset = self.claims.name + "_reset"
        if reset in self.made.functions:
            run.on_call = run.on_return = lambda state, depth: None
            run.run(reset, [values.exact("state")])

    # Steps: the calls of the network's function, in order.

    def _begin_step(self) -> None:
        claims = self.claims
        step = min(self.step, len(claims.steps) - 1)
        self.accesses.live[:] = [live for each in claims.regions for live in each.live_at(step)]
        self.accesses.touched[:] = bytes(claims.arena.bytes)

    def _end_step(self) -> None:
        touched = self.accesses.touched
        for low, high in self.accesses.live:
            touched[low:high] = bytes(high - low)
        if any(touched):
            at = touched.index(1)
            step = min(self.step, len(self.claims.steps) - 1)
            raise RefusedError(
                f"step {step} ({self.claims.steps[step]}) accesses byte {at:,} of the arena, where no "
                "region is in use"
            )

    def _on_call(self, state: State, depth: int) -> None:
        if depth != 1:
            return
        self._end_step()
        if self.step == len(self.claims.steps):
            raise RefusedError(f"{self.claims.run} has more steps than the {self.step} that are claimed")
        self._begin_step()
        self.begun = state.cost

    def _on_return(self, state: State, depth: int) -> None:
        if depth != 1:
            return
        self._end_step()
        if math.isinf(state.cost.most) and self.accesses.is_provisional:
            raise NotCoveredError("no bound is found without an assumption")
        layer = self.claims.steps[self.step]
        self.layers[layer] = self.layers.get(layer, NOTHING).plus(state.cost.since(self.begun))
        self.step += 1
        self._begin_step()

    def _read_row(self, where: str, callee: Value, state: State) -> None:
        """A row of an input, as the caller gives it: it is written where the code says. Runs in
        which it is refused end sooner and are not counted."""
        for port in self.claims.inputs:
            if port.rows and callee == values.exact(f"reader {port.parameter}"):
                break
        else:
            raise RefusedError(f"{where}: a call of nothing that a caller gives")
        context, row, destination = state.registers[:3]
        if context != values.exact(f"context {port.parameter}"):
            raise RefusedError(f"{where}: '{port.parameter}' is asked for rows with another context")
        assert port.rows
        if row != self.asked[port.parameter] or row == port.rows:
            raise RefusedError(
                f"{where}: asks for row {row} of '{port.parameter}' where row "
                f"{self.asked[port.parameter]} of {port.rows} is next"
            )
        self.asked[port.parameter] += 1
        self.accesses.block(state, destination, port.bytes // port.rows, True, where, True)
        state.registers[0] = 0

    def _check_stack(self, run: Execution) -> None:
        claims = self.claims
        for name, function in self.made.functions.items():
            if name not in claims.frames:
                raise RefusedError(f"stack: nothing is claimed of {name}")
            calls = self.made.calls(function) | run.walk.calls.get(name, set())
            if calls != claims.calls[name]:
                raise RefusedError(
                    f"stack: {name} calls {', '.join(sorted(calls)) or 'nothing'}, not "
                    f"{', '.join(sorted(claims.calls[name])) or 'nothing'}"
                )
            if name in run.frames and run.frames[name] != claims.frames[name]:
                raise RefusedError(
                    f"stack: {name} takes {run.frames[name]:,} bytes, not {claims.frames[name]:,}"
                )
        if extra := set(claims.frames) - set(self.made.functions):
            raise RefusedError(f"stack: the object has no function '{min(extra)}'")
        if run.deepest > claims.stack:
            raise RefusedError(f"stack: a run takes {run.deepest:,} bytes, {claims.stack:,} are claimed")
