# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random networks against what computes them otherwise: upstream's lowering, the reference of
pruning, TensorFlow Lite Micro; on this machine, and on emulated cores."""

from __future__ import annotations

import random
from pathlib import Path

import batches
import generate
import tflite_random
from compiler import (
    CORES, MORE_CORES, Compiled, CompileError, compile_network, difference, inputs_for, isolated,
    smallest_budget,
)  # fmt: skip
from network import Network
from pruned import PrunedOracle
from test_pruning import MODELS, PAPER, budgets, check
from test_qemu_networks import run_core
from test_strips import check as check_strips

__all__ = ["PRUNED", "compile_paper", "generated", "paper", "paper_on_core", "prune_options", "pruned",
           "pruned_on_core", "strips", "tflite", "tflite_on_core", "tosa"]  # fmt: skip

_CORES = [*CORES, *MORE_CORES]
_TFLITE = [kind for kind in tflite_random.KINDS if kind not in tflite_random.KNOWN]
# Starting upstream's tools takes longer than most networks do.
_AT_ONCE = 4
# Convolutions with a ReLU are what can be pruned.
PRUNED = "network chain chain"
# Every map has room in it.
_UNBOUNDED = 1 << 20
# Where the paper's planner has no answer: it knows of no alternative to pruning a map as a whole.
_NOT_PAPER = ("no budget fits", "this map cannot be pruned")
# A generator that finds that sums would leave 32 bits gives up.
_SEEDS = 100


def generated(random_: random.Random, *macs: int, kinds: str = "network chain") -> tuple[str, int, Network]:
    """A network, of so many multiply-accumulates at most, with its generator and its seed."""
    for _ in range(_SEEDS):
        kind, seed = random_.choice(kinds.split()), random_.randrange(1 << 31)
        try:
            return kind, seed, getattr(generate, kind)(seed, *macs)
        except AssertionError:
            continue
    raise RuntimeError("the generator makes nothing")


def tosa(seed: int, folder: Path) -> int:
    """Networks unpruned on this machine, between guards, as upstream computes them."""
    random_ = random.Random(seed)
    jobs = [generated(random_)[:2] for _ in range(_AT_ONCE)]
    failures = batches.run(jobs, folder)
    wrong = [f"{job[0]} {job[1]}: {words}" for job, words in failures.items() if words]
    assert not wrong, "\n".join(wrong)
    return len(jobs)


def strips(seed: int, folder: Path) -> int:
    """A network in strips of any layers, on this machine, as it is as a whole."""
    kind, network, _ = generated(random.Random(seed), 60_000)
    return check_strips(kind, network, folder)


def prune_options(random_: random.Random) -> list[str]:
    """Any policy, order, batch and threshold."""
    batch = random_.choice([1, 7, 16, 32, random_.randint(1, 100)])
    tau = random_.choice([0, 1, 1, 4, random_.randint(0, 256)])
    return [f"--policy={random_.choice(['proportional', 'paper'])}", f"--batch={batch}",
            f"--order={random_.choice(['nhwc', 'nchw'])}", f"--tau-q={tau}", "--max-recompute=0"]  # fmt: skip


def _within_budget(random_: random.Random, network: Network, folder: Path, mcpu: str):
    """Compiled within a budget that drops something, if anything can be dropped."""
    options = prune_options(random_)
    least, lossless = budgets(network, folder, "net", *options, mcpu=mcpu)
    ram = random_.choice([least, random_.randint(least, max(least, lossless - 1))])
    compiled = compile_network(network, folder, f"--ram={ram}", *options, mcpu=mcpu)
    assert compiled.report["ram"] <= ram, f"{compiled.report['ram']} bytes of {ram}"
    return compiled


def compile_paper(random_: random.Random, network: Network, folder: Path, *options: str,
                  mcpu: str = "host") -> Compiled | None:  # fmt: skip
    """Compiled as the paper's planner has it, within a random budget or the least above it.

    None where it says that there is no answer.
    """
    alpha = random_.choice([0.5, 0.8, 1, round(random_.uniform(0.05, 1), 2)])
    options = (*prune_options(random_), "--mode=paper", f"--alpha={alpha}", *options)
    whole = compile_network(network, folder, f"--ram={_UNBOUNDED}", *options, mcpu=mcpu).report["ram"]
    # Most of what is not refused prunes something in the lower half.
    ram = random_.randint(1, random_.choice([whole, whole // 2, whole // 2]))
    for _ in range(2):
        try:
            return compile_network(network, folder, f"--ram={ram}", *options, mcpu=mcpu)
        except CompileError as error:
            print(f"--ram={ram}: {error}")
            assert error.code == 1 and "left behind" not in error.message, str(error)
            if any(words in error.message for words in _NOT_PAPER):
                return None
            least = smallest_budget(error)
            assert least > ram, str(error)
            ram = least
    raise AssertionError("refused within the budget that was promised")


def pruned(seed: int, folder: Path) -> int:
    """A network within a random budget on this machine, as the reference prunes it."""
    random_ = random.Random(seed)
    network = generated(random_, 300_000, kinds=PRUNED)[2]
    compiled = _within_budget(random_, network, folder, "host")
    check(network, compiled, folder, "net")
    return 1


def paper(seed: int, folder: Path) -> int:
    """The same as the paper's planner has it; one in four is a network of the paper."""
    random_ = random.Random(seed)
    network = _paper_network(random_, 300_000)
    if not (compiled := compile_paper(random_, network, folder)):
        return 0
    return len(check(network, compiled, folder, "net", count=2))


def pruned_on_core(seed: int, folder: Path) -> int:
    """A network within a random budget in QEMU, in painted memory, twice."""
    random_ = random.Random(seed)
    network = generated(random_, 100_000, kinds=PRUNED)[2]
    mcpu = random_.choice(_CORES)
    _check_on_core(network, _within_budget(random_, network, folder, mcpu), mcpu, folder, seed)
    return 1


def paper_on_core(seed: int, folder: Path) -> int:
    """The same as the paper's planner has it."""
    random_ = random.Random(seed)
    network = _paper_network(random_, 100_000)
    mcpu = random_.choice(_CORES)
    if not (compiled := compile_paper(random_, network, folder, mcpu=mcpu)):
        return 0
    return _check_on_core(network, compiled, mcpu, folder, seed)


def _paper_network(random_: random.Random, macs: int) -> Network:
    if random_.random() < 0.25:
        return Network.read(MODELS / f"{random_.choice(list(PAPER))}.mlir")
    return generated(random_, macs, kinds=PRUNED)[2]


def _check_on_core(network: Network, compiled: Compiled, mcpu: str, folder: Path, seed: int) -> int:
    """How many of its maps are pruned."""
    inputs = inputs_for(network.input_shape, 3, seed)
    got = run_core(compiled, mcpu, inputs, network.output_shape)
    oracle = PrunedOracle(network, compiled.report, folder, "net")
    for number, each in enumerate(inputs):
        wrong = difference(got[number], isolated(oracle.run, each)[0])
        assert not wrong, f"{mcpu}, input {number}: {wrong}"
    return len(oracle.maps)


def _tflite(random_: random.Random, folder: Path, mcpu: str, pruned: bool) -> int:
    kind = random_.choice(["NETWORK", random_.choice(_TFLITE)])
    seed = random_.randrange(1 << 31)
    # What a failure leaves to look at.
    (folder / "net.tflite").write_bytes(tflite_random.content(kind, seed))
    outcome = tflite_random.run(kind, seed, mcpu, pruned)
    assert not outcome.wrong, f"{mcpu}{', pruned' if pruned else ''}, {outcome}"
    return int(outcome.what.startswith("equal"))


def tflite(seed: int, folder: Path) -> int:
    """A `.tflite` of one operator or several on this machine, as TensorFlow Lite Micro has it."""
    return _tflite(random.Random(seed), folder, "host", False)


def tflite_on_core(seed: int, folder: Path) -> int:
    """The same on a core in QEMU, in painted memory, within a budget or not."""
    random_ = random.Random(seed)
    mcpu = random_.choice(_CORES)
    return _tflite(random_, folder, mcpu, random_.random() < 0.5)
