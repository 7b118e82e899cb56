# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Chooses how a network is pruned: the settings with the best accuracy within a budget.

    python -m rtwmc.tune model.tflite --ram 2400 --data CIFAR10 --trials 100 --out plan.json

The search (Optuna's tree-structured Parzen estimator) is over S_b, alpha, the stream order, whether
the planner knows what each map loses (`rtwmc.calibrate`), and a threshold for each pruned map. Each
candidate is compiled for the device, which tells what it drops
and whether it fits, and then for this machine with the same drops, so that its accuracy on the
calibration images is that of the device, bit for bit. The result is a plan file
(docs/plan-file.md). Needs `pip install rtwmc[tune]` and a built compiler.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import commands, data
from .calibrate import calibrate
from .compiler import BudgetError, Compiled, CompileError, InputPlace, Model, compile
from .installed import NotInstalledError
from .qemu import size_in_bytes

if TYPE_CHECKING:
    import optuna

__all__ = ["Tried", "TuneResult", "accuracy", "main", "tune"]

Plan = dict[str, Any]

# What is searched; alpha in steps of a hundredth.
BATCH = (2, 512)
ALPHA = (0.05, 1.0)
ORDERS = ("nhwc", "nchw")
# The compiler's own settings; a batch of 0 is as large as costs no RAM, in paper mode it is 32.
DEFAULTS: dict[str, Any] = {"order": "nhwc", "batch": 0, "alpha": 0.8}
PAPER_BATCH = 32
# Images that are enough to see what maps lose.
CALIBRATION_IMAGES = 200
UNBOUNDED = 1 << 30


@dataclass(frozen=True)
class Tried:
    """A plan that keeps the budget.

    `plan` pins its drops, `accuracy` is percent of the calibration images, `ram` bytes of arena
    and stack on the device.
    """

    plan: Plan
    accuracy: float
    ram: int


@dataclass(frozen=True)
class TuneResult:
    """What tuning found.

    best        the plan with the highest accuracy
    default     the compiler's default settings, starts the plans of `start`: None where they do
                not keep the budget (or another machine is still at them)
    unpruned    percent of the calibration images when nothing is dropped, whatever RAM that takes
    study       the Optuna study, for its trials and plots
    """

    best: Tried
    default: Tried | None
    starts: tuple[Tried | None, ...]
    unpruned: float
    study: optuna.Study

    @property
    def plan(self) -> Plan:
        """The best plan: what `compile(plan=...)` takes."""
        return self.best.plan

    @property
    def accuracy(self) -> float:
        """Percent of the calibration images under the best plan."""
        return self.best.accuracy

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the best plan as a plan file."""
        Path(path).write_text(json.dumps(self.plan, indent=2) + "\n")


def _on_host(
    model: Model,
    plan: Plan | None,
    mode: Literal["exact", "paper"],
    input: InputPlace,
) -> Compiled:
    """Arena and stack of this machine are not the device's: no budget but the drops pinned."""
    ram = UNBOUNDED if mode == "paper" else None
    return compile(model, mcpu="host", ram=ram, mode=mode, input=input, plan=plan)


def _score(
    compiled: Compiled, images: np.ndarray, labels: np.ndarray, threads: int | None
) -> float:
    """Percent of the labels that the largest output gets right; of equal ones the first counts."""
    outputs = compiled.run(images, threads=threads)
    return float(100 * np.mean(outputs.reshape(len(outputs), -1).argmax(-1) == labels))


def accuracy(
    model: Model,
    plan: Plan | None,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    mode: Literal["exact", "paper"] = "exact",
    input: InputPlace = "external",
    threads: int | None = None,
) -> float:
    """Percent of `images` that `model` gets right under `plan`; without a plan nothing is dropped.

    The plan pins its drops, so that the result is what a device computes; `ValueError` if it does
    not. Options as for `tune`.
    """
    maps = (plan or {}).get("maps", ())
    if maps and not any("drop" in each for each in maps):
        raise ValueError("the plan pins no drops: what would be dropped depends on the budget")
    return _score(_on_host(model, plan, mode, input), images, labels, threads)


@dataclass(frozen=True)
class _Task:
    """What stays the same in all trials of a study."""

    model: Model
    images: np.ndarray
    labels: np.ndarray
    mcpu: str
    ram: int
    flash: int | None
    mode: Literal["exact", "paper"]
    input: InputPlace
    policy: Literal["proportional", "paper"]
    orders: tuple[str, ...]
    max_tau_q: int
    max_recompute: int | None
    threads: int | None
    calibration: Mapping[str, Any] | None

    def on_device(self, plan: Plan, calibrated: bool = False) -> Mapping[str, Any]:
        """Report of the network under `plan` within the budget. Raises `CompileError`."""
        return compile(
            self.model, mcpu=self.mcpu, ram=self.ram, flash=self.flash, mode=self.mode,
            input=self.input, plan=plan, calibration=self.calibration if calibrated else None,
            max_recompute=self.max_recompute,
        ).report  # fmt: skip

    def accuracy(self, plan: Plan) -> float:
        """Percent of the calibration images under `plan`, by code for this machine."""
        return _score(
            _on_host(self.model, plan, self.mode, self.input),
            self.images,
            self.labels,
            self.threads,
        )

    def unpruned(self) -> tuple[float, list[str]]:
        """Accuracy when nothing is dropped, and the names of all maps."""
        compiled = _on_host(self.model, None, self.mode, self.input)
        names = [each["name"] for each in compiled.report["maps"]]
        return _score(compiled, self.images, self.labels, self.threads), names

    def fingerprint(self) -> str:
        """Tells whether two machines search for the same."""
        digest = hashlib.sha256()
        model = self.model
        if not isinstance(model, bytes) and os.path.isfile(model):
            model = Path(model).read_bytes()
        digest.update(model if isinstance(model, bytes) else str(model).encode())
        for array in (self.images, self.labels):
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array))
        digest.update(
            repr((self.mcpu, self.ram, self.flash, self.mode, self.input, self.policy,
                  self.orders, self.max_tau_q, self.max_recompute)).encode()
        )  # fmt: skip
        return digest.hexdigest()

    def excess(self, error: CompileError) -> float:
        """How far a budget is missed, as a share of it; 1 for what is refused altogether."""
        if not isinstance(error, BudgetError):
            return 1.0
        budget = self.ram
        if self.flash is not None and " bytes of flash of " in str(error):
            budget = self.flash
        return max(error.smallest / budget - 1, 1e-6)


class _Objective:
    """Accuracy of a trial; remembers what was compiled and measured before."""

    def __init__(self, task: _Task):
        self.task = task
        self._reports: dict[str, Mapping[str, Any] | CompileError] = {}
        self._accuracies: dict[str, float] = {}

    def __call__(self, trial: optuna.Trial) -> float:
        import optuna

        try:
            plan = self._plan(trial)
            ram = self._report(plan)["ram"]
        except CompileError as error:
            trial.set_constraint("budget", self.task.excess(error))
            trial.set_user_attr("refused", str(error))
            if isinstance(error, BudgetError):
                trial.set_user_attr("smallest", error.smallest)
            raise optuna.TrialPruned(str(error)) from error
        trial.set_constraint("budget", 0)
        trial.set_user_attr("plan", plan)
        trial.set_user_attr("ram", ram)
        key = json.dumps(plan)
        if key not in self._accuracies:
            self._accuracies[key] = self.task.accuracy(plan)
        return self._accuracies[key]

    def _report(self, plan: Plan, calibrated: bool = False) -> Mapping[str, Any]:
        key = json.dumps([plan, calibrated])
        if key not in self._reports:
            try:
                self._reports[key] = self.task.on_device(plan, calibrated)
            except CompileError as error:
                self._reports[key] = error
        found = self._reports[key]
        if isinstance(found, CompileError):
            raise found
        return found

    def _plan(self, trial: optuna.Trial) -> Plan:
        """The trial's plan, its drops pinned to those that the compiler chose."""
        plan: Plan = {
            "schema": 1,
            "order": trial.suggest_categorical("order", self.task.orders),
            "policy": self.task.policy,
            "alpha": round(trial.suggest_float("alpha", *ALPHA, step=0.01), 2),
        }
        calibrated = False
        if self.task.calibration:
            calibrated = trial.suggest_categorical("calibrated", (False, True))
        grows = self.task.mode == "exact" and trial.suggest_categorical("grows", (False, True))
        if not grows:
            plan["batch"] = trial.suggest_int("batch", *BATCH, log=True)
        report = self._report(plan, calibrated)
        pruned = [each for each in report["maps"] if each["drop"]]
        if report["strips"]:
            # Maps in strips are those of these strips; with them the plan needs no `max_recompute`.
            plan["strips"] = report["strips"]
        if pruned:
            plan["maps"] = [
                {
                    "name": each["name"],
                    # 1 drops zeros, which loses nothing; 0 would only drop them later.
                    "tau_q": trial.suggest_int(
                        _tau(each["name"]), 1, self.task.max_tau_q, log=True
                    ),
                    "drop": each["drop"],
                    "unit": each["unit"],
                    **({"batch": each["batch"]} if grows else {}),
                }
                for each in pruned
            ]
        return plan


def _tau(name: str) -> str:
    return f"tau_q.{name}"


def _params(plan: Mapping[str, Any], task: _Task, names: Sequence[str]) -> dict[str, Any]:
    """A trial's parameters for a valid `plan`, with the defaults for what it leaves out.

    What is pruned is planned anew: `drop` is not taken over. Raises `ValueError`.
    """
    maps = {each["name"]: each for each in plan.get("maps") or ()}
    if plan.get("policy", task.policy) != task.policy:
        raise ValueError(f"start: its policy is not '{task.policy}', which is tuned for")
    bounds: dict[str, tuple[float, float]] = {"alpha": ALPHA}
    params = {key: plan.get(key, default) for key, default in DEFAULTS.items()}
    if task.calibration:
        params["calibrated"] = False
    if task.mode == "exact":
        params["grows"] = params["batch"] == 0
    elif params["batch"] == 0:
        params["batch"] = PAPER_BATCH
    if params["batch"] == 0:
        del params["batch"]
    else:
        bounds["batch"] = BATCH
    for name in names:
        params[_tau(name)] = maps.get(name, {}).get("tau_q", 1)
        bounds[_tau(name)] = (1, task.max_tau_q)
    if params["order"] not in task.orders:
        raise ValueError(f"start: the order '{params['order']}' is not among those to search")
    for key, (least, most) in bounds.items():
        if not least <= params[key] <= most:
            raise ValueError(f"start: {key} is {params[key]}; the search is from {least} to {most}")
    return params


def _open_study(
    task: _Task, storage: str | None, study_name: str | None, seed: int
) -> optuna.Study:
    import optuna

    fingerprint = task.fingerprint()
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed),
        storage=storage,
        study_name=study_name or f"rtwmc-{fingerprint[:16]}",
        load_if_exists=storage is not None,
    )
    if study.user_attrs.get("fingerprint", fingerprint) != fingerprint:
        raise ValueError(
            f"the study '{study.study_name}' is about another network, budget, image set or search"
        )
    study.set_user_attr("fingerprint", fingerprint)
    return study


def _tried(trial: optuna.trial.FrozenTrial) -> Tried | None:
    """None if the trial did not keep the budget, or is not at its end."""
    if trial.value is None:
        return None
    return Tried(trial.user_attrs["plan"], trial.value, trial.user_attrs["ram"])


def _find(study: optuna.Study, params: Mapping[str, Any]) -> Tried | None:
    """The trial that was asked to try `params`."""
    for trial in study.get_trials(deepcopy=False):
        if trial.system_attrs.get("fixed_params") == params:
            return _tried(trial)
    return None


def tune(
    model: Model,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    ram: int,
    mcpu: str = "cortex-m4",
    flash: int | None = None,
    mode: Literal["exact", "paper"] = "exact",
    input: InputPlace = "external",
    policy: Literal["proportional", "paper"] = "proportional",
    trials: int = 100,
    seed: int = 0,
    orders: Sequence[str] = ORDERS,
    max_tau_q: int = 32,
    max_recompute: int | None = None,
    start: Sequence[Mapping[str, Any]] = (),
    storage: str | None = None,
    study_name: str | None = None,
    threads: int | None = None,
    progress: bool = True,
) -> TuneResult:
    """Finds the plan with the best accuracy on `images` within the budget.

    model       as for `rtwmc.compile`
    images      int8 `[n, *input_shape]` as the network takes them; labels: int `[n]`
    ram, flash  budgets in bytes for `mcpu`, kept as `rtwmc.compile` keeps them in `mode`; in
                paper mode the RAM is what the paper's planner counts
    trials      how many candidates to try; the default settings, in exact mode the same with a
                calibration, and `start` are the first
    seed        of the search: the same one gives the same result, unless machines share a study
    orders      stream orders to try; max_tau_q: the largest threshold, quantized steps
    max_recompute
                percent of the multiply-accumulates that may be computed again before anything is
                dropped; None: as the compiler does by default
    start       plans to try first, such as those of earlier runs; their drops are planned anew
    storage     an Optuna storage (`sqlite:///FILE`, a database's address) that several machines
                work on, each with a seed of its own; None: in memory
    study_name  default: one that all runs for the same network, budget, images and search share
    threads     for the images, as for `Compiled.run`; progress: show a progress bar

    The defaults are tried first, so the result is no worse on `images`. A plan that drops nothing
    ends the search. Candidates beyond the budget are pruned trials whose constraint says by how
    much. Raises `BudgetError` if no trial keeps the budget, `CompileError` where the network or
    a plan of `start` is refused, `ValueError` for unusable arguments or another search's
    `study_name`, `ImportError` without Optuna.
    """
    import optuna

    images, labels = np.asarray(images), np.asarray(labels)
    if labels.shape != (len(images),) or not len(images):
        raise ValueError(
            f"{len(images)} images and labels {list(labels.shape)}; expected a label each"
        )
    if trials < 1:
        raise ValueError(f"trials is {trials}; it must be at least 1")
    if not orders or not set(orders) <= set(ORDERS):
        raise ValueError(
            f"orders are {', '.join(orders) or 'none'}; expected {' or '.join(ORDERS)}"
        )
    if not 1 <= max_tau_q <= 256:
        raise ValueError(f"max_tau_q is {max_tau_q}; expected 1 to 256")
    if max_recompute is not None and not 0 <= max_recompute <= 1000:
        raise ValueError(f"max_recompute is {max_recompute}; expected 0 to 1000")
    calibration = calibrate(model, images[:CALIBRATION_IMAGES]) if mode == "exact" else None
    task = _Task(
        model, images, labels, mcpu, ram, flash, mode, input, policy, tuple(orders), max_tau_q,
        max_recompute, threads, calibration,
    )  # fmt: skip
    unpruned, names = task.unpruned()
    for plan in start:
        _on_host(model, plan, mode, input)  # Refuses what is no plan for this network.
    default = _params({} if DEFAULTS["order"] in orders else {"order": orders[0]}, task, names)
    wanted = [_params(plan, task, names) for plan in start]
    study = _open_study(task, storage, study_name, seed)
    calibrated = [{**default, "calibrated": True}] if calibration else []
    for params in (default, *calibrated, *wanted):
        study.enqueue_trial(params, skip_if_exists=True)

    def stop_if_lossless(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        if trial.value is not None and "maps" not in trial.user_attrs["plan"]:
            study.stop()

    study.optimize(
        _Objective(task), n_trials=trials, callbacks=[stop_if_lossless], show_progress_bar=progress
    )
    done = [tried for trial in study.get_trials(deepcopy=False) if (tried := _tried(trial))]
    if not done:
        raise _nothing_fits(study)
    return TuneResult(
        # The first of equals: nothing differs from the defaults without a gain.
        best=max(done, key=lambda tried: tried.accuracy),
        default=_find(study, default),
        starts=tuple(_find(study, params) for params in wanted),
        unpruned=unpruned,
        study=study,
    )


def _nothing_fits(study: optuna.Study) -> CompileError:
    """The error of the trial that came closest to the budget."""
    refused = [trial for trial in study.trials if "refused" in trial.user_attrs]
    closest = min(refused, key=lambda trial: sum(trial.constraints.values())).user_attrs
    message = f"none of {len(refused)} trials keeps the budget; the closest: {closest['refused']}"
    if "smallest" in closest:
        return BudgetError(message, closest["smallest"])
    return CompileError(message)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = commands.parser("tune", __doc__)
    parser.add_argument("model", help="int8 network, TOSA or .tflite, that takes pixel - 128")
    parser.add_argument("--data", required=True, help="CIFAR-10 folder, binary or Python layout")
    parser.add_argument("--out", required=True, help="plan file to write")
    parser.add_argument("--ram", required=True, type=size_in_bytes, help="budget, bytes or NKiB")
    parser.add_argument("--flash", type=size_in_bytes, help="budget, bytes or NKiB")
    parser.add_argument("--mcpu", default="cortex-m4", help="core that the budget is for")
    parser.add_argument("--mode", choices=("exact", "paper"), default="exact")
    parser.add_argument("--input", choices=("external", "arena", "rows"), default="external")
    parser.add_argument("--policy", choices=("proportional", "paper"), default="proportional")
    parser.add_argument("--images", type=int, default=2000,
                        help="training images to calibrate on: the first ones")  # fmt: skip
    parser.add_argument("--held-out", type=int, default=0,
                        help="training images to measure the result on: the last ones")  # fmt: skip
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--orders", default=",".join(ORDERS), help="stream orders to try")
    parser.add_argument("--max-tau-q", type=int, default=32, help="largest threshold to try")
    parser.add_argument("--max-recompute", type=int, metavar="PERCENT",
                        help="work that may be done again before anything is dropped")  # fmt: skip
    parser.add_argument("--start", action="append", default=[], metavar="PLAN",
                        help="plan file to try first; may be repeated")  # fmt: skip
    parser.add_argument("--storage", help="Optuna storage that several machines share")
    parser.add_argument("--study", help="name of the study in the storage")
    parser.add_argument("--threads", type=int, help="default: one for each core")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    starts = [json.loads(Path(file).read_text()) for file in options.start]
    for file, plan in zip(options.start, starts):
        if not isinstance(plan, dict):
            raise ValueError(f"--start: '{file}' is not a plan file")
    images, labels = data.load_split(options.data, "train")
    if options.images < 1 or options.held_out < 0:
        raise ValueError("--images is at least 1, --held-out at least 0")
    if options.images + options.held_out > len(images):
        raise ValueError(f"--images and --held-out: there are {len(images)} training images")
    # Before the search, which takes long.
    if not Path(options.out).resolve().parent.is_dir():
        raise ValueError(f"--out: there is no folder for '{options.out}'")
    pixels = (images.astype(np.int16) - 128).astype(np.int8)
    search: dict[str, Any] = {
        "ram": options.ram, "mcpu": options.mcpu, "flash": options.flash, "mode": options.mode,
        "input": options.input, "policy": options.policy, "threads": options.threads,
    }  # fmt: skip
    found = tune(
        options.model, pixels[: options.images], labels[: options.images], **search,
        trials=options.trials, seed=options.seed, orders=options.orders.split(","),
        max_tau_q=options.max_tau_q, max_recompute=options.max_recompute, start=starts,
        storage=options.storage, study_name=options.study, progress=not options.quiet,
    )  # fmt: skip
    print(json.dumps(found.plan))
    found.save(options.out)
    rows = [("default", found.default), *zip(options.start, found.starts), ("tuned", found.best)]
    print(f"{options.images} calibration images, {found.best.ram:,} bytes of RAM:")
    print(f"  unpruned   {found.unpruned:.2f} %")
    for name, tried in rows:
        print(f"  {name:<10} " + (f"{tried.accuracy:.2f} %" if tried else "does not fit"))
    if not options.held_out:
        return
    print(f"{options.held_out} held-out images:")
    for name, plan in [("unpruned", None), *((name, t.plan) for name, t in rows if t)]:
        percent = accuracy(
            options.model, plan, pixels[-options.held_out :], labels[-options.held_out :],
            mode=options.mode, input=options.input, threads=options.threads,
        )  # fmt: skip
        print(f"  {name:<10} {percent:.2f} %")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    try:
        _run(_parse(arguments))
    except ImportError as error:
        print(f"error: {error}; pip install 'rtwmc[tune]'", file=sys.stderr)
        return 1
    except (CompileError, NotInstalledError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
