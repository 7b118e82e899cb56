# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds the tools under test. `RTWMC_BUILD_DIR` is the build to test (default: `build`),
`RTWMC_LLVM_BIN` the folder of LLVM's tools."""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "python", Path(__file__).resolve().parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import batches  # noqa: E402
from compiler import compiler  # noqa: E402

BATCH = 10
# The files that take longest, from the longest on. They come first: one that is begun last keeps a processor waiting.
LONGEST = ["test_qemu_networks.py", "test_pruning.py", "test_host.py", "test_strips.py", "test_cost.py",
           "test_rows.py", "test_tflm.py", "test_mlperf_tiny.py", "test_tosa_operators.py"]  # fmt: skip


def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_sessionstart(session):
    if not compiler().exists():
        raise pytest.UsageError(f"{compiler()} is missing: build the project, or set RTWMC_BUILD_DIR")


@pytest.fixture(scope="session")
def pool():
    """Two processes for work that tests share out."""
    with ProcessPoolExecutor(2) as executor:
        yield executor


@pytest.fixture(scope="session")
def host_results(request, pool, tmp_path_factory):
    """Failures of the generated networks on the host by test; see `batches.run`."""
    jobs = [
        item.callspec.params["job"]
        for item in request.session.items
        if "job" in getattr(getattr(item, "callspec", None), "params", {})
    ]
    folder = tmp_path_factory.mktemp("host")
    futures = {}
    for kind in sorted({job[0] for job in jobs}):
        same = [job for job in jobs if job[0] == kind]
        for begin in range(0, len(same), BATCH):
            part = same[begin : begin + BATCH]
            future = pool.submit(batches.run, part, folder)
            futures.update(dict.fromkeys(part, future))
    return futures
