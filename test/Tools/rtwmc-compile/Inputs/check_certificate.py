# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_certificate.py OBJECT REPORT CERTIFICATE MODEL: do they say the same?"""

import hashlib
import json
import sys
from pathlib import Path

made, report_file, certificate_file, model = map(Path, sys.argv[1:])
report, claims = json.loads(report_file.read_text()), json.loads(certificate_file.read_text())
assert claims["object_sha256"] == hashlib.sha256(made.read_bytes()).hexdigest()
assert claims["model_sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()
assert claims["arena"] == {"bytes": report["arena"], "align": report["arena_align"]}
assert claims["stack"]["bytes"] == report["stack"]
assert [each["bytes"] for each in claims["outputs"]] == [each["bytes"] for each in report["outputs"]]
for layer in report["layers"]:
    assert claims["steps"].count(layer["name"]) == layer["steps"], layer["name"]
frames = {each["name"]: each["frame"] for each in claims["stack"]["functions"]}
deepest = sum(frames[each] for each in claims["stack"]["chain"])
assert (deepest + 7) // 8 * 8 == report["stack"], deepest


def live(region, step):
    parts = [[row] for row in region["rows"]] or [region["lives"]]
    alive = sum(any(a <= step <= b for a, b in lives) for lives in parts)
    return alive * region["bytes"] // len(parts)


# As many bytes are live at once as the report says.
most = max(sum(live(each, step) for each in claims["regions"]) for step in range(len(claims["steps"])))
assert most == report["peak"]["bytes"], most
places = {each["name"]: each["offset"] for each in claims["regions"]}
for each in report["maps"]:
    if each["store"] in ("ring", "dense"):
        assert places[each["name"]] == each["offset"]
