"""Subtracts the median of a spectrum, its background, from each channel."""
import pathlib
import statistics
import sys

source, target = map(pathlib.Path, sys.argv[1:])
counts = [float(line) for line in source.read_text().split()]
background = statistics.median(counts)
print(f"{source.name}: {len(counts)} channels, background {background}")
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text("".join(f"{count - background}\n" for count in counts))
