"""Adds up the counts of a night's exposures."""
import json
import pathlib
import sys

data, target = map(pathlib.Path, sys.argv[1:])
exposures = sorted(data.glob("*.txt")) if data.exists() else []  # none: it was cloudy
counts = sum(sum(map(float, exposure.read_text().split())) for exposure in exposures)
print(f"{data.name}: {len(exposures)} exposures, {counts} counts")
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"exposures": len(exposures), "counts": counts}))
