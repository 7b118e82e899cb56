# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""pin_drops.py REPORT.json: prints a plan file that pins what the report's network drops."""

import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
pruned = [each for each in report["maps"] if each["unit"]]
assert pruned, "nothing is pruned: there is nothing to pin"
plan = {
    "schema": 1,
    "order": pruned[0]["order"],
    "policy": pruned[0]["policy"],
    "maps": [
        {"name": each["name"], "drop": each["drop"]}
        | ({} if each["unit"] is None else {"unit": each["unit"]})
        | ({} if each["tau_q"] is None else {"tau_q": each["tau_q"]})
        | ({} if each["batch"] is None else {"batch": each["batch"]})
        for each in report["maps"]
    ],
}
print(json.dumps(plan))
