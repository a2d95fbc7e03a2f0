#!/usr/bin/env bash
# astropy 8.0.2 writes no nulls into Parquet. A masked column becomes two, NAME and NAME.mask, and the values that
# are hidden stay in the first: pandas 3.1.1 and polars 2.1.0 give 7 where the table has a masked cell. Only the YAML
# in the metadata key table_meta_yaml says which columns are masks.
# Needs python3 with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
venv/bin/python - <<'PY' | tee said
import pandas, polars
from astropy.table import MaskedColumn, Table
Table({"id": MaskedColumn([5, 7], mask=[False, True])}).write("t.parquet", format="parquet")
print("astropy:", Table.read("t.parquet", format="parquet")["id"].tolist())
print("pandas:", pandas.read_parquet("t.parquet").to_dict("list"))
print("polars:", polars.read_parquet("t.parquet").to_dict(as_series=False))
PY

diff said - <<'TEXT'
astropy: [5, None]
pandas: {'id': [5, 7], 'id.mask': [False, True]}
polars: {'id': [5, 7], 'id.mask': [False, True]}
TEXT
echo "as described"
