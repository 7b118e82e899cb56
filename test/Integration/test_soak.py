# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The soak (docs/soak.md): a short one, and that it finds and keeps what is wrong."""

from __future__ import annotations

import os
import random
import re
import signal
import time

import pytest

pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")
pytest.importorskip("elftools")

from soak import command, strict  # noqa: E402
from soak.kinds import KINDS  # noqa: E402
from soak.mutate import mutated  # noqa: E402
from soak.run import run_seed  # noqa: E402


def test_every_kind(tmp_path, capfd):
    """`tools/soak.sh --minutes 0 --seed 2`: each kind once."""
    status = command.main(["--minutes=0", "--seed=2", f"--keep={tmp_path / 'kept'}"])
    printed = capfd.readouterr().out
    assert status == 0, printed
    table = [line.split("|")[1:4] for line in printed.splitlines() if line.startswith("| ")][2:]
    assert [[cell.strip() for cell in row[:2]] for row in table] == [[kind, "1"] for kind in KINDS]
    assert not (tmp_path / "kept").exists()


def _right(seed, folder):
    return 3


def _wrong(seed, folder):
    (folder / "net.mlir").write_text(f"input {seed}")
    os.write(1, b"printed\n")
    assert seed < 0, f"planted for {seed}"


def _crash(seed, folder):
    os.kill(os.getpid(), signal.SIGSEGV)


def _hang(seed, folder):
    if os.fork() == 0:  # what it started ends with it
        (folder / "child").write_text(str(os.getpid()))
    time.sleep(1000)


def _is_running(process):
    """A zombie whose parent does not wait for it is not."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_planted_failures(tmp_path, capfd, monkeypatch):
    """Found, kept with how to run it again, and in the exit status; others go on."""
    monkeypatch.setattr(command, "_SECONDS", 2.0)
    kinds = {"wrong": _wrong, "crash": _crash, "hang": _hang, "right": _right}
    arguments = ["--minutes=0", "--runs=2", "--seed=5", f"--keep={tmp_path}"]
    assert command.main(arguments, kinds) == 1
    printed = capfd.readouterr().out
    for kind, failed, checked in (("wrong", 2, 0), ("crash", 2, 0), ("hang", 2, 0), ("right", 0, 6)):
        (row,) = [line for line in printed.splitlines() if line.startswith(f"| {kind} ")]
        assert [cell.strip() for cell in row.split("|")[1:5]] == [kind, "2", str(checked), str(failed)]

    seed = run_seed(5, "wrong", 1)
    kept = tmp_path / f"wrong-{seed}"
    again = f"tools/soak.sh --kind wrong --seed {seed} --keep FOLDER"
    assert again in printed
    assert (kept / "net.mlir").read_text() == f"input {seed}"
    assert (kept / "printed.txt").read_text() == "printed\n"
    note = (kept / "failure.txt").read_text()
    assert again in note and f"planted for {seed}" in note
    assert "ended with SIGSEGV" in (tmp_path / f"crash-{run_seed(5, 'crash', 0)}/failure.txt").read_text()
    hung = tmp_path / f"hang-{run_seed(5, 'hang', 0)}"
    assert "no result after 2 s" in (hung / "failure.txt").read_text()
    assert not _is_running((hung / "child").read_text())
    assert not (tmp_path / f"right-{run_seed(5, 'right', 0)}").exists()


def test_one_run_again(tmp_path, capfd):
    """As the note of a failure says, with the same input."""
    kinds = {"wrong": _wrong, "right": _right}
    assert command.main(["--kind=wrong", "--seed=77", f"--keep={tmp_path}"], kinds) == 1
    assert "planted for 77" in capfd.readouterr().out
    assert (tmp_path / "wrong-77/net.mlir").read_text() == "input 77"
    assert command.main(["--kind=right", "--seed=77", f"--keep={tmp_path}"], kinds) == 0
    assert "right 77: 3 checked, nothing wrong" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -SEGV $$", "ended with SIGSEGV"), ("exit 3", "ended with 3"),
        ("exit 1", "exit status 1 without a diagnostic"),
        ("echo error: no >&2; echo > out/net.h; exit 1", "exit status 1, but left behind: net.h"),
        ("echo > $TMPDIR/x; echo > out/net.o", "temporary files left behind: x"),
        ("exit 0", "exit status 0 without an object"),
        ("echo 'a.cpp:1: runtime error: overflow' >&2; exit 1", "but 'runtime error:'"),
        ("sleep 1000", "not done after 0.5 s"), ("while :; do :; done", "not done after 1 s of computing"),
    ],
)  # fmt: skip
def test_strict(script, words, tmp_path, monkeypatch):
    """What a compiler must not do with a damaged file."""
    fake = tmp_path / "build/bin/rtwmc-compile"
    fake.parent.mkdir(parents=True)
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("RTWMC_BUILD_DIR", str(tmp_path / "build"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path)
    if "sleep" in script:
        monkeypatch.setattr(strict, "_WALL_SECONDS", 0.5)
    monkeypatch.setattr(strict, "_CPU_SECONDS", 1)
    with pytest.raises(AssertionError, match=words):
        strict.run(tmp_path / "net.mlir")
    fake.write_text("#!/bin/sh\necho error: no >&2\nexit 1\n")
    assert not strict.run(tmp_path / "net.mlir")
    fake.write_text("#!/bin/sh\necho > out/net.o\n")
    assert strict.run(tmp_path / "net.mlir")


def test_mutants_differ_and_are_always_the_same():
    data = b'{"schema": 1, "batch": 16, "maps": [{"name": "conv1"}]}' * 4
    made = [mutated(random.Random(seed), data, True) for seed in range(200)]
    assert made == [mutated(random.Random(seed), data, True) for seed in range(200)]
    assert len(set(made)) > 150
    assert sum(each == data for each in made) < 20


def _terminate(seed, folder):
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1000)


def test_terminated(tmp_path, capfd):
    """The table is printed, and nothing stays."""
    assert command.main(["--minutes=9", f"--keep={tmp_path}"], {"terminate": _terminate}) == 0
    printed = capfd.readouterr().out
    assert "interrupted" in printed
    assert re.search(r"\| terminate +\| +0 \| +0 \| +0 \|", printed)


def test_unknown_kind(capfd):
    with pytest.raises(SystemExit) as error:
        command.main(["--kinds=right,none"], {"right": _right})
    assert error.value.code == 2
    assert "--kinds: no none; there are right" in capfd.readouterr().err
