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
LAYER = "name macs stack inputs constants"
REGION = "name layer part offset bytes live rows"


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

layers = [each["name"] for each in report["layers"]]
for index, each in enumerate(report["layers"]):
    assert each["steps"] == report["schedule"].count(index), each
    for read in each["inputs"]:
        assert read in layers[:index] or read.startswith("input"), each
assert sum(each["constants"] for each in report["layers"]) == report["constants"]
peak = report["peak"]
assert peak["layer"] == layers[report["schedule"][peak["step"]]]

# The arena at each step: which region each byte belongs to.
in_place = {each["name"] for each in report["maps"] if each["store"] == "in-place"}
arena = [[None] * report["arena"] for _ in report["schedule"]]
for each in report["regions"]:
    require(REGION, f"region {each['name']}", each)
    assert each["layer"] in layers or each["name"].startswith("input"), each
    begin, end = each["offset"], each["offset"] + each["bytes"]
    assert 0 <= begin < end <= report["arena"], each
    last = -2
    for first, final in each["live"]:
        assert last + 1 < first <= final, each
        last = final
        for step in range(first, final + 1):
            there = set(arena[step][begin:end])
            # A map in place has the bytes of another, all of them.
            shares = each["name"] in in_place and there == {(begin, end)}
            if each["rows"]:
                continue
            assert there == {None} or shares, (each, step)
            arena[step][begin:end] = [(begin, end)] * (end - begin)
    # Of a map in whose bytes something else is, each row.
    height = each["bytes"] // max(len(each["rows"]), 1)
    for row, (first, final) in enumerate(each["rows"]):
        assert each["live"][0][0] <= first <= final <= each["live"][-1][1], (each, row)
        low = begin + row * height
        for step in range(first, final + 1):
            there = set(arena[step][low : low + height])
            shares = each["name"] in in_place and there == {(begin, end)}
            assert there == {None} or shares, (each, row, step)
            arena[step][low : low + height] = [(begin, end)] * height
live = [sum(byte is not None for byte in step) for step in arena]
assert peak["bytes"] == max(live) == live[peak["step"]], (peak, max(live))
for each in report["maps"]:
    if each["store"] == "ring":
        assert {"name": each["name"], "part": "rows", "offset": each["offset"]}.items() <= next(
            region for region in report["regions"] if region["name"] == each["name"]
        ).items()

assert report["ram"] == report["arena"] + report["stack"]
assert report["flash"] == report["code"] + report["constants"]
assert report["macs"] == sum(layer["macs"] for layer in report["layers"])
for macro, key in (("ARENA", "arena"), ("STACK", "stack"), ("RAM", "ram")):
    value = re.search(rf"#define {prefix.upper()}_{macro}_BYTES (\d+)\n", header)
    assert int(value[1]) == report[key], (macro, value[1], report[key])
