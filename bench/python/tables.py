"""Writes the same table in each format, and measures astropy's own reading of it: `tables.py FOLDER ROWS`."""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from astropy.table import Table

warnings.simplefilter("ignore")
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(16)
table = Table(
    {
        "source_id": 4295806720038285056 + np.arange(rows) * 128,
        "ra": random.uniform(0, 360, rows),
        "dec": random.uniform(-90, 90, rows),
        "mag": random.normal(18, 2, rows).astype("f4"),
        "colour": random.normal(1, 0.3, rows).astype("f4"),
        "tile": random.integers(0, 5000, rows).astype("i4"),
        "flags": random.integers(0, 255, rows).astype("u1"),
        "good": random.integers(0, 2, rows).astype(bool),
        "name": [f"NGC {n}" for n in range(rows)],
        "band": random.choice(["g", "r", "i", "z"], rows),
    }
)
formats = {
    "fits": ("tiles.fits", {"format": "fits"}),
    "votable": ("tiles.vot", {"format": "votable", "tabledata_format": "tabledata"}),
    "votable binary2": ("tiles-binary2.vot", {"format": "votable", "tabledata_format": "binary2"}),
    "ecsv": ("tiles.ecsv", {"format": "ascii.ecsv"}),
    "parquet": ("tiles.parquet", {"format": "parquet"}),
}
for name, (file, how) in formats.items():
    path = folder / file
    table.write(path, overwrite=True, **how)
    kind = how["format"]
    Table.read(path, format=kind)  # once for what it imports
    start = time.process_time()
    read = Table.read(path, format=kind)
    for column in read.colnames:
        read[column].tolist()  # as Python objects, as rows of parameters are
    seconds = time.process_time() - start
    print(json.dumps({"name": name, "file": str(path), "seconds": seconds}), flush=True)
