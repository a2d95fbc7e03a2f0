"""Writes the channel and the height of a spectrum's brightest line."""
import json
import pathlib
import sys

source, target = map(pathlib.Path, sys.argv[1:])
counts = [float(line) for line in source.read_text().split()]
height = max(counts)
print(f"{source.name}: {height} above the background in channel {counts.index(height)}")
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"channel": counts.index(height), "height": height}))
