# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Keeps all cores busy with runs of several kinds, counts them, and keeps the failures."""

from __future__ import annotations

import hashlib
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path

from .job import Function, Job

__all__ = ["Count", "Soak", "commit", "run_seed"]

# More of a kind say nothing new, and would fill the disk.
_KEPT = 50
_SAY_SECONDS = 60


def run_seed(seed: int, kind: str, number: int) -> int:
    """The seed of run `number` of a kind in a soak with `seed`."""
    digest = hashlib.sha256(f"{seed}/{kind}/{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def commit() -> str:
    """Short name of the commit that is checked out, with a mark if files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],
        cwd=Path(__file__).parent, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"


@dataclass
class Count:
    """Of a kind: runs begun, ended and failed, things they checked, and seconds they took."""

    begun: int = 0
    ended: int = 0
    failed: int = 0
    checked: int = 0
    seconds: float = 0.0


class Soak:
    """Runs of `kinds`, each with a seed that follows from `seed`, the kind and its number.

    `keep` is where failures go, `seconds` what a run may take, `say` prints a line.
    """

    def __init__(self, kinds: Mapping[str, Function], seed: int, keep: Path, workers: int,
                 seconds: float, say: Callable[[str], None]):  # fmt: skip
        self.counts = {kind: Count() for kind in kinds}
        self._kinds, self._seed, self._keep = kinds, seed, keep
        self._workers, self._seconds, self._say = workers, seconds, say
        self._jobs: list[Job] = []
        self._is_interrupted = False
        self._begin = time.monotonic()

    @property
    def failed(self) -> int:
        return sum(count.failed for count in self.counts.values())

    def run(self, minutes: float, least: int) -> None:
        """Goes on for so long, and until there were `least` runs of each kind.

        An interrupt or a termination ends it at once, without the runs under way.
        """
        before = {
            number: signal.signal(number, self._interrupt) for number in (signal.SIGINT, signal.SIGTERM)
        }
        end, say_at = self._begin + minutes * 60, self._begin + _SAY_SECONDS
        with tempfile.TemporaryDirectory(prefix="rtwmc-soak-") as folder:
            try:
                while not self._is_interrupted:
                    while len(self._jobs) < self._workers and (
                        kind := self._next(time.monotonic() < end, least)
                    ):
                        self._start(kind, Path(folder))
                    if not self._jobs:
                        return
                    connection.wait([job.sentinel for job in self._jobs], timeout=1)
                    self._collect()
                    if time.monotonic() >= say_at:
                        self._say(self._line())
                        say_at += _SAY_SECONDS
                self._say("interrupted")
            finally:
                for job in self._jobs:
                    job.stop()
                for number, handler in before.items():
                    signal.signal(number, handler)

    def _interrupt(self, number: int, frame: object) -> None:
        # Nothing more: in the middle of a start, a process would be lost.
        self._is_interrupted = True

    def _next(self, is_time_left: bool, least: int) -> str | None:
        """First those with too few runs; then the one that has taken the least time."""
        counts = self.counts
        few = [kind for kind in counts if counts[kind].begun < least]
        if few:
            return min(few, key=lambda kind: counts[kind].begun)
        if not is_time_left:
            return None
        running = {kind: 0.0 for kind in counts}
        for job in self._jobs:
            running[job.kind] += job.elapsed
        return min(counts, key=lambda kind: counts[kind].seconds + running[kind])

    def _start(self, kind: str, folder: Path) -> None:
        count = self.counts[kind]
        seed = run_seed(self._seed, kind, count.begun)
        place = folder / f"{kind}-{count.begun}"
        self._jobs.append(Job(kind, seed, self._kinds[kind], place, self._seconds))
        count.begun += 1

    def _collect(self) -> None:
        for job in [job for job in self._jobs if job.is_over()]:
            self._jobs.remove(job)
            count = self.counts[job.kind]
            count.ended += 1
            count.checked += job.checked
            count.seconds += job.elapsed
            if job.failure:
                count.failed += 1
                self._failed(job)
            job.remove()

    def _failed(self, job: Job) -> None:
        again = f"tools/soak.sh --kind {job.kind} --seed {job.seed} --keep FOLDER"
        self._say(f"FAILED: {again}\n  {job.failure.strip().splitlines()[-1][:300]}")
        if self.counts[job.kind].failed <= _KEPT:
            target = job.keep(self._keep, f"commit {commit()}\n{again}\n\n{job.failure}")
            self._say(f"  kept in {shlex.quote(str(target))}")

    def _line(self) -> str:
        elapsed = time.monotonic() - self._begin
        words = ", ".join(f"{count.ended} {kind}" for kind, count in self.counts.items())
        return f"{elapsed / 60:5.1f} min, {self.failed} failed; runs: {words}"

    def table(self) -> str:
        """What was done, a line for each kind."""
        elapsed = (time.monotonic() - self._begin) / 60
        lines = [f"| {'kind':14} | {'runs':>7} | {'checked':>9} | {'failed':>6} | runs a minute |",
                 f"| {'-' * 14} | {'-' * 6}: | {'-' * 8}: | {'-' * 5}: | {'-' * 12}: |"]  # fmt: skip
        for kind, count in self.counts.items():
            lines.append(f"| {kind:14} | {count.ended:7,} | {count.checked:9,} | {count.failed:6,} | "
                         f"{count.ended / elapsed:13,.1f} |")  # fmt: skip
        return "\n".join(lines)
