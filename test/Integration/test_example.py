# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples: built as their READMEs say, by GCC and by clang, and run in QEMU."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from rtwmc import installed

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "bare-metal"
CAMERA = ROOT / "examples" / "line-camera"
MODELS = ROOT / "test" / "models"
SAYS = "cat, ahead of dog by 1.8\n"


def call(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, env=installed.environment(), check=False
    )


def succeeds(*command: str | Path) -> str:
    done = call(*command)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def qemu(image: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none",
         "-serial", "none", "-semihosting-config", "enable=on,target=native", *options,
         "-kernel", image],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def runs(image: Path, *options: str) -> None:
    done = qemu(image, *options)
    assert done.returncode == 0 and SAYS in done.stdout + done.stderr


def configured(build: Path, toolchain: str, *options: str, example: Path = EXAMPLE) -> None:
    succeeds(
        "cmake", "-S", example, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
        f"-DCMAKE_TOOLCHAIN_FILE={EXAMPLE}/toolchains/{toolchain}.cmake",
        f"-DRTWMC_DIR={installed.cmake_dir()}", *options,
    )  # fmt: skip


@pytest.mark.parametrize("toolchain", ["arm-none-eabi-gcc", "clang"])
def test_cmake(toolchain: str, tmp_path: Path) -> None:
    configured(tmp_path, toolchain)
    succeeds("cmake", "--build", tmp_path)
    runs(tmp_path / "firmware.elf")
    report = json.loads((tmp_path / "lenet.rtwmc" / "lenet.json").read_text())
    assert report["ram"] <= 4096


# Time goes by with instructions, 32 ns each.
ICOUNT = ("-icount", "shift=5")


@pytest.mark.parametrize("toolchain", ["arm-none-eabi-gcc", "clang"])
def test_camera(toolchain: str, tmp_path: Path) -> None:
    """The picture comes line by line from an interrupt handler, in less RAM than it has bytes."""
    configured(tmp_path, toolchain, example=CAMERA)
    succeeds("cmake", "--build", tmp_path)
    runs(tmp_path / "firmware.elf", *ICOUNT)
    report = json.loads((tmp_path / "lenet.rtwmc" / "lenet.json").read_text())
    assert report["ram"] <= 2048 and report["input"] == "rows"


def test_camera_that_is_too_fast(tmp_path: Path) -> None:
    """The run ends with what the function that waits for lines returns."""
    example = tmp_path / "examples" / "line-camera"
    shutil.copytree(CAMERA, example)
    shutil.copytree(EXAMPLE, example.with_name("bare-metal"))
    source = example / "camera.c"
    text = source.read_text()
    assert "CYCLES_PER_LINE = 50000" in text
    source.write_text(text.replace("CYCLES_PER_LINE = 50000", "CYCLES_PER_LINE = 5000"))
    configured(
        tmp_path / "build", "clang", f"-DMODEL={MODELS}/lenet_a.tflite",
        f"-DPICTURE={MODELS}/pictures/cat.rgb", example=example,
    )  # fmt: skip
    succeeds("cmake", "--build", tmp_path / "build")
    done = qemu(tmp_path / "build" / "firmware.elf", *ICOUNT)
    assert done.returncode == 1 and "the network is slower than the camera" in done.stdout + done.stderr


def test_make(tmp_path: Path) -> None:
    compiler = installed.tool("rtwmc-compile")
    make = ("make", "-C", EXAMPLE, f"BUILD={tmp_path}", f"RTWMC_COMPILE={compiler}")
    succeeds(*make)
    runs(tmp_path / "firmware.elf")
    assert "up to date" in succeeds(*make)
    done = call(*make, "-B", "RAM=400")
    assert done.returncode and "the smallest budget that fits is" in done.stderr


def test_changes_and_budgets(tmp_path: Path) -> None:
    """Compiled again when the model is another, not otherwise; a budget that is too small
    fails the build with the compiler's message."""
    model, build = tmp_path / "model.mlir", tmp_path / "build"
    shutil.copy(MODELS / "lenet_a.mlir", model)
    configured(build, "clang", f"-DMODEL={model}")
    library = ("cmake", "--build", build, "--target", "lenet")
    succeeds(*library)
    header = build / "lenet.rtwmc" / "lenet.h"
    assert "lenet_run(" in header.read_text()
    assert "no work to do" in succeeds(*library)

    first = (build / "lenet.rtwmc" / "lenet.o").read_bytes()
    shutil.copy(MODELS / "lenet_a_static.mlir", model)
    os.utime(model)
    assert "Compiling network lenet for cortex-m4" in succeeds(*library)
    assert (build / "lenet.rtwmc" / "lenet.o").read_bytes() != first

    succeeds("cmake", build, "-DRAM=300")
    done = call(*library)
    assert done.returncode and "the smallest budget that fits is" in done.stdout + done.stderr


def test_bad_arguments(tmp_path: Path) -> None:
    """Said while configuring, with the name of the network."""
    project = """cmake_minimum_required(VERSION 3.20)
project(bad LANGUAGES C)
find_package(RTWMC 0.2 REQUIRED)
rtwmc_add_network({})
"""
    for arguments, message in {
        "net MODEL net.tflite": "(net): expects MCPU",
        "net MCPU cortex-m4": "(net): expects MODEL",
        "my-net MODEL net.tflite MCPU host": "(my-net): expects a C identifier",
        "net MODEL net.tflite MCPU host ROM 4": "(net): unknown arguments: ROM",
        "net MODEL net.tflite MCPU host RAM": "(net): no value for RAM",
    }.items():
        (tmp_path / "CMakeLists.txt").write_text(project.format(arguments))
        done = call("cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja",
                    f"-DRTWMC_DIR={installed.cmake_dir()}")  # fmt: skip
        assert done.returncode and message in " ".join(done.stderr.split()), done.stderr


def test_libraries_need_an_installed_tree(tmp_path: Path) -> None:
    """What a wheel and a build tree do not have is said, not half found."""
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(bad LANGUAGES C)\n"
        "find_package(RTWMC 0.2 REQUIRED COMPONENTS Libraries)\n"
    )
    done = call("cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja",
                f"-DRTWMC_DIR={installed.cmake_dir()}")  # fmt: skip
    assert done.returncode and "Libraries" in done.stderr
