# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adds up test results: the last step of tools/test.sh.

    python3 tools/test-summary.py RESULTS

For each suite, RESULTS has NAME.exit (its exit code) and, from lit, CTest or pytest,
NAME.xml in JUnit's form. A suite without XML is one test. A suite that failed though
no test of it did (it crashed, or its XML is missing) counts as one failed test more.
Exits with 1 unless all passed.
"""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

# Suites that are one command with one outcome.
SINGLE = {"format", "sanitizers", "tidy"}


def count(xml: Path) -> tuple[int, int, int]:
    """(passed, failed, skipped) test cases of a JUnit file."""
    passed = failed = skipped = 0
    for case in ET.parse(xml).iter("testcase"):
        status = case.get("status", "")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or status in ("notrun", "disabled"):
            skipped += 1
        elif status == "fail":
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def main(folder: Path) -> int:
    total_passed = total_failed = 0
    for exit_file in sorted(folder.glob("*.exit")):
        name = exit_file.stem
        broken = exit_file.read_text().strip() != "0"
        passed = failed = skipped = 0
        if name in SINGLE:
            passed, failed = int(not broken), int(broken)
        else:
            try:
                passed, failed, skipped = count(folder / f"{name}.xml")
            except (OSError, ET.ParseError) as error:
                print(f"{name}: no result: {error}")
                broken = True
            # No tests at all is a failure too: something was not found.
            if not failed and (broken or not passed + skipped):
                failed = 1
        print(f"{name:24} {passed:6} passed {failed:4} failed {skipped:4} skipped")
        total_passed += passed
        total_failed += failed
    if not total_passed:
        total_failed = max(total_failed, 1)
    print(f"{total_passed} passed, {total_failed} failed")
    return 1 if total_failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
