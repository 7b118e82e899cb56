# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs rtwmc-compile and rtwmc-opt's pipeline on a model, with the same options.

    same_module.py COMPILE OPT TRANSLATE EMIT MODEL NAME=VALUE...

The programs are rtwmc-compile, rtwmc-opt, mlir-translate and rtwmc-target-emit.
Prints the module of the LLVM dialect if both write the same text, and if the
LLVM IR that mlir-translate makes of it becomes the object of rtwmc-compile. The
values ram=tight and flash=tight are nine tenths of what is needed to lose
nothing, and a byte less than what code takes that is optimized for speed.
"""

import json
import re
import subprocess
import sys
from pathlib import Path


def run(*command):
    """What the command writes to standard output."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()


def main():
    compiler, opt, translate, emit, model, *options = sys.argv[1:]
    given = dict(option.split("=", 1) for option in options)
    flags = [f"--{option}" for option in options if not option.endswith("=tight")]
    run(compiler, model, *flags, "-o", "loose.o", "--report=loose.json")
    loose = json.loads(Path("loose.json").read_text(encoding="utf-8"))
    tight = {"ram": loose["ram"] * 9 // 10, "flash": loose["flash"] - 1}
    given |= {name: str(tight[name]) for name in given if given[name] == "tight"}
    options = [f"{name}={value}" for name, value in given.items()]

    flags = [f"--{option}" for option in options]
    compiled = run(compiler, model, *flags, "--emit=mlir-llvm", "-o", "-")
    pipeline = f"--rtwmc-pipeline={' '.join(options)}"
    module = run(opt, model, "--allow-unregistered-dialect", pipeline, "-o", "-")
    if compiled != module:
        sys.exit(f"rtwmc-compile and rtwmc-opt {pipeline} write different modules")

    Path("module.mlir").write_text(module, encoding="utf-8")
    run(translate, "--mlir-to-llvmir", "module.mlir", "-o", "module.ll")
    size = ["size"] if re.search(r"rtwmc\.fit = {[^}]*optimize_for_size", module) else []
    core = given.get("mcpu", "cortex-m4")
    run(emit, "module.ll", core, given["name"] + "_run", "module.o", *size)
    run(compiler, model, *flags, "-o", "compiled.o")
    if Path("compiled.o").read_bytes() != Path("module.o").read_bytes():
        sys.exit(f"the object of rtwmc-compile is not that of rtwmc-opt {pipeline}")
    sys.stdout.write(module)


if __name__ == "__main__":
    main()
