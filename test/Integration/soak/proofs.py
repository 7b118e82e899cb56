# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Certificates: proved of random networks, as QEMU counts; damaged ones never end in a crash."""

from __future__ import annotations

import hashlib
import json
import random
import sys
from pathlib import Path

from compiler import CORES, MORE_CORES, Compiled, compile_network, inputs_for, refusal, smallest_budget
from rtwmc import qemu
from rtwmc.certificate import NotCoveredError, prove

from . import strict
from .mutate import mutated
from .networks import PRUNED, compile_paper, generated, prune_options

__all__ = ["damaged_proof", "proof"]

# The object is followed round by round.
_MACS = 10_000
_MUTANTS = 4
# A proof ends by itself after about half of that.
_SECONDS = 60
_CERTIFICATE = Path("net.cert")
_WAYS = ("lossless", "least")


def _certified(random_: random.Random, folder: Path,
               ways: tuple[str, ...]) -> tuple[Compiled, str, tuple[int, ...]]:  # fmt: skip
    """With its certificate in `folder`, its core, and the shape of its input: without a budget,
    within the least, or as the paper's planner has it, which takes longest to prove."""
    network = generated(random_, _MACS, kinds=PRUNED)[2]
    mcpu = random_.choice([*CORES, *MORE_CORES])
    certificate = f"--certificate={folder / _CERTIFICATE}"
    how = random_.choice(ways)
    compiled = None
    if how == "paper":
        compiled = compile_paper(random_, network, folder, certificate, mcpu=mcpu)
    if not compiled:
        options = [*prune_options(random_), certificate]
        if how == "least":
            refused = refusal(network, folder, "--ram=1", *options, mcpu=mcpu)
            options.append(f"--ram={smallest_budget(refused)}")
        compiled = compile_network(network, folder, *options, mcpu=mcpu)
    return compiled, mcpu, network.input_shape


def proof(seed: int, folder: Path) -> int:
    """Nothing of it is refused, and no input takes more or less instructions than is proved."""
    compiled, mcpu, shape = _certified(random.Random(seed), folder, (*_WAYS, "paper"))
    try:
        proved = prove(compiled.object, _CERTIFICATE)
    except NotCoveredError as error:
        print(f"{mcpu}: {error}")
        return 0
    inputs = inputs_for(shape, 4, seed)
    counted = qemu.run(
        compiled.object, compiled.header, mcpu, inputs.tobytes(), count=True
    ).instructions  # fmt: skip
    assert proved.least <= min(counted), f"{mcpu}: {min(counted)}, at least {proved.least} are proved"
    assert proved.most is None or proved.most >= max(counted), (
        f"{mcpu}: {max(counted)}, at most {proved.most} are proved"
    )
    return 1


def damaged_proof(seed: int, folder: Path) -> int:
    """Another certificate, or another object of which it has the hash."""
    random_ = random.Random(seed)
    compiled, _, _ = _certified(random_, folder, _WAYS)
    whole, certificate = compiled.object.read_bytes(), _CERTIFICATE.read_bytes()
    made = Path("damaged.o")
    for _ in range(_MUTANTS):
        made.write_bytes(whole)
        claims = certificate
        if random_.random() < 0.5:
            claims = mutated(random_, certificate, True)
        else:
            made.write_bytes(mutated(random_, whole, False))
            members = json.loads(certificate)
            members["object_sha256"] = hashlib.sha256(made.read_bytes()).hexdigest()
            claims = json.dumps(members).encode()
        Path("damaged.cert").write_bytes(claims)
        done = strict.limited(
            [sys.executable, "-m", "rtwmc.certificate", "damaged.o", "damaged.cert"], codes=(0, 1, 2, 3),
            seconds=_SECONDS,
        )  # fmt: skip
        if not done.stdout + done.stderr:
            strict.fail(done, f"exit status {done.returncode} without a word")
    return _MUTANTS
