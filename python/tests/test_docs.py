# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The documentation builds as a site, without a broken link."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("RTWMC_BUILD_DIR", ROOT / "build")).resolve()


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build folder of one's own, with the reference that the build generated."""
    pytest.importorskip("mkdocs")
    if not (BUILD / "docs").is_dir():
        pytest.skip("no reference: ninja mlir-doc")
    shutil.copytree(BUILD / "docs", tmp_path / "build" / "docs")
    return tmp_path / "build"


def docs(build: Path, tree: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BUILD": str(build), "PYTHON": sys.executable}
    return subprocess.run(
        [tree / "tools" / "docs.sh"], env=environment, capture_output=True, text=True, check=False
    )


def test_site(build: Path) -> None:
    done = docs(build)
    assert done.returncode == 0, done.stderr
    site = Path(done.stdout.strip()).parent
    assert "rtwmc.prune" in (site / "reference" / "RTWMCDialect.html").read_text()
    tutorial = (site / "docs" / "tutorial.html").read_text()
    assert 'src="results/plan.svg"' in tutorial and (site / "docs/results/plan.svg").is_file()
    assert (site / "include" / "rtwmc-c" / "Planner.h").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[x](none.md)", "'none.md' is not there"),
        ("[x](#no-such-heading)", "#no-such-heading"),
        ("", "not included in the"),
    ],
)
def test_what_is_broken_fails(build: Path, tmp_path: Path, text: str, said: str) -> None:
    """A page that is not there, a heading that is not, and a page that nothing leads to."""
    tree = tmp_path / "tree"
    (tree / "docs").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", tree], check=True)
    shutil.copytree(ROOT / "tools", tree / "tools")
    (tree / "docs" / "more.md").write_text(f"# More\n\n{text}\n")
    given = (ROOT / "docs" / "mkdocs.yml").read_text().partition("nav:\n")[0]
    nav = "nav: [docs/more.md, {Reference: reference/RTWMCDialect.md}]\nexclude_docs: reference/*Passes.md\n"
    (tree / "docs" / "mkdocs.yml").write_text(given + (nav if text else nav.replace("docs/more.md, ", "")))
    done = docs(build, tree)
    assert done.returncode == 1 and said in done.stderr
