"""Writes what it was asked to measure."""
import json
import pathlib
import sys

galaxy, gaia, target = sys.argv[1:]
print(f"{galaxy}: measured near Gaia source {gaia}")
path = pathlib.Path(target)
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps({"galaxy": galaxy, "gaia": gaia}))
