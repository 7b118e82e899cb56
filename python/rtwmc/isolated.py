# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs what may crash in a process of its own."""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable
from typing import Any

__all__ = ["CrashError", "isolated"]


class CrashError(Exception):
    """The child died; str() says of what, and what it had printed as an error."""


def isolated(function: Callable[..., Any], *arguments: Any, seconds: int = 120) -> Any:
    """`function(*arguments)` in a child of this process, by fork: its result, or its exception.

    Both have to be picklable. What the child prints as errors, from C++ too, is kept: of an
    exception it becomes a note. Raises `CrashError` if the child is killed, by a signal such as
    that of an invalid access or by the alarm after `seconds`.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    read, write = os.pipe()
    with tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            os.close(read)
            os.dup2(errors.fileno(), 2)
            _work(write, function, arguments, seconds)
        os.close(write)
        with os.fdopen(read, "rb") as stream:
            data = stream.read()
        _, status = os.waitpid(child, 0)
        errors.seek(0)
        printed = errors.read().decode(errors="replace").strip()
    if os.WIFSIGNALED(status) or not data:
        number = os.WTERMSIG(status)
        reason = f"no result after {seconds} s" if number == signal.SIGALRM else (
            signal.strsignal(number) if number else f"exit status {os.waitstatus_to_exitcode(status)}"
        )  # fmt: skip
        raise CrashError("\n".join(filter(None, [reason, printed])))
    done, value = pickle.loads(data)
    if done:
        return value
    if printed:
        value.add_note(printed)
    raise value


def _work(write: int, function: Callable[..., Any], arguments: Any, seconds: int) -> None:
    try:
        faulthandler.disable()  # the parent says what happened
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        try:
            data = pickle.dumps((True, function(*arguments)))
        except Exception as error:
            data = pickle.dumps((False, error))
        with os.fdopen(write, "wb") as stream:
            stream.write(data)
    finally:
        os._exit(0)
