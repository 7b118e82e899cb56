# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""print_settings.py REPORT.json: one line for each pruned map, with how it is pruned."""

import json
import sys

with open(sys.argv[1]) as file:
    for each in json.load(file)["maps"]:
        if each["unit"]:
            members = ("name", "order", "policy", "batch", "tau_q", "unit", "drop")
            print(*(f"{member}={each[member]}" for member in members))
