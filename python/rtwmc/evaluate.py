# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The paper's evaluation on compiled code: its Table 2 and Figures 3 and 4.

    python -m rtwmc.evaluate table --data CIFAR10 --out results
    python -m rtwmc.evaluate tau   --data CIFAR10 --out results
    python -m rtwmc.evaluate batch --data CIFAR10 --out results

Each prints a table and writes it to the folder as JSON and as Markdown, with a plot. All
accuracies are of the host code of the compiler on the test images, bit for bit what a device
computes; instructions are counted in QEMU. Needs `pip install rtwmc[evaluate]`, a built compiler
and, for instructions, qemu-system-arm.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import commands, data, figures
from .compiler import Compiled, CompileError, Order, Policy, compile
from .installed import NotInstalledError
from .networks import NETWORKS, Network
from .planner import paper_drop

__all__ = ["Images", "Published", "conv_scales", "main", "tau_steps"]

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"
CORES = ("cortex-m0", "cortex-m3", "cortex-m4")
ORDERS: tuple[Order, ...] = ("nhwc", "nchw")
POLICIES: tuple[Policy, ...] = ("paper", "proportional")
TAUS = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0, 2.0, 5.0, 10.0)
BATCHES = (2, 5, 10, 20, 30, 40, 70, 120)
UNBOUNDED = 1 << 20


@dataclass(frozen=True)
class Published:
    """What the paper reports for a network: accuracies in percent.

    `overhead` is bytes of tiny buffer and Top-K cache, `latency` its estimate of the time
    over that of running unpruned. `tau_batch` is S_b of its Figure 3, `tau` its points
    `(tau, accuracy)` that the text states, `batch` the same of Figure 4. Paper, Table 2
    and sections 4.2, 4.3.
    """

    original: float
    pruned: float
    static: float
    overhead: int
    latency: float
    tau_batch: int
    tau: tuple[tuple[float, float], ...]
    batch: tuple[tuple[int, float], ...]


PUBLISHED = {
    "lenet_a": Published(
        59.44, 60.06, 41.48, 20, 1.08, 70, ((0.0, 59.80), (0.7, 60.00), (10.0, 20.28)),
        ((10, 60.04),),
    ),
    "sparsenet_a": Published(
        75.62, 72.01, 68.03, 90, 1.26, 30, ((0.0, 67.25), (0.4, 71.46), (10.0, 11.22)),
        ((40, 72.01),),
    ),
    "sonicnet_a": Published(
        68.81, 71.11, 56.24, 74, 1.17, 90, ((0.0, 70.83), (0.3, 71.00), (10.0, 17.31)),
        ((30, 71.11),),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Aware:
    """Weights `NAME<suffix>` trained with pruning inside, to run in the stream orders `orders`.

    `key` is the member of the table's JSON that holds their accuracies.
    """

    key: str
    suffix: str
    title: str
    orders: tuple[Order, ...]


AWARE = (
    Aware("paper_mode_aware", "_pruned", "pruning-aware training", ORDERS),
    Aware("paper_mode_aware_nchw", "_nchw_pruned", "pruning-aware training in nchw order", ("nchw",)),
)


class Images:
    """Test images as the networks take them: int8 `[n, 32, 32, 3]`, pixel - 128."""

    def __init__(self, images: np.ndarray, labels: np.ndarray):
        self.pixels = (images.astype(np.int16) - 128).astype(np.int8)
        self.labels = labels

    @classmethod
    def load(cls, folder: str, count: int | None = None) -> Images:
        """The first `count` test images (default: all). Raises `data.DatasetError`."""
        images, labels = data.load_split(folder, "test")
        return cls(images[:count], labels[:count])

    def accuracy(self, compiled: Compiled) -> float:
        """Percent that the largest logit gets right; of equal ones the lowest class counts."""
        logits = compiled.run(self.pixels)
        return float(100 * np.mean(logits.argmax(-1) == self.labels))


def conv_scales(content: bytes) -> list[float]:
    """Scale, real units a step, of each convolution's output in an int8 `.tflite`."""
    import tflite

    model = tflite.Model.GetRootAsModel(content, 0)
    graph = model.Subgraphs(0)
    scales = []
    for i in range(graph.OperatorsLength()):
        op = graph.Operators(i)
        code = model.OperatorCodes(op.OpcodeIndex())
        if max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) == tflite.BuiltinOperator.CONV_2D:
            scales.append(float(graph.Tensors(op.Outputs(0)).Quantization().Scale(0)))
    return scales


def tau_steps(tau: float, scale: float) -> int:
    """`tau_q = ceil(tau / scale)`, at most 256: above every magnitude. Specification, section 1."""
    return min(256, math.ceil(tau / scale * (1 - 1e-9)))


class Subject:
    """A network of the paper with one set of weights: `STEM.mlir` beside `STEM.tflite`."""

    def __init__(self, network: Network, folder: Path, stem: str):
        self.network = network
        self.stem = stem
        self.model = folder / f"{stem}.mlir"
        self._tflite = folder / f"{stem}.tflite"

    def paper(self, order: Order, *, policy: Policy = "paper", mcpu: str = "host",
              tau: float | None = None, batch: int | None = None) -> Compiled:  # fmt: skip
        """Compiles in the paper's setting; `tau` (real units) and `batch` default to its own.

        Raises `ValueError` where the closed form has no answer, `CompileError`.
        """
        net = self.network
        batch = net.batch if batch is None else batch
        scales = conv_scales(self._tflite.read_bytes())
        paper_drop(net, net.ram, batch, net.alpha)  # whether there is an answer
        tau = net.tau if tau is None else tau
        steps = [tau_steps(tau, scale) for scale in scales]
        return compile(
            self.model, mcpu=mcpu, mode="paper", ram=net.ram, batch=batch, alpha=net.alpha,
            tau_q=steps, order=order, policy=policy,
        )  # fmt: skip

    def unpruned(self, mcpu: str = "host") -> Compiled:
        """The paper's setting, layer by layer, with RAM enough for every map."""
        return compile(self.model, mcpu=mcpu, mode="paper", ram=UNBOUNDED)

    def exact(self, ram: int | None = None, mcpu: str = "host", **options: Any) -> Compiled:
        """The default setting: lossless means first."""
        return compile(self.model, mcpu=mcpu, ram=ram, **options)


def find_subject(network: Network, folder: Path, suffix: str = "") -> Subject | None:
    """The network's weights `NAME<suffix>.mlir`; None if the folder has none.

    Raises `FileNotFoundError` if those without a suffix are not there.
    """
    subject = Subject(network, folder, network.name + suffix)
    if subject.model.is_file():
        return subject
    if not suffix:
        raise FileNotFoundError(f"no network at '{subject.model}'")
    return None


def _overhead(compiled: Compiled) -> dict[str, int]:
    """Bytes a pruned map needs besides its values, for the map that needs most."""
    pruned = [m["bytes"] for m in compiled.report["maps"] if m["drop"]]
    if not pruned:
        return {"buffer_and_cache": 0, "all": 0}
    return {
        "buffer_and_cache": max(b["buffer"] + b["cache"] for b in pruned),
        "all": max(b["bitmap"] + b["buffer"] + b["cache"] + b["scratch"] for b in pruned),
    }


def _instructions(compiled: Compiled, pixels: np.ndarray) -> float:
    """Mean number of instructions of an inference over `pixels`, int8 `[n, ...]`, in QEMU."""
    import tempfile

    from . import qemu

    with tempfile.TemporaryDirectory(prefix="rtwmc-") as folder:
        object_, header, _ = compiled.save(folder)
        result = qemu.run(
            object_, header, str(compiled.report["mcpu"]), pixels.tobytes(), count=True
        )
    assert result.instructions is not None
    return float(np.mean(result.instructions))


class Bar:
    """A progress bar over compilations and measurements that names the current one."""

    def __init__(self, total: int, quiet: bool):
        from tqdm import tqdm

        self._bar = tqdm(total=total, disable=quiet, unit="run", mininterval=0.5)

    def step(self, what: str) -> None:
        self._bar.set_description(what)
        self._bar.update()

    def close(self) -> None:
        self._bar.close()


def _rounded(value: Any) -> Any:
    """`value` with its floats rounded to what 10,000 images can tell."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(each) for each in value]
    return value


def table(
    networks: Sequence[Network], folder: Path, images: Images, cores: Sequence[str], samples: int,
    quiet: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Measures our Table 2: per network the members that docs/paper.md explains.

    `folder` holds NAME.mlir and NAME.tflite, and perhaps those of `AWARE` (trained with pruning)
    and NAME_static (filters removed). Instructions are means over `samples` images.
    """
    result: dict[str, Any] = {}
    runs = len(ORDERS) * len(POLICIES)
    aware_count = sum(
        1 + len(each.orders) * len(POLICIES)
        for net in networks
        for each in AWARE
        if find_subject(net, folder, each.suffix)
    )
    static_count = sum(find_subject(net, folder, "_static") is not None for net in networks)
    count = len(networks) * (2 + runs + 3 * len(cores)) + aware_count + static_count
    bar = Bar(count, quiet)
    for net in networks:
        subject = find_subject(net, folder)
        assert subject is not None
        static = find_subject(net, folder, "_static")
        row: dict[str, Any] = {
            "title": net.title, "ram": net.ram, "flash": net.flash, "batch": net.batch,
            "alpha": net.alpha, "tau": net.tau, "drop": list(net.drop),
        }  # fmt: skip
        bar.step(f"{net.name}, original")
        row["original"] = images.accuracy(subject.exact())
        accuracies = row["paper_mode"] = {}
        for order in ORDERS:
            for policy in POLICIES:
                bar.step(f"{net.name}, {order}, {policy}")
                compiled = subject.paper(order, policy=policy)
                accuracies[f"{order}, {policy}"] = images.accuracy(compiled)
                if (order, policy) == ("nhwc", "paper"):
                    row["overhead"] = _overhead(compiled)
        for each in AWARE:
            aware = find_subject(net, folder, each.suffix)
            if aware is None:
                continue
            bar.step(f"{aware.stem}, original")
            accuracies = row[each.key] = {"original": images.accuracy(aware.exact())}
            for order in each.orders:
                for policy in POLICIES:
                    bar.step(f"{aware.stem}, {order}, {policy}")
                    compiled = aware.paper(order, policy=policy)
                    accuracies[f"{order}, {policy}"] = images.accuracy(compiled)
        bar.step(f"{net.name}, exact")
        exact = subject.exact(net.ram)
        row["exact_mode"] = images.accuracy(exact)
        row["exact_mode_drop"] = sum(m["drop"] for m in exact.report["maps"])
        if static is not None:
            bar.step(f"{static.stem}")
            row["static"] = images.accuracy(static.exact())
        row["instructions"] = {}
        sample = images.pixels[:samples]
        for core in cores:
            counts = {}
            for name, compiled in (
                ("paper_mode", subject.paper("nhwc", mcpu=core)),
                ("unpruned_layer_by_layer", subject.unpruned(core)),
                ("exact_mode", subject.exact(net.ram, core)),
            ):
                bar.step(f"{net.name}, {core}, {name}")
                counts[name] = round(_instructions(compiled, sample))
            row["instructions"][core] = counts
        row["published"] = PUBLISHED[net.name].__dict__
        result[net.name] = row
    bar.close()
    return {"images": len(images.labels), "sampled": samples, "networks": result}


def table_markdown(result: dict[str, Any]) -> str:
    """Our Table 2 beside the paper's, as Markdown."""
    rows: list[list[str]] = [["", *(r["title"] for r in result["networks"].values())]]

    def add(title: str, cell: Any) -> None:
        rows.append([title, *(cell(r) for r in result["networks"].values())])

    def setting(r: dict[str, Any]) -> str:
        return f"{r['ram']:,} / {r['batch']} / {r['alpha']} / {r['tau']}"

    def exact(r: dict[str, Any]) -> str:
        dropped = r["exact_mode_drop"]
        return f"{figures.percent(r['exact_mode'])} ({f'{dropped:,}' if dropped else 'nothing'} dropped)"

    add("RAM / S_b / alpha / tau", setting)
    add("D_p", lambda r: ", ".join(f"{drop:,}" for drop in r["drop"]))
    add("**accuracy, %**", lambda r: "")
    add("original", lambda r: figures.percent(r["original"]))
    add("original, paper", lambda r: figures.percent(r["published"]["original"]))
    def add_accuracy(title: str, name: str, key: str) -> None:
        add(title, lambda r: figures.percent(r.get(name, {}).get(key)))

    for each in AWARE:
        add_accuracy(f"original, {each.title}", each.key, "original")
    modes = [("paper mode", "paper_mode", ORDERS)]
    modes += [(f"paper mode, {each.title}", each.key, each.orders) for each in AWARE]
    for title, name, orders in modes:
        for order in orders:
            for policy in POLICIES:
                add_accuracy(f"{title}, {order}, {policy}", name, f"{order}, {policy}")
    add("compressed, paper", lambda r: figures.percent(r["published"]["pruned"]))
    add("exact mode", exact)
    add("static structured pruning", lambda r: figures.percent(r.get("static")))
    add("static structured pruning, paper", lambda r: figures.percent(r["published"]["static"]))
    add("**memory overhead, bytes**", lambda r: "")
    add("buffer + cache", lambda r: str(r["overhead"]["buffer_and_cache"]))
    add("buffer + cache, paper", lambda r: str(r["published"]["overhead"]))
    add("with bitmap and cursors", lambda r: f"{r['overhead']['all']:,}")
    cores = list(next(iter(result["networks"].values()))["instructions"])
    if cores:
        add("**instructions**", lambda r: "")
    for core in cores:
        kinds = ("paper_mode", "unpruned_layer_by_layer", "exact_mode")
        for kind in kinds:
            title = f"{core}, {kind.replace('_', ' ')}"
            add(title, lambda r, c=core, k=kind: f"{r['instructions'][c][k]:,}")
        pruned, unpruned, _ = kinds
        add(
            f"{core}, pruned / unpruned",
            lambda r, c=core, p=pruned, u=unpruned: (
                f"{r['instructions'][c][p] / r['instructions'][c][u]:.2f}"
            ),
        )
    add(
        "pruned / unpruned, paper's estimate of latency",
        lambda r: f"{r['published']['latency']:.2f}",
    )
    return figures.markdown(rows)


def sweep(
    networks: Sequence[Network], folder: Path, images: Images, over: str,
    values: Sequence[float], quiet: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Accuracy in paper mode over `tau` (Figure 3, at its S_b) or `batch` (Figure 4).

    Points where the closed form has no answer are null. Policy is the paper's.
    """
    subjects = {
        net.name: [
            (label, subject)
            for suffix, label in (("", ""), (AWARE[0].suffix, "pruning-aware, "))
            if (subject := find_subject(net, folder, suffix))
        ]
        for net in networks
    }
    result: dict[str, Any] = {}
    count = sum(map(len, subjects.values()))
    bar = Bar(count * len(values) * len(ORDERS), quiet)
    for net in networks:
        curves: dict[str, list[float | None]] = {}
        for label, subject in subjects[net.name]:
            for order in ORDERS:
                curve = curves.setdefault(label + order, [])
                for value in values:
                    bar.step(f"{subject.stem}, {order}, {over} {value:g}")
                    options: dict[str, Any] = (
                        {"tau": value, "batch": PUBLISHED[net.name].tau_batch}
                        if over == "tau"
                        else {"batch": int(value)}
                    )
                    try:
                        curve.append(images.accuracy(subject.paper(order, **options)))
                    except ValueError:  # the closed form has no answer
                        curve.append(None)
        published = [list(p) for p in getattr(PUBLISHED[net.name], over)]
        result[net.name] = {"title": net.title, "curves": curves, "published": published}
        result[net.name]["fixed"] = (
            {"batch": PUBLISHED[net.name].tau_batch} if over == "tau" else {"tau": net.tau}
        )
    bar.close()
    return {"images": len(images.labels), "over": over, "values": list(values), "networks": result}


def sweep_markdown(result: dict[str, Any]) -> str:
    """A column for each network and order, a row for each value."""
    head, columns = [result["over"]], []
    for row in result["networks"].values():
        for name, curve in row["curves"].items():
            head.append(f"{row['title']}, {name}")
            columns.append(curve)
    rows = [head]
    for i, value in enumerate(result["values"]):
        rows.append([f"{value:g}", *(figures.percent(column[i]) for column in columns)])
    return figures.markdown(rows)


def plot(result: dict[str, Any], path: Path) -> None:
    """Draws a sweep as SVG: a panel for each network, and the points the paper states."""
    rows = list(result["networks"].values())
    with figures.panels(path, len(rows), result["images"]) as panels:
        for panel, row in zip(panels, rows, strict=True):
            for name, curve in row["curves"].items():
                points = [
                    (x, y) for x, y in zip(result["values"], curve, strict=True) if y is not None
                ]
                style = "--" if name.endswith("nchw") else "-"
                panel.plot(*zip(*points), style, marker=".", label=name)
            panel.plot(*zip(*row["published"]), "kx", label="paper, stated in its text")
            fixed = ", ".join(f"{k} {v:g}" for k, v in row["fixed"].items())
            panel.set_title(f"{row['title']} ({fixed})")
            if result["over"] == "tau":
                panel.set_xscale("symlog", linthresh=0.1)
                panel.set_xlabel("threshold tau")
            else:
                panel.set_xlabel("tiny buffer S_b, elements")


def _numbers(text: str) -> list[float]:
    try:
        values = [float(each) for each in text.split(",")]
    except ValueError:
        values = [-1.0]
    if any(not 0 <= value < math.inf for value in values):
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of numbers, such as 0,0.3,1")
    return values


def _names(known: Iterable[str]) -> Any:
    def parse(text: str) -> list[str]:
        chosen = [each for each in text.split(",") if each]
        if unknown := [each for each in chosen if each not in known]:
            raise argparse.ArgumentTypeError(
                f"unknown: {', '.join(unknown)}; expected some of {', '.join(known)}"
            )
        return chosen

    return parse


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of images")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", required=True, help="CIFAR-10 folder, binary or Python layout")
    common.add_argument("--out", type=Path, help="folder for JSON, Markdown and plots")
    common.add_argument("--models", type=Path, default=MODELS,
                        help="folder of the exported networks (default: test/models)")  # fmt: skip
    common.add_argument("--networks", type=_names(tuple(NETWORKS)), default=list(NETWORKS),
                        help="separated by commas (default: all three)")  # fmt: skip
    common.add_argument("--images", type=_count, help="test images (default: all)")
    common.add_argument("--quiet", action="store_true", help="no progress bar")
    parser = commands.parser("evaluate", __doc__)
    kinds = parser.add_subparsers(dest="command", required=True)
    one = kinds.add_parser("table", parents=[common], help="Table 2")
    one.add_argument("--cores", type=_names(CORES), default=list(CORES),
                     help="where to count instructions; may be empty (default: %(default)s)")  # fmt: skip
    one.add_argument("--samples", type=_count, default=10,
                     help="images that instructions are counted for (default: %(default)s)")  # fmt: skip
    two = kinds.add_parser("tau", parents=[common], help="Figure 3: accuracy over tau")
    two.add_argument("--values", type=_numbers, default=list(TAUS), help="real units")
    three = kinds.add_parser("batch", parents=[common], help="Figure 4: accuracy over S_b")
    three.add_argument("--values", type=_numbers, default=list(BATCHES), help="elements")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `python -m rtwmc.evaluate`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "batch" and any(
        v != int(v) or not 1 <= v <= 65535 for v in options.values
    ):
        parser.error("--values: S_b is a whole number of 1 to 65535 elements")
    networks = [NETWORKS[name] for name in options.networks]
    try:
        images = Images.load(options.data, options.images)
        if options.command == "table":
            result = table(
                networks, options.models, images, options.cores, options.samples, options.quiet
            )
            text = table_markdown(result)
        else:
            result = sweep(
                networks, options.models, images, options.command, options.values, options.quiet
            )
            text = sweep_markdown(result)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            base = options.out / options.command
            base.with_suffix(".json").write_text(json.dumps(_rounded(result), indent=1) + "\n")
            base.with_suffix(".md").write_text(text)
            if options.command != "table":
                plot(result, base.with_suffix(".svg"))
    except (data.DatasetError, CompileError, NotInstalledError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"error: {error}: pip install rtwmc[evaluate]", file=sys.stderr)
        return 1
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
