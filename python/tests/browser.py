# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Opens a page in headless Chromium and asks it something."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_FRAME = """<!DOCTYPE html><body style="margin:0">
<iframe src="page.html" style="border:0;width:{width}px;height:2000px"></iframe><pre id="answer"></pre>
<script>onmessage = (event) => {{ answer.textContent = JSON.stringify(event.data); }}</script>"""
_PROBE = """<script>
onload = async () => { let answer; try { answer = await (async () => { %s })(); }
  catch (error) { answer = { error: String(error.stack ?? error) }; }
  parent.postMessage(answer, "*"); };
</script></body>"""


def ask(page: str, script: str, folder: Path, width: int = 1100, dark: bool = False) -> Any:
    """What the body `script` of a function returns in `page`, in a window of `width` pixels.

    Skips the test where Chromium is missing (Debian's `chromium`).
    """
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium: tools/setup.sh --test installs it")
    (folder / "page.html").write_text(page.replace("</body>", _PROBE % script), "utf-8")
    (folder / "frame.html").write_text(_FRAME.format(width=width), "utf-8")
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
         f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=4000",
         f"--blink-settings=preferredColorScheme={0 if dark else 1}",
         "--window-size=1200,2000", f"file://{folder / 'frame.html'}"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = re.search(r'<pre id="answer">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found and found[1], done.stderr[-2000:]
    answer = json.loads(html.unescape(found[1]))
    assert not isinstance(answer, dict) or "error" not in answer, answer
    return answer
