#!/usr/bin/env python3
"""Makes 400 stars: stars.csv, a light curve of each below curves/, and their true periods in truth.csv.

As a satellite sees them in 27 days. The same each time: the numbers come from one seed. One curve is spoiled, as a download that broke off would leave it.
"""
import math
import random
from pathlib import Path

STARS, MEASUREMENTS, DAYS, SPOILED = 400, 60, 27.4, "star-217"
here = Path(__file__).parent
numbers = random.Random(20261122)

(here / "curves").mkdir(exist_ok=True)
(here / "found").mkdir(exist_ok=True)
stars, truth = ["star,ra,dec"], ["star,period"]
for n in range(1, STARS + 1):
    star = f"star-{n:03}"
    period = 1 / numbers.uniform(0.35, 3.8)
    phase, amplitude = numbers.random(), numbers.uniform(0.2, 0.8)
    lines = ["day,mag"]
    for day in sorted(numbers.uniform(0, DAYS) for _ in range(MEASUREMENTS)):
        angle = 2 * math.pi * (day / period + phase)
        mag = 14 + amplitude * (math.sin(angle) + 0.25 * math.sin(2 * angle))
        lines.append(f"{day:.5f},{mag + numbers.gauss(0, 0.03):.4f}")
    if star == SPOILED:
        lines[-1] = lines[-1][:-6] + "<htm"
    (here / "curves" / f"{star}.csv").write_text("\n".join(lines) + "\n")
    stars.append(f"{star},{numbers.uniform(80, 82):.5f},{numbers.uniform(-70, -68):.5f}")
    truth.append(f"{star},{period:.6f}")
(here / "stars.csv").write_text("\n".join(stars) + "\n")
(here / "truth.csv").write_text("\n".join(truth) + "\n")
