# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from __future__ import annotations

import ctypes
import os
import time

import numpy as np
import pytest

from rtwmc.isolated import CrashError, isolated


def test_result() -> None:
    assert isolated(os.getpid) != os.getpid()
    large = np.arange(1 << 18)
    assert np.array_equal(isolated(lambda x: x + 1, large), large + 1)


def test_exception_with_what_was_printed() -> None:
    def fails() -> None:
        os.write(2, b"words of C++\n")
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong") as caught:
        isolated(fails)
    assert caught.value.__notes__ == ["words of C++"]


def test_crash() -> None:
    def crashes() -> None:
        os.write(2, b"just before\n")
        ctypes.string_at(0)

    with pytest.raises(CrashError, match="(?s)Segmentation fault.*just before"):
        isolated(crashes)


def test_exit_and_time() -> None:
    with pytest.raises(CrashError, match="exit status 3"):
        isolated(os._exit, 3)
    with pytest.raises(CrashError, match="no result after 1 s"):
        isolated(time.sleep, 60, seconds=1)
