# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Damages files: bytes flipped, cut, moved, doubled; in text, numbers and words replaced."""

from __future__ import annotations

import random
import re

__all__ = ["mutated"]

_NUMBERS = [b"0", b"1", b"-1", b"2", b"3", b"255", b"256", b"65536", b"2147483647", b"2147483648",
            b"-2147483648", b"4294967296", b"9223372036854775807", b"99999999999999999999", b"0.5",
            b"-0.0", b"1e400", b"0x7F", b"?"]  # fmt: skip
_NUMBER = re.compile(rb"(?<![0-9A-Za-z_])-?[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(rb"[A-Za-z_][A-Za-z_0-9.]*")


def _span(random_: random.Random, data: bytes) -> tuple[int, int]:
    """Anywhere, mostly short."""
    begin = random_.randrange(len(data) + 1)
    length = random_.choice([1, 2, 4, random_.randint(1, 32), random_.randint(1, len(data) + 1)])
    return begin, min(len(data), begin + length)


def _bytes(random_: random.Random, data: bytes) -> bytes:
    begin, end = _span(random_, data)
    part = data[begin:end]
    what = random_.randrange(7)
    if what == 0 and part:
        part = bytes([part[0] ^ 1 << random_.randrange(8)]) + part[1:]
    elif what == 1 and part:
        part = bytes([random_.choice([0, 1, 127, 128, 255, random_.randrange(256)])]) + part[1:]
    elif what == 2:
        part = b""
    elif what == 3:
        part = part * random_.choice([2, 2, 3, 50] if len(part) < 1000 else [2])
    elif what == 4:
        return data[:begin]
    elif what == 5:
        part = random_.randbytes(len(part))
    else:
        other = random_.randrange(len(data) + 1)
        return data[:other] + part + data[other:]
    return data[:begin] + part + data[end:]


def _text(random_: random.Random, data: bytes) -> bytes:
    """Another number or word in place of one: what a parser lets pass."""
    pattern = random_.choice([_NUMBER, _NUMBER, _WORD])
    found = list(pattern.finditer(data))
    if not found:
        return data
    at = random_.choice(found)
    others = _NUMBERS if pattern is _NUMBER else []
    new = random_.choice([random_.choice(found)[0], *random_.sample(others, min(2, len(others)))])
    return data[: at.start()] + new + data[at.end() :]


def mutated(random_: random.Random, data: bytes, is_text: bool) -> bytes:
    """`data`, damaged in one to four places."""
    for _ in range(random_.choice([1, 1, 1, 2, 4])):
        change = _text if is_text and random_.random() < 0.6 else _bytes
        data = change(random_, data)
    return data
