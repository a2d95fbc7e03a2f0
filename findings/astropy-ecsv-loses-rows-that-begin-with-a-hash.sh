#!/usr/bin/env bash
# astropy 8.0.2 loses rows on its own round trip through ECSV: a row whose first column is text that begins with #
# is written without quotes, and read as a comment. Neither writing nor reading warns. In quotes it would be read.
# Needs python3 with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2
venv/bin/python - <<'PY' | tee said
import pathlib, warnings
from astropy.table import Table
warnings.simplefilter("error")
Table({"label": ["#1001", "1002"], "mag": [1.5, 2.5]}).write("t.ecsv", format="ascii.ecsv")
file = pathlib.Path("t.ecsv")
text = file.read_text()
print(text.splitlines()[-2])
print("read back:", list(Table.read("t.ecsv", format="ascii.ecsv")["label"].tolist()))
file.write_text(text.replace("#1001", '"#1001"'))
print("in quotes:", list(Table.read("t.ecsv", format="ascii.ecsv")["label"].tolist()))
PY

diff said - <<'TEXT'
#1001 1.5
read back: ['1002']
in quotes: ['#1001', '1002']
TEXT
echo "as described"
