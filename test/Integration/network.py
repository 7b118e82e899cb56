# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TOSA networks as text, line by line, so that a test can cut one at a map.

A `Network` is one function of one block. It can be written whole, for the
compiler under test, or as a function that ends at a map, or goes on from
some (`function`): this is how a pruned network is run by upstream's lowering,
which knows nothing of pruning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Network", "Statement", "shape_of"]

_NAME = re.compile(r"%(\w+)")
_ASSIGN = re.compile(r"^\s*%(\w+)\s*=\s*(.*?)(?:\s+loc\(.*\))?$")
_HEADER = re.compile(r"func\.func (?:private |public )?@(\w+)\(%(\w+): (tensor<[^>]*>)")


def shape_of(type_: str) -> tuple[int, ...]:
    """Sizes of `tensor<1x2xi8>`."""
    return tuple(int(n) for n in re.findall(r"(\d+)x", type_))


@dataclass(frozen=True)
class Statement:
    """One operation: `%name = text`, with the type of its result."""

    name: str
    text: str
    type: str

    @property
    def operation(self) -> str:
        return self.text.split(None, 1)[0].strip('"').split("(")[0].strip('"')

    @property
    def operands(self) -> list[str]:
        return _NAME.findall(self.text)


@dataclass
class Network:
    """A function with one int8 input and one int8 output."""

    input: str
    input_type: str
    output: str
    statements: list[Statement]

    @classmethod
    def parse(cls, text: str) -> Network:
        """Reads what MLIR prints; takes a dynamic batch as 1, drops attributes of the module."""
        text = text.replace("tensor<?x", "tensor<1x")
        lines = text.splitlines()
        header = next(m for m in map(_HEADER.search, lines) if m)
        statements, output = [], ""
        for line in lines:
            if match := _ASSIGN.match(line):
                name, body = match.groups()
                if "tosa.const_shape" in body:
                    body = re.sub(r"dense<(\[?)-1\b", r"dense<\g<1>1", body)
                type_ = re.split(r"->|: ", body)[-1].strip()
                statements.append(Statement(name, body, type_))
            elif re.match(r"\s*(func\.)?return ", line):
                output = _NAME.search(line)[1]
        return cls(header[2], header[3], output, statements)

    @classmethod
    def read(cls, path: Path | str) -> Network:
        return cls.parse(Path(path).read_text())

    def type_of(self, name: str) -> str:
        if name == self.input:
            return self.input_type
        return self.statement(name).type

    def statement(self, name: str) -> Statement:
        return next(s for s in self.statements if s.name == name)

    def users(self, name: str) -> list[Statement]:
        return [s for s in self.statements if name in s.operands]

    @property
    def input_shape(self) -> tuple[int, ...]:
        return shape_of(self.input_type)

    @property
    def output_shape(self) -> tuple[int, ...]:
        return shape_of(self.type_of(self.output))

    def function(self, symbol: str, *, until: str | None = None, given: tuple[str, ...] = (),
                 locations: bool = False, attributes: str = "") -> str:  # fmt: skip
        """A function that returns `until` (default: the output) of the input and of the
        values `given`, which it takes instead of computing them. With `locations`,
        each operation is named after its result: reports then name it too."""
        until = until or self.output
        needed, kept = {until}, []
        for s in reversed(self.statements):
            if s.name in needed and s.name not in given:
                kept.append(s)
                needed.update(s.operands)
        lines = [
            f"    %{s.name} = {s.text}" + (f' loc("{s.name}")' if locations else "")
            for s in reversed(kept)
        ]
        arguments = ", ".join(f"%{n}: {self.type_of(n)}" for n in (self.input, *given))
        type_ = self.type_of(until)
        return (
            f"  func.func @{symbol}({arguments}) -> {type_} {attributes}{{\n"
            + "\n".join(lines)
            + f"\n    return %{until} : {type_}\n  }}\n"
        )

    def module(self) -> str:
        """The network as a module, for the compiler under test."""
        return f"module {{\n{self.function('main', locations=True)}}}\n"

    def map_written(self, source: str, is_stored: Callable[[str], bool]) -> str:
        """The value that the compiled layer stores which began at operation `source`:
        the last 8-bit map that `is_stored` among what is fused behind it; "" if none is."""
        value, found = source, ""
        while True:
            statement = self.statement(value)
            if statement.type.endswith("xi8>") and is_stored(value):
                found = value
            users = self.users(value)
            if len(users) != 1 or users[0].operation not in _FUSED:
                break
            if found and users[0].operation != "tosa.clamp":
                break
            value = users[0].name
        return found


# A slice before a pooling is no layer: the pooling crops by itself.
_FUSED = {"tosa.rescale", "tosa.clamp", "tosa.slice", "tosa.max_pool2d"}
