# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Files that are damaged, and options in any combination: never a crash, a hang, or a file left."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import tflite_random
import tosa_operators
import upstream
from compiler import CORES, MORE_CORES, compile_network, compiler

from . import strict
from .mutate import mutated
from .networks import generated

__all__ = ["damaged_bytecode", "damaged_json", "damaged_mlir", "damaged_tflite", "flags", "model"]

# Of one file; making it takes longer than some.
_MUTANTS = 12
_MACS = 20_000


def model(random_: random.Random) -> str:
    """TOSA's text: an operation by itself, or a small network."""
    if random_.random() < 0.4:
        return random_.choice(tosa_operators.CASES).module()
    return generated(random_, _MACS)[2].module()


def _damage(random_: random.Random, data: bytes, suffix: str, is_text: bool,
            compile_: Callable[[Path], object]) -> int:  # fmt: skip
    """Compiles mutants; the one that fails is the last, so the file is there, and the whole one."""
    Path(f"whole{suffix}").write_bytes(data)
    for _ in range(_MUTANTS):
        file = Path(f"damaged{suffix}")
        file.write_bytes(mutated(random_, data, is_text))
        compile_(file)
    return _MUTANTS


def _core(random_: random.Random) -> str:
    return f"--mcpu={random_.choice([*CORES, 'host'])}"


def damaged_mlir(seed: int, folder: Path) -> int:
    random_ = random.Random(seed)
    data, core = model(random_).encode(), _core(random_)
    return _damage(random_, data, ".mlir", True, lambda file: strict.run(file, core))


def damaged_bytecode(seed: int, folder: Path) -> int:
    random_ = random.Random(seed)
    subprocess.run(
        [upstream.tool("mlir-opt"), "-", "--allow-unregistered-dialect", "--emit-bytecode",
         "-o", "net.mlirbc"],
        input=model(random_), text=True, check=True,
    )  # fmt: skip
    data, core = Path("net.mlirbc").read_bytes(), _core(random_)
    return _damage(random_, data, ".mlirbc", False, lambda file: strict.run(file, core))


def damaged_tflite(seed: int, folder: Path) -> int:
    random_ = random.Random(seed)
    kind = random_.choice(["NETWORK", random_.choice(tflite_random.KINDS)])
    data, core = tflite_random.content(kind, random_.randrange(1 << 31)), _core(random_)
    return _damage(random_, data, ".tflite", False, lambda file: strict.run(file, core))


def _settings(random_: random.Random, names: list[str]) -> tuple[str, dict]:
    """A plan or a calibration, for maps of these names."""
    chosen = random_.sample(names, random_.randint(0, len(names)))
    if random_.random() < 0.4:
        maps = [{"name": name, "zeros": 0.25, "lost_energy": sorted(
            round(random_.random(), 3) for _ in range(random_.randint(2, 9))
        )} for name in chosen]  # fmt: skip
        return "calibration", {"schema": 1, "images": 200, "maps": maps}
    plan = {"schema": 1, "order": random_.choice(["nhwc", "nchw"]), "alpha": 0.8, "batch": 16,
            "policy": random_.choice(["proportional", "paper"])}  # fmt: skip
    plan["maps"] = [{"name": name, "tau_q": random_.choice([0, 1, 3]), "batch": 8} for name in chosen]
    for each in plan["maps"]:
        if random_.random() < 0.5:
            each |= {"drop": random_.randint(0, 40), "unit": random_.choice(["map", "row"])}
    return "plan", plan


def damaged_json(seed: int, folder: Path) -> int:
    """Plan and calibration files, damaged, and a budget within which they matter."""
    random_ = random.Random(seed)
    source = Path("net.mlir")
    source.write_text(generated(random_, _MACS, kinds="chain")[2].module())
    report = compile_network(source, folder).report
    what, settings = _settings(random_, [each["name"] for each in report["maps"]])
    ram = f"--ram={random_.randint(report['ram'] // 2, report['ram'])}"

    def compile_(file: Path) -> bool:
        return strict.run(source, "--mcpu=host", ram, f"--{what}={file}")

    return _damage(random_, json.dumps(settings, indent=1).encode(), ".json", True, compile_)


def _number(random_: random.Random) -> str:
    return random_.choice([
        str(random_.randint(0, 100)), str(random_.randint(0, 20_000)), "0", "-1", "4KiB", "1", "65535",
        "65536", "2147483648", "18446744073709551616", "", "x", "0.5", "1e9", "nan", "0x10", " 4", "4,4",
    ])  # fmt: skip


_WORDS = {
    "--mcpu": [*CORES, *MORE_CORES, "host", "cortex-m1", ""],
    "--mode": ["exact", "paper", "other"], "--policy": ["proportional", "paper", ""],
    "--order": ["nhwc", "nchw", "chw"], "--input": ["external", "arena", "rows", "none"],
    "--emit": ["obj", "asm", "llvm", "mlir-llvm", "mlir", "exe"],
    "--name": ["net", "a_b", "2x", "int", "main", "", "é", "a" * 3000],
    "--kernel": ["direct", "smlad", "block", "mve", "conv1=direct", "conv1=direct:2x2", "direct:0x0",
                 "x=y", "=", ""],
    "--certificate": ["out/net.cert", "none/net.cert", ""],
    "--header": ["out/other.h", "none/other.h", ""],
    "--plan": ["net.mlir", "/dev/null", "none.json", ""],
    "--calibration": ["net.mlir", "/dev/null", "none.json", ""],
}  # fmt: skip
_NUMBERS = ["--ram", "--flash", "--batch", "--alpha", "--tau-q"]
_SWITCHES = ["--lossless", "--keep-maps", "--print-report", "--unknown", "--lossless=maybe", "net.mlir"]


def _flag(random_: random.Random) -> str:
    what = random_.randrange(7)
    if what < 3:
        name = random_.choice(list(_WORDS))
        return f"{name}={random_.choice(_WORDS[name])}"
    if what < 6:
        return f"{random_.choice(_NUMBERS)}={_number(random_)}"
    return random_.choice(_SWITCHES)


def flags(seed: int, folder: Path) -> int:
    """Options in any number and order, mostly with meaning, some twice."""
    random_ = random.Random(seed)
    source = Path("net.mlir")
    source.write_text(model(random_))
    for _ in range(_MUTANTS):
        strict.run(source, *(_flag(random_) for _ in range(random_.randint(0, 6))))
    return _MUTANTS
