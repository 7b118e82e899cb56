# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks a report of rtwmc-compile: REPORT.json HEADER.h PREFIX."""

import json
import re
import sys

report = json.load(open(sys.argv[1]))
header, prefix = open(sys.argv[2]).read(), sys.argv[3]

TOP = "schema mode mcpu maps layers arena stack ram code constants flash macs"
MAP = "name shape order store drop keep unit batch tau_q policy zero_point bytes"
BYTES = "values bitmap buffer cache scratch"
LAYER = "name macs stack"


def require(keys, where, value):
    missing = [key for key in keys.split() if key not in value]
    assert not missing, f"{where} lacks {missing}"


require(TOP, "the report", report)
assert report["schema"] == 1
for each in report["maps"]:
    require(MAP, f"map {each['name']}", each)
    require(BYTES, f"bytes of map {each['name']}", each["bytes"])
    elements = 1
    for size in each["shape"]:
        elements *= size
    if each["unit"] == "row":
        elements //= each["shape"][1]
    assert each["keep"] + each["drop"] == elements, each
for each in report["layers"]:
    require(LAYER, f"layer {each['name']}", each)
names = [each["name"] for each in report["maps"]]
assert len(set(names)) == len(names), names

assert report["ram"] == report["arena"] + report["stack"]
assert report["flash"] == report["code"] + report["constants"]
assert report["macs"] == sum(layer["macs"] for layer in report["layers"])
for macro, key in (("ARENA", "arena"), ("STACK", "stack"), ("RAM", "ram")):
    value = re.search(rf"#define {prefix.upper()}_{macro}_BYTES (\d+)\n", header)
    assert int(value[1]) == report[key], (macro, value[1], report[key])
