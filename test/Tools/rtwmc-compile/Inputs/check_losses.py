# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks what rtwmc-compile says of dropped elements: REPORT.json TABLE WARNINGS.

The report's notes, the table's and the warnings are the same, and what they say of maps is
what the report says. With --same-ram REPORT.json WARNINGS: the report's RAM is the one that
the warnings name."""

import json
import re
import sys


def number(text):
    return int(text.replace(",", ""))


def warnings_in(path):
    found = [line.split("warning: ", 1)[1] for line in open(path).read().splitlines()]
    return [text for text in found if text.startswith(("pruned ", "less than "))]


if sys.argv[1] == "--same-ram":
    report = json.load(open(sys.argv[2]))
    named = re.search(r"; [^;]* ([\d,]+) bytes$", warnings_in(sys.argv[3])[0])
    assert number(named[1]) == report["ram"], (named[0], report["ram"])
    sys.exit()

report, table, warnings = json.load(open(sys.argv[1])), open(sys.argv[2]).read(), warnings_in(sys.argv[3])
notes = [note for note in report["notes"] if note.startswith(("pruned ", "less than "))]
assert notes and notes == warnings, (notes, warnings)
for note in notes:
    assert f"  note: {note}\n" in table, note

packed = {each["name"]: each for each in report["maps"] if each["unit"]}
drops = re.findall(r"(\w+) drops at least ([\d,]+) of (?:its|each row's) ([\d,]+) elements \(([\d.]+) %\)", notes[0])
assert [name for name, *_ in drops] == list(packed), (drops, packed)
for name, drop, elements, share in drops:
    each = packed[name]
    assert number(drop) == each["drop"], name
    assert number(elements) == each["drop"] + each["keep"], name
    assert abs(float(share) - 100 * each["drop"] / number(elements)) <= 0.051, name
emptied = {name for name, each in packed.items() if each["keep"] * 10 < each["keep"] + each["drop"]}
said = re.findall(r"(\w+) \(([\d,]+) of", notes[1]) if len(notes) > 1 else []
assert {name for name, _ in said} == emptied, (said, emptied)
assert all(number(keep) == packed[name]["keep"] for name, keep in said), said
