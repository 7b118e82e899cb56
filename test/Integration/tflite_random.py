# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random operators and networks as `.tflite` files, compared with TensorFlow Lite Micro.

    python3 tflite_random.py [--count N] [--seed S] [--only CONV_2D,NETWORK] [--mcpu cortex-m4]
        [--pruned] [--keep FOLDER] [--refused]
    python3 tflite_random.py --only CONV_2D --seed S --count 1 --write one.tflite

Each case is an operator of tflite_layers.py, or NETWORK, and a seed, and always the same. Prints
those that differ or crash, and how many were equal, refused by the compiler or unknown to
TensorFlow Lite Micro. The exit status is 1 if anything differs or crashes. `--keep` writes
the files of what is wrong to a folder. With `--pruned` each case is compiled within a budget between the least
that fits and that which loses nothing: the core must then compute what this machine does.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
from rtwmc import tflm, verify  # noqa: E402
from rtwmc.compiler import CompileError, smallest_budget  # noqa: E402

from tflite_layers import LAYERS, OTHERS, Maker  # noqa: E402

__all__ = ["KINDS", "KNOWN", "Outcome", "content", "run"]

INPUTS = 6
# What a network is made of: the operators that give maps of int8.
_INNER = [
    "CONV_2D", "CONV_2D", "CONV_2D", "DEPTHWISE_CONV_2D", "DEPTHWISE_CONV_2D", "MAX_POOL_2D",
    "AVERAGE_POOL_2D", "ADD", "MUL", "RELU", "LEAKY_RELU", "PRELU", "HARD_SWISH", "LOGISTIC", "TANH",
    "CONCATENATION", "SLICE", "STRIDED_SLICE", "PAD", "SPLIT", "SPACE_TO_DEPTH", "MAXIMUM",
]  # fmt: skip
_LARGEST_MAP = 6000


def network(m: Maker) -> list[int]:
    """A few operators behind each other, with residual additions, and an end of some kind."""
    kind = m.choose.choice([np.int8, np.int8, np.uint8, np.float32])
    shape = [1, *(m.choose.randint(5, 20) for _ in "hw"), m.choose.choice([1, 3, 4, 8])]
    if kind is np.int8:
        x = m.image(shape)
    else:
        x = m.input("image", shape, kind, *(() if kind is np.float32 else (1 / 255, m.zero(kind))))
        x = m.quantize(x, np.int8, m.scale() if kind is np.float32 else 1 / 255, m.zero())
    maps = [x]
    for _ in range(m.choose.randint(2, 8)):
        y = LAYERS[m.choose.choice(_INNER)](m, x)
        if len(m.shape(y)) != 4 or math.prod(m.shape(y)) > _LARGEST_MAP:
            break
        same = [each for each in maps if m.shape(each) == m.shape(y) and each != y]
        if same and m.choose.random() < 0.5:
            y = m.add(m.choose.choice(same), y, m.scale_of(y) * 2, m.zero())
        maps.append(y)
        x = y
    outputs = [x]
    if m.choose.random() < 0.2:
        outputs = list(dict.fromkeys([*outputs, m.choose.choice(maps[1:] or [x])]))
    end = m.choose.choice(["none", "scores", "scores", "mean"])
    if end == "mean":
        outputs[0] = LAYERS["FULLY_CONNECTED"](m, LAYERS["MEAN"](m, x))
    elif end == "scores":
        outputs[0] = m.softmax(LAYERS["FULLY_CONNECTED"](m, x))
    if kind is not np.int8:
        y = outputs[0]
        outputs[0] = m.dequantize(y) if kind is np.float32 else m.quantize(
            y, np.uint8, m.scale_of(y), m.zero_of(y) + 128
        )  # fmt: skip
    if m.choose.random() < 0.5:
        for tensor in m.tensors:
            tensor.dynamic = not tensor.data
    return outputs


def content(kind: str, seed: int) -> bytes:
    """The file of a case."""
    m = Maker(seed)
    if kind == "NETWORK":
        outputs = network(m)
    elif kind in OTHERS:
        outputs = [OTHERS[kind](m)]
    else:
        outputs = [LAYERS[kind](m, m.map())]
    return m.content(outputs)


KINDS = ["NETWORK", *LAYERS, *OTHERS]
_CONVERTER = "tosa-converter-for-tflite 2026.2.0 writes something else: "
# Kinds that are not always right, and why.
KNOWN = {
    "SUM": _CONVERTER + "1 off, a sum is rounded otherwise",
    "LOGISTIC_half_a_step": _CONVERTER + "a table whose rounding differs at half a step",
}  # fmt: skip


_WRONG = ("different", "crash", "broken")


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    `equal`, `refused`, `unknown` to the oracle, `different`, `crash`, or `broken`: a budget was
    refused that had been promised.
    """

    kind: str
    seed: int
    what: str
    words: str = ""

    @property
    def wrong(self) -> bool:
        return self.what in _WRONG

    def __str__(self) -> str:
        return f"{self.kind} {self.seed}: {self.what}\n{self.words}".strip()


def _budget(model: Path, seed: int, mcpu: str) -> int:
    """A budget of RAM within which something has to be dropped, if anything can be."""
    least = smallest_budget(model, mcpu=mcpu, max_recompute=0)
    lossless = smallest_budget(model, mcpu=mcpu, lossless=True, max_recompute=0)
    return random.Random(seed).randint(least, max(lossless - 1, least))


def run(kind: str, seed: int, mcpu: str = "host", pruned: bool = False, **more: str) -> Outcome:
    """Compares a case with TensorFlow Lite Micro, within a budget if `pruned`; `more` are further
    options of `rtwmc.compile`."""
    with tempfile.TemporaryDirectory(prefix="rtwmc-") as folder:
        file = Path(folder, "net.tflite")
        file.write_bytes(content(kind, seed))
        options: dict[str, str | int] = {}
        try:
            if pruned:
                options |= {"ram": _budget(file, seed, mcpu), "max_recompute": 0}
            result = verify.verify(file, count=INPUTS, seed=seed, mcpu=mcpu, timeout=60, **options, **more)
        except CompileError as error:
            if options:
                return Outcome(kind, seed, "broken", f"--ram={options['ram']}: {error}")
            # Not one diagnostic, but the words of a crash.
            crash = "PLEASE submit a bug report" in str(error) or "ended with status -" in str(error)
            return Outcome(kind, seed, "crash" if crash else "refused", str(error))
        except tflm.TflmError as error:
            return Outcome(kind, seed, "unknown", str(error))
    failed = any(each.failure for each in result.comparisons)
    what = "equal" if result.equal else "crash" if failed else "different"
    if what == "equal" and len(result.comparisons) > 1 and not result.comparisons[1].must_be_equal:
        what = "equal but for what is dropped"
    return Outcome(kind, seed, what, verify.table(result))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Compare random .tflite files with TFLM.")
    parser.add_argument("--count", type=int, default=10, help="cases of each kind")
    parser.add_argument("--seed", type=int, default=0, help="of the first case")
    parser.add_argument("--only", help="kinds, separated by commas (default: those always right), "
                        f"of {', '.join(KINDS)}")  # fmt: skip
    parser.add_argument("--mcpu", default="host", help="a core to run on as well, in QEMU")
    parser.add_argument("--pruned", action="store_true", help="within budgets that drop something")
    parser.add_argument("--keep", type=Path, help="folder for the files of what is wrong")
    parser.add_argument("--write", type=Path, help="write the first case instead, and do nothing else")
    parser.add_argument("--refused", action="store_true", help="say also why cases are refused")
    options = parser.parse_args(arguments)
    kinds = options.only.split(",") if options.only else [k for k in KINDS if k not in KNOWN]
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        parser.error(f"--only: no {', '.join(unknown)}")
    if options.write:
        options.write.write_bytes(content(kinds[0], options.seed))
        return 0
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    for seed in range(options.seed, options.seed + options.count):
        for kind in kinds:
            outcome = run(kind, seed, options.mcpu, options.pruned)
            counts[kind][outcome.what] += 1
            if outcome.wrong or (options.refused and outcome.what in ("refused", "unknown")):
                print(f"{outcome}\n", flush=True)
            if outcome.wrong and options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{kind}_{seed}.tflite").write_bytes(content(kind, seed))
    for kind, count in counts.items():
        print(f"{kind:26}", ", ".join(f"{n} {what}" for what, n in sorted(count.items())))
    return int(any(count[what] for count in counts.values() for what in _WRONG))


if __name__ == "__main__":
    sys.exit(main())
