# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_kept_maps.py REPORT.json: every map in the arena is whole, in bytes of its own."""

import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
ends = []
for each in report["maps"]:
    if each["store"] == "external":
        continue
    assert each["store"] == "dense" and each["rows"] == each["shape"][1], each
    ends.append((each["offset"], each["offset"] + each["bytes"]["values"]))
ends.sort()
assert len(ends) > 2 and ends[-1][1] <= report["arena"]
assert all(end <= begin for (_, end), (begin, _) in zip(ends, ends[1:])), ends
