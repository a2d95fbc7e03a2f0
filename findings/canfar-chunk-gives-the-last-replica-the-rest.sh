#!/usr/bin/env bash
# canfar 1.5.2 shares work among replicas with `chunk`, "roughly equal contiguous chunks" by its documentation. All that
# does not divide evenly goes to the last replica: of 199 tiles for 100 replicas, 99 replicas get one tile each and the last
# gets 100. The sweep then takes 100 tiles' time, not 2. With one tile fewer than replicas each gets one, and with
# `stripe` no replica gets more than 2.
# Needs python3 (3.10 or newer) with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check canfar==1.5.2
HOME=$folder venv/bin/python - <<'PY' | tee said
from canfar.helpers.distributed import chunk, stripe

def sizes(share, tiles, replicas):
    return [len(list(share(range(tiles), one + 1, replicas))) for one in range(replicas)]

for share, tiles in ((chunk, 99), (chunk, 199), (stripe, 199), (chunk, 200)):
    counts = sizes(share, tiles, 100)
    assert sum(counts) == tiles
    print(share.__name__, tiles, "first", counts[0], "last", counts[-1], "most", max(counts))
PY

diff said - <<'TEXT'
chunk 99 first 1 last 0 most 1
chunk 199 first 1 last 100 most 100
stripe 199 first 2 last 1 most 2
chunk 200 first 2 last 2 most 2
TEXT
echo "as described"
