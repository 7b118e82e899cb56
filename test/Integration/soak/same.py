# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same input gives the same bytes: twice, and from another folder."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import tflite_random
from compiler import CORES, MORE_CORES, CompileError, compiler, smallest_budget

from .networks import generated, prune_options

__all__ = ["same"]


def _compile(model: Path, folder: Path, *options: str) -> tuple[int, str, dict[str, bytes]]:
    """Exit status, what was said, and what was written, by a compiler that runs in `folder`."""
    folder.mkdir(parents=True)
    done = subprocess.run(
        [compiler(), model, "-o", "net.o", "--report=net.json", "--print-report", "--certificate=net.cert",
         *options],
        cwd=folder, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    written = {each.name: each.read_bytes() for each in folder.iterdir()}
    return done.returncode, done.stdout + done.stderr, written


def same(seed: int, folder: Path) -> int:
    """A network for a random core, within a random budget or none."""
    random_ = random.Random(seed)
    if random_.random() < 0.3:
        kind = random_.choice(["NETWORK", random_.choice(tflite_random.KINDS)])
        name, data = "net.tflite", tflite_random.content(kind, random_.randrange(1 << 31))
    else:
        name, data = "net.mlir", generated(random_, 300_000)[2].module().encode()
    Path(name).write_bytes(data)
    options = [f"--mcpu={random_.choice([*CORES, *MORE_CORES, 'host'])}", *prune_options(random_)]
    if random_.random() < 0.2:
        options.append("--mode=paper")
    if random_.random() < 0.7:
        code, said, _ = _compile(folder / name, folder / "least", "--ram=1", *options)
        # What is refused for another reason is refused twice below.
        if "the smallest budget that fits" in said:
            least = smallest_budget(CompileError(code, said))
            options.append(f"--ram={random_.choice([least, least + random_.randint(0, least // 4)])}")
    first = _compile(folder / name, folder / "one", *options)
    assert first[0] in (0, 1), f"exit status {first[0]}\n{first[1]}"
    again = _compile(folder / name, folder / "two", *options)
    other = folder / "in" / "another folder"
    other.mkdir(parents=True)
    (other / name).write_bytes(data)
    third = _compile(Path("..", name), other / "three", *options)
    for what, got in (("a second time", again), ("from another folder", third)):
        assert got[0] == first[0], f"{what}: exit status {got[0]}, first {first[0]}"
        different = [each for each in first[2] | got[2] if first[2].get(each) != got[2].get(each)]
        assert not different, f"{what}, {' '.join(options)}: {', '.join(different)} differ"
    return int(first[0] == 0)
