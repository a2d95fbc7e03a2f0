#!/usr/bin/env bash
# Quotes in CSV keep nothing text: pandas 3.1.1, polars 2.1.0, astropy 8.0.2 and pyarrow 26.0.1 read "0123" as 123. And
# pandas rounds a quoted identifier of 19 digits where one cell of its column is empty (astropy and pyarrow keep it as
# an integer; polars makes text of the column if the empty cell is in quotes). With dtype "Int64" pandas is exact.
# Needs python3 with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
printf '%s\n' 'id,plate' '"4295806720038285001","0123"' '"",""' > t.csv
venv/bin/python - <<'PY' | tee said
import pandas, polars, pyarrow.csv
from astropy.table import Table
def show(who, id, plate):
    print(who, repr(int(id) if isinstance(id, float) else id), repr(int(plate)))
frame = pandas.read_csv("t.csv")
show("pandas", float(frame.id[0]), frame.plate[0])
typed = pandas.read_csv("t.csv", dtype={"id": "Int64"})
show("pandas, Int64", int(typed.id[0]), typed.plate[0])
frame = polars.read_csv("t.csv")
show("polars", frame["id"][0], int(frame["plate"][0]))
table = Table.read("t.csv", format="ascii.csv")
show("astropy", table["id"].tolist()[0], table["plate"].tolist()[0])
table = pyarrow.csv.read_csv("t.csv")
show("pyarrow", table["id"][0].as_py(), table["plate"][0].as_py())
PY

diff said - <<'TEXT'
pandas 4295806720038284800 123
pandas, Int64 4295806720038285001 123
polars '4295806720038285001' 123
astropy 4295806720038285001 123
pyarrow 4295806720038285001 123
TEXT
echo "as described"
