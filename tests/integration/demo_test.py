#!/usr/bin/env python3
"""Runs `twelve demo N --json` as built and with violations, and compares the verdict with what the
lesson promises: HOLDS as built, BROKEN with each violation.

  demo_test.py N [all]    two of the violations, chosen by the day's seed; with "all" each of them
"""

import json
import os
import random
import subprocess
import sys

BIN = os.environ.get("TWELVE_BIN", "build/dev/bin")
# Steps have limits of their own; this only ends what hangs.
DEADLINE = 400


def violations(factor):
    listed = subprocess.run([f"{BIN}/twelve-service", "--list-violations", "--json"],
                            capture_output=True, check=True).stdout
    rows = json.loads(listed)
    rows = rows["violations"] if isinstance(rows, dict) else rows
    return [row["name"] for row in rows if row["factor"] == factor and not row.get("fixture")]


def run(factor, names, promised):
    command = [f"{BIN}/twelve", "demo", str(factor), "--json"]
    if names:
        command += ["--violate", ",".join(names)]
    done = subprocess.run(command, capture_output=True, timeout=DEADLINE, text=True)
    label = ",".join(names) or "as built"
    try:
        report = json.loads(done.stdout)
    except ValueError:
        print(f"FAILED {label}: no report, exit {done.returncode}: {done.stderr[-2000:]}")
        return False
    good = report["verdict"] == promised and done.returncode == 0
    print("ok    " if good else "FAILED", label, report["verdict"], "exit", done.returncode)
    if not good:
        for step in report["steps"]:
            print("   ", step["id"], "holds" if step["held"] else "BROKEN", "-", step["observed"])
    return good


def main():
    factor = int(sys.argv[1])
    names = violations(factor)
    if "all" not in sys.argv:
        seed = int(os.environ.get("TWELVE_SEED", random.randrange(1 << 30)))
        print("TWELVE_SEED =", seed)
        names = random.Random(seed).sample(names, min(2, len(names)))
    results = [run(factor, [], "HOLDS")] + [run(factor, [name], "BROKEN") for name in names]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
