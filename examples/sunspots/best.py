#!/usr/bin/env python3
"""Prints the best period of all bands.

Arguments: the list of jobs, a line of JSON each, and the folder of their results.
"""
import json
import sys
from pathlib import Path

members, results = Path(sys.argv[1]), Path(sys.argv[2])
found = []
for line in members.read_text().splitlines():
    job = json.loads(line)
    result = json.loads((results / Path(job["outputs"][0]["path"]).name).read_text())
    found.append((result["best"]["power"], result["best"]["period"], job["name"]))
power, period, name = max(found)
print(f"{len(found)} bands: best period {period:.2f} years, power {power:.1f} ({name})")
