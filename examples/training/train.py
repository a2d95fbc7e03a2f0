"""Fits a slope by gradient descent, with a checkpoint after each epoch."""
import argparse
import json
import os
import pathlib
import time

parser = argparse.ArgumentParser()
parser.add_argument("--settings", type=pathlib.Path, required=True)
parser.add_argument("--checkpoint", type=pathlib.Path, required=True)
parser.add_argument("--resume", action="store_true")
options = parser.parse_args()

settings = json.loads(options.settings.read_text())
state = {"epoch": 0, "slope": 0.0}
if options.resume and options.checkpoint.exists():
    state = json.loads(options.checkpoint.read_text())
    print(f"resumed after epoch {state['epoch']}", flush=True)

while state["epoch"] < settings["epochs"]:
    gradient = sum(2 * x * (state["slope"] * x - 3 * x) for x in range(1, 5)) / 4
    state["slope"] -= settings["rate"] * gradient
    state["epoch"] += 1
    # Whole or not at all: a session can be ended at any moment.
    partial = options.checkpoint.with_suffix(".partial")
    partial.write_text(json.dumps(state))
    os.replace(partial, options.checkpoint)
    print(f"epoch {state['epoch']}: slope {state['slope']:.4f}", flush=True)
    time.sleep(settings["pauseSeconds"])  # what takes so long
