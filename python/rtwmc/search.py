# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""An example search over architectures, with the planner as its cost function.

    python -m rtwmc.search --ram 8KiB --flash 64KiB

looks for small CIFAR-10 networks that fit the RAM, first as they are, then such as fit
only because maps are pruned at run time, and prints the best of both kinds. It trains nothing: networks are
ranked by a proxy, `capacity`, which says what a network might learn and not what it
does. With `--data CIFAR10 --epochs N` the best are trained, compiled for the budget
and measured, as int8, by the compiled code (needs `pip install rtwmc[train]`).

Needs `pip install rtwmc[tune]` (Optuna) and librtwmc-planner.so.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

from . import commands
from .networks import CLASS_COUNT, Conv, Dense, Network
from .planner import Cost, layers_of, plan

__all__ = ["Found", "Limits", "capacity", "describe", "main", "search", "table"]

_SHAPE = (32, 32, 3)
_MAX_CONVS = 5


@dataclass(frozen=True)
class Limits:
    """What a network may take: bytes of RAM and flash, multiply-accumulates of an inference.

    `drop` is the largest share, 0 to 1, that any map may lose: after a ReLU a quarter to
    a half of a map are zeros anyway, and losing those loses nothing. `code` is the part
    of the flash left to code, which is known only after compilation. `recompute` percent of
    the multiply-accumulates may be computed again before anything is dropped: none by default,
    for that would hide what pruning brings, and take a hundred times as long.
    """

    ram: int = 8192
    flash: int = 65536
    macs: int = 20_000_000
    drop: float = 0.5
    code: int = 10240
    batch: int = 32
    alpha: float = 0.8
    recompute: int = 0


@dataclass(frozen=True)
class Found:
    """A network within the limits, and its `capacity`."""

    network: Network
    cost: Cost
    score: float

    @property
    def largest_drop(self) -> float:
        """The largest share of a map that is dropped, 0 to 1."""
        return _largest_drop(self.cost)


def capacity(cost: Cost) -> float:
    """The proxy: geometric mean of parameters and multiply-accumulates.

    It knows nothing of data. All it has for it is that it orders the paper's three
    networks as their accuracy does, and that both grow with what a network can learn
    as long as training and data suffice. Dropped elements count as lost, in proportion.
    """
    return math.sqrt(cost.parameters * cost.macs) * (1.0 - cost.loss)


def describe(network: Network) -> str:
    """`5x5x20 max, 5x5x80 max, 10`: convolutions, poolings and units."""
    convs = [f"{c.kernel}x{c.kernel}x{c.filters} {c.pool}".strip() for c in network.convs]
    return ", ".join(convs + [str(dense.units) for dense in network.denses])


def _largest_drop(cost: Cost) -> float:
    return max((m.share for m in cost.maps), default=0.0)


def _suggest(trial: Any) -> Network | None:
    """An architecture from a trial's parameters; None where its windows do not fit.

    Every trial has all parameters, used or not, so that the sampler sees one space.
    """
    count = trial.suggest_int("convolutions", 2, _MAX_CONVS)
    ending = trial.suggest_categorical("ending", ("", "max", "global"))
    hidden = trial.suggest_int("hidden", 0, 128, step=16)
    convs, side = [], _SHAPE[0]
    for i in range(_MAX_CONVS):
        kernel = trial.suggest_categorical(f"kernel{i}", (1, 3, 5))
        filters = trial.suggest_int(f"filters{i}", 4, 96, log=True)
        pool = trial.suggest_categorical(f"pool{i}", ("", "max"))
        if i >= count:
            continue
        pool = ending if i + 1 == count else pool
        convs.append(Conv(kernel, filters, pool))
        side = (side - kernel + 1) // (2 if pool == "max" else 1)
        if side < 1:
            return None
    denses = (*([Dense(hidden)] if hidden else []), Dense(CLASS_COUNT))
    return Network("found", "", tuple(convs), denses, 0, 0, 0, 0.0, 0.0, ())


def _judge(network: Network, limits: Limits, pruned: bool) -> tuple[Cost, dict[str, float]]:
    """The cost, and by how much each limit is broken: 0 or less where it is kept."""
    cost = plan(
        layers_of(network), _SHAPE, ram=limits.ram, batch=limits.batch, alpha=limits.alpha,
        max_recompute=limits.recompute,
    )  # fmt: skip
    broken = {
        "ram": (cost.ram if pruned else cost.smallest_lossless) / limits.ram - 1,
        "flash": (cost.constants + limits.code) / limits.flash - 1,
        "macs": (cost.macs + cost.recomputed_macs) / limits.macs - 1,
        "drop": _largest_drop(cost) - limits.drop,
    }
    if pruned:
        # Whatever the stack will be: the arena alone is too large.
        arena = cost.smallest_lossless - (cost.ram - cost.arena)
        broken["unpruned"] = (limits.ram + 1 - arena) / limits.ram
    return cost, broken


def search(
    limits: Limits, *, pruned: bool, trials: int = 1500, seed: int = 1, progress: bool = False
) -> list[Found]:
    """Networks within the limits, the best by `capacity` first, each once.

    With `pruned`, those that do not fit the RAM as they are (the smallest arena that drops
    nothing is above it, whatever the stack) and do when maps are pruned; otherwise those that
    fit as they are. Optuna's NSGA-II with constraints over `trials` architectures of 2 to 5
    convolutions (1x1 to 5x5, 4 to 96 filters, with or without pooling) and up to two dense
    layers. The same for the same arguments.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    seen: dict[tuple[Any, ...], tuple[Cost, dict[str, float]]] = {}
    found: list[Found] = []

    def objective(trial: Any) -> float:
        network = _suggest(trial)
        if network is None:
            trial.set_constraint("windows", 1.0)
            return 0.0
        key = (network.convs, network.denses)
        new = key not in seen
        if new:
            seen[key] = _judge(network, limits, pruned)
        cost, broken = seen[key]
        for limit, excess in broken.items():
            trial.set_constraint(limit, excess)
        score = capacity(cost)
        if new and max(broken.values()) <= 0:
            found.append(Found(network, cost, score))
        return score

    sampler = optuna.samplers.NSGAIISampler(seed=seed)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.optimize(objective, n_trials=trials, show_progress_bar=progress)
    return sorted(found, key=lambda f: (-f.score, describe(f.network)))


def table(found: Sequence[Found]) -> str:
    """The networks as Markdown; a RAM is arena and allowance for the stack."""
    rows = [
        ["network", "capacity", "parameters", "MACs", "RAM", "RAM unpruned", "dropped", "at most of a map"],
        ["---"] + ["---:"] * 7,
    ]
    for f in found:
        rows.append([
            describe(f.network), f"{f.score:,.0f}", f"{f.cost.parameters:,}", f"{f.cost.macs:,}",
            f"{f.cost.ram:,}", f"{f.cost.smallest_lossless:,}", f"{round(sum(m.share * math.prod(m.shape) for m in f.cost.maps)):,}",
            f"{100 * f.largest_drop:.1f} %",
        ])  # fmt: skip
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _measure(found: Found, name: str, limits: Limits, options: Any) -> dict[str, Any]:
    """Trains, exports and compiles a network; accuracies in percent, by the compiled code."""
    from . import train
    from .compiler import compile, smallest_budget
    from .evaluate import Images

    network = dataclasses.replace(
        found.network, name=name, title=describe(found.network), ram=limits.ram, flash=limits.flash,
        batch=limits.batch, alpha=limits.alpha,
    )  # fmt: skip
    # The name on the command line is not used: the network is given.
    recipe = train._parser().parse_args(
        ["lenet_a", "--data", options.data, "--out", options.out, "--epochs", str(options.epochs),
         "--seed", str(options.seed), "--name", name],
        namespace=train.Recipe(),
    )  # fmt: skip
    train.train(network, recipe)
    model = Path(options.out, f"{name}.mlir")
    images = Images.load(options.data)
    settings: dict[str, Any] = {"batch": limits.batch, "alpha": limits.alpha, "max_recompute": limits.recompute}
    device = compile(model, ram=limits.ram, flash=limits.flash, mcpu=options.mcpu, **settings)
    return {
        "network": describe(network),
        "ram": device.report["ram"],
        "flash": device.report["flash"],
        "smallest lossless": smallest_budget(
            model, mcpu=options.mcpu, lossless=True, max_recompute=limits.recompute
        ),
        "accuracy unpruned": images.accuracy(compile(model, mcpu="host")),
        "accuracy": images.accuracy(compile(model, ram=limits.ram, mcpu="host", **settings)),
    }


def _bytes(text: str) -> int:
    match = re.fullmatch(r"(\d+)(KiB)?", text)
    if not match or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 8192 or 8KiB")
    return int(match[1]) * (1024 if match[2] else 1)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share from 0 to 1")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = commands.parser("search", __doc__)
    limits = Limits()
    parser.add_argument("--ram", type=_bytes, default=limits.ram, help="bytes or NKiB")
    parser.add_argument("--flash", type=_bytes, default=limits.flash, help="bytes or NKiB")
    parser.add_argument("--code", type=_bytes, default=limits.code, help="flash left to code")
    parser.add_argument("--macs", type=_count, default=limits.macs, help="of an inference, at most")
    parser.add_argument("--drop", type=_share, default=limits.drop,
                        help="share of a map that may be dropped, at most")  # fmt: skip
    parser.add_argument("--max-recompute", type=int, choices=range(1001), default=limits.recompute,
                        metavar="PERCENT", help="work that may be done again (default: %(default)s)")  # fmt: skip
    parser.add_argument("--trials", type=_count, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--best", type=_count, default=5, help="networks to print of each kind")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    measure = parser.add_argument_group("measuring the best that must be pruned")
    measure.add_argument("--data", help="CIFAR-10 folder: train and compile them")
    measure.add_argument("--epochs", type=_count, default=20)
    measure.add_argument("--train", type=_count, default=1, help="how many")
    measure.add_argument("--out", default="found", help="folder for the exported files")
    measure.add_argument("--mcpu", default="cortex-m4")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.search`; 1 if no network is found, or none to be measured."""
    options = _parser().parse_args(arguments)
    limits = Limits(
        options.ram, options.flash, options.macs, options.drop, options.code, recompute=options.max_recompute
    )
    total = 0
    for pruned in (False, True):
        found = search(
            limits, pruned=pruned, trials=options.trials, seed=options.seed,
            progress=not options.quiet,
        )  # fmt: skip
        total += len(found)
        how = "only when pruned" if pruned else "as they are"
        print(f"{len(found)} networks fit {limits.ram:,} bytes {how}.\n")
        if found:
            print(f"{table(found[: options.best])}\n")
    if not total:
        print("error: no network was found that fits", file=sys.stderr)
        return 1
    if options.data and not found:
        print("error: no network was found that fits only when pruned", file=sys.stderr)
        return 1
    if options.data:
        try:
            for number, each in enumerate(found[: options.train], 1):
                result = _measure(each, f"found{number}", limits, options)
                print(json.dumps(result, indent=2))
        except ValueError as error:  # unusable data
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
