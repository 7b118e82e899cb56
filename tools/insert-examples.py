#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Completes pages that mlir-tblgen wrote with examples that the tests check.

Every pass of a page gets the IR before and after it. They come from the lit
test EXAMPLES/<pass>.mlir: before is the test's input, after is what the command
of its first RUN line prints. A command that throws the module away
(-o /dev/null) is that of a pass that only prints something. The MLIR that a
page of the dialect quotes must be part of EXAMPLES/dialect.mlir, word for word
but for white space.

A pass without an example, a test without a pass, an example that fails and a
quote that is not in the test are errors.
"""

import argparse
import re
import shlex
import subprocess
import sys
from pathlib import Path

PASS = re.compile(r"^### `-([\w-]+)`$", re.MULTILINE)
RUN = re.compile(r"^// RUN: rtwmc-opt %s (.*?) \|", re.MULTILINE)
MLIR_BLOCK = re.compile(r"^```mlir\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Lines of a test that are for lit and FileCheck, not for a reader.
CHECK_LINE = re.compile(r"^\s*// ([A-Z-]+:|SPDX-License-Identifier:)")


class ExampleError(Exception):
    """An example is missing or does not hold; the message says which."""


def input_of(test: str) -> str:
    """The input of a lit test without its RUN and CHECK lines."""
    lines = [line for line in test.splitlines() if not CHECK_LINE.match(line)]
    return "\n".join(lines).strip("\n") + "\n"


def unwrap(module: str) -> str:
    """The body of a printed module that has no attributes."""
    body = re.fullmatch(r"module \{\n(.*)\}\s*", module, re.DOTALL)
    return re.sub(r"^  ", "", body[1], flags=re.MULTILINE) if body else module


def example(name: str, path: Path, opt: Path) -> str:
    """The Markdown of pass `name`'s example, the lit test at `path`."""
    if not path.is_file():
        raise ExampleError(f"pass '{name}' has no example: {path} is missing")
    test = path.read_text(encoding="utf-8")
    run = RUN.search(test)
    if run is None or f"--{name}" not in re.split(r"[\s=]", run[1]):
        raise ExampleError(f"{path}: expects a line '// RUN: rtwmc-opt %s --{name} ... |'")
    result = subprocess.run(
        [opt, path, *shlex.split(run[1])], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise ExampleError(f"{path}: {opt.name} failed:\n{result.stderr}")
    before = f"```mlir\n{input_of(test)}```\n\n"
    if run[1].endswith(" -o /dev/null"):
        command = run[1].removesuffix(" -o /dev/null")
        return (
            f"#### Example\n\n{before}"
            f"`rtwmc-opt {command}` prints:\n\n```\n{result.stdout}```\n\n"
        )
    return (
        f"#### Example\n\nBefore:\n\n{before}"
        f"After `rtwmc-opt {run[1]}`:\n\n```mlir\n{unwrap(result.stdout)}```\n\n"
    )


def with_examples(page: str, examples: Path, opt: Path) -> str:
    """`page` with each pass's example behind the description of the pass."""
    begins = [match.start() for match in PASS.finditer(page)]
    parts = [page[: begins[0]]] if begins else [page]
    for begin, end in zip(begins, begins[1:] + [len(page)], strict=True):
        section = page[begin:end]
        name = PASS.match(section)[1]  # type: ignore[index]
        tables = re.search(r"^#### (Options|Statistics)$", section, re.MULTILINE)
        split = tables.start() if tables else len(section)
        text = example(name, examples / f"{name}.mlir", opt)
        parts += [section[:split].rstrip("\n") + "\n\n", text, section[split:]]
    return "".join(parts)


def check_quotes(page: str, test: Path) -> None:
    """Raises ExampleError if `page` quotes MLIR that `test` does not contain."""
    checked = " ".join(test.read_text(encoding="utf-8").split())
    for block in MLIR_BLOCK.findall(page):
        for quote in block.strip().split("\n\n"):
            if " ".join(quote.split()) not in checked:
                raise ExampleError(f"{test} does not contain what a page quotes:\n{quote}")


def check_complete(pages: list[str], examples: Path, opt: Path) -> None:
    """Raises ExampleError unless pages, passes of `opt` and tests are the same."""
    documented = {name for page in pages for name in PASS.findall(page)}
    listing = subprocess.run([opt, "--help"], capture_output=True, text=True, check=True)
    # Pipelines, which the tool lists behind the passes, are in docs/pipeline.md.
    passes = listing.stdout.split("Pass Pipelines:")[0]
    registered = set(re.findall(r"^ +--([\w-]*rtwmc[\w-]*) ", passes, re.MULTILINE))
    tested = {path.stem for path in examples.glob("*.mlir")} - {"dialect"}
    for names, what in (
        (registered - documented, "registered in the tool, but on no page"),
        (documented - registered, "on a page, but not registered in the tool"),
        (tested - documented, f"with an example in {examples}, but on no page"),
    ):
        if names:
            raise ExampleError(f"{what}: {', '.join(sorted(names))}")


def complete(page: str, examples: Path, opt: Path) -> str:
    """`page` as the reader gets it."""
    if PASS.search(page):
        return with_examples(page, examples, opt)
    check_quotes(page, examples / "dialect.mlir")
    return page


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="+", type=Path, help="pages that mlir-tblgen wrote")
    parser.add_argument("--opt", required=True, type=Path, help="the rtwmc-opt to run")
    parser.add_argument("--examples", required=True, type=Path, help="folder of the tests")
    parser.add_argument("--out", required=True, type=Path, help="folder of the completed pages")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail if a page in --out is not what it should be, or the pages do "
        "not cover all passes with rtwmc in their name that the tool has",
    )
    args = parser.parse_args()
    texts = [page.read_text(encoding="utf-8") for page in args.pages]
    try:
        if args.check:
            check_complete(texts, args.examples, args.opt)
        for page, text in zip(args.pages, texts, strict=True):
            completed = complete(text, args.examples, args.opt)
            target = args.out / page.name
            if not args.check:
                args.out.mkdir(parents=True, exist_ok=True)
                target.write_text(completed, encoding="utf-8")
            elif not target.is_file() or target.read_text(encoding="utf-8") != completed:
                raise ExampleError(f"{target} is stale; build the target mlir-doc")
    except ExampleError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
