#!/usr/bin/env python3
"""Searches the yearly sunspot numbers for a period: a Lomb-Scargle periodogram of one band.

Tries every period from --from up to --to years, in steps of --step, and writes the best one and the
highest power along the band to --out, as JSON.
"""
import argparse
import csv
import json
import os
from math import atan2, cos, pi, sin
from pathlib import Path

POINTS = 40  # of the curve in the result


def read(path):
    with open(path, newline="") as file:
        rows = [(float(row["YEAR"]), float(row["SUNACTIVITY"])) for row in csv.DictReader(file)]
    return [year for year, _ in rows], [number for _, number in rows]


def lomb_scargle(times, values):
    """The power at a period: Scargle (1982), normalised by the variance (Horne & Baliunas 1986)."""
    mean = sum(values) / len(values)
    residuals = [value - mean for value in values]
    variance = sum(r * r for r in residuals) / (len(values) - 1)

    def power(period):
        omega = 2 * pi / period
        tau = atan2(
            sum(sin(2 * omega * t) for t in times), sum(cos(2 * omega * t) for t in times)
        ) / (2 * omega)
        cosines = [cos(omega * (t - tau)) for t in times]
        sines = [sin(omega * (t - tau)) for t in times]
        return (
            sum(r * c for r, c in zip(residuals, cosines)) ** 2 / sum(c * c for c in cosines)
            + sum(r * s for r, s in zip(residuals, sines)) ** 2 / sum(s * s for s in sines)
        ) / (2 * variance)

    return power


def scan(power, first, last, step):
    """The best trial of each of POINTS equal parts of the band, and how many trials there were."""
    trials = max(POINTS, round((last - first) / step))
    curve = []
    for part in range(POINTS):
        numbers = range(trials * part // POINTS, trials * (part + 1) // POINTS)
        periods = (first + (last - first) * n / trials for n in numbers)
        best, period = max((power(period), period) for period in periods)
        curve.append({"period": period, "power": best})
    return curve, trials


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", type=float, required=True, help="years")
    parser.add_argument("--to", dest="last", type=float, required=True, help="years")
    parser.add_argument("--step", type=float, default=0.005, help="years")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data/sunspots.csv")
    args = parser.parse_args()

    curve, trials = scan(lomb_scargle(*read(args.data)), args.first, args.last, args.step)
    best = max(curve, key=lambda point: point["power"])

    args.out.parent.mkdir(parents=True, exist_ok=True)
    part = args.out.with_suffix(".part")
    part.write_text(json.dumps({"trials": trials, "best": best, "curve": curve}))
    os.replace(part, args.out)  # whoever reads the result finds all of it
    print(
        f"{args.first:g} to {args.last:g} years, {trials} trials: "
        f"best period {best['period']:.3f} years, power {best['power']:.1f}"
    )


if __name__ == "__main__":
    main()
