# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A client for QEMU's gdbstub: enough to stop an image and read its memory."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path


class GdbError(Exception):
    """The stub refused a command or went away."""


class GdbClient:
    """Talks to a gdbstub on the Unix socket `path`, which QEMU creates.

    Every call is bounded by `timeout` seconds from construction and raises
    TimeoutError at its end, GdbError if the stub goes away or refuses; `alive`
    tells whether QEMU still runs. Connecting stops a core that is `running`.
    """

    def __init__(
        self, path: Path, timeout: float, alive: Callable[[], bool], *, running: bool = False
    ):
        self._deadline = time.monotonic() + timeout
        self._pending = b""
        self._socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self._socket.connect(str(path))
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if not alive():
                    raise GdbError("it ended before it opened its debugging socket") from None
                if time.monotonic() > self._deadline:
                    raise TimeoutError("QEMU did not open its debugging socket") from None
                time.sleep(0.002)
        if running:
            self._receive()  # the stop it reports unasked

    def close(self) -> None:
        self._socket.close()

    def _byte(self) -> bytes:
        if not self._pending:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the image did not stop in time")
            self._socket.settimeout(left)
            try:
                self._pending = self._socket.recv(65536)
            except ConnectionError as error:
                raise GdbError(str(error)) from None
            if not self._pending:
                raise GdbError("QEMU ended the connection")
        first, self._pending = self._pending[:1], self._pending[1:]
        return first

    def _send(self, payload: bytes) -> None:
        self._socket.sendall(b"$" + payload + b"#%02x" % (sum(payload) & 255))

    def _receive(self) -> bytes:
        while self._byte() != b"$":
            pass
        payload = b""
        while (byte := self._byte()) != b"#":
            payload += byte
        self._byte()
        self._byte()
        self._socket.sendall(b"+")
        return payload

    def command(self, payload: str) -> str:
        """Sends a packet and returns the answer."""
        self._send(payload.encode())
        return self._receive().decode(errors="replace")

    def break_at(self, address: int) -> None:
        """Stops before the (Thumb) instruction at `address`."""
        if self.command(f"Z0,{address:x},2") != "OK":
            raise GdbError(f"cannot set a breakpoint at {address:#x}")

    def resume(self) -> str:
        """Runs until something stops the core; returns the stop packet."""
        return self.command("c")

    def allow(self, seconds: float) -> None:
        """Gives what follows at least so long, counted from now."""
        self._deadline = max(self._deadline, time.monotonic() + seconds)

    def interrupt(self) -> None:
        """Stops a running core."""
        self._socket.sendall(b"\x03")
        self._receive()

    def register(self, number: int) -> int:
        """Value of core register `number`, 0..15 (15 = pc)."""
        answer = self.command("g")
        try:
            return int.from_bytes(bytes.fromhex(answer[8 * number : 8 * number + 8]), "little")
        except ValueError:
            raise GdbError(f"cannot read register {number}: {answer}") from None

    def read(self, address: int, size: int, chunk: int = 1024) -> bytes:
        """`size` bytes of memory as the core sees it."""
        data = b""
        while len(data) < size:
            length = min(chunk, size - len(data))
            answer = self.command(f"m{address + len(data):x},{length:x}")
            try:
                part = bytes.fromhex(answer)
            except ValueError:
                part = b""
            if not part:
                raise GdbError(f"cannot read {length} bytes at {address + len(data):#x}: {answer}")
            data += part
        return data
