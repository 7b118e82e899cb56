#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Collects the pages of the site: site-pages.py SOURCE REFERENCE PAGES.

Every Markdown file of SOURCE goes to PAGES, to the place that it has in the
tree, so that its links hold there; so does every file that one links to. A
link to a folder becomes its text, for the site has no folders. The generated
pages in REFERENCE go to PAGES/reference. A link to what is not there is an error.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
FENCE = re.compile(r"^\s*(```|~~~)")
STYLE = """body { font-size: 1rem; line-height: 1.55 }
.container { max-width: 1180px }
pre code { font-size: .82rem; white-space: pre }
table { display: block; overflow-x: auto; font-size: .92rem; margin-bottom: 1rem }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--bs-border-color); vertical-align: top }
img { max-width: 100%; background: #fff }
.headerlink { opacity: .4; text-decoration: none; margin-left: .4em }
"""


def tracked(source: Path) -> list[Path]:
    """The Markdown files of the tree, relative to it; without those that an ignored folder has."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=source, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [Path(line) for line in listed.stdout.splitlines()]


def convert(page: Path, source: Path, linked: set[Path], errors: list[str]) -> str:
    """The text of `page`; adds what it links to."""
    lines, fenced = [], False
    for number, line in enumerate((source / page).read_text("utf-8").splitlines(), 1):
        fenced ^= bool(FENCE.match(line))

        def replace(match: re.Match[str], number: int = number) -> str:
            text, target, _ = match.groups()
            if not target or ":" in target:
                return match[0]
            path = (source / page.parent / target).resolve()
            if not path.exists() or not path.is_relative_to(source):
                errors.append(f"{page}:{number}: '{target}' is not there")
            elif path.is_dir():
                return text
            else:
                linked.add(path.relative_to(source))
            return match[0]

        indented = line.startswith("    ")
        lines.append(line if fenced or indented else LINK.sub(replace, line))
    return "\n".join(lines) + "\n"


def main() -> int:
    source, reference, pages = (Path(each).resolve() for each in sys.argv[1:4])
    shutil.rmtree(pages, ignore_errors=True)
    linked: set[Path] = set()
    errors: list[str] = []
    for page in tracked(source):
        text = convert(page, source, linked, errors)
        (pages / page).parent.mkdir(parents=True, exist_ok=True)
        (pages / page).write_text(text, "utf-8")
    for each in sorted(linked):
        if not (pages / each).exists():
            (pages / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / each, pages / each)
    shutil.copytree(reference, pages / "reference")
    (pages / "site.css").write_text(STYLE)
    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
