#!/bin/sh
# In an ASCII table of FITS a blank field of numbers is, to astropy 8.0.2, 0 if the column holds integers (TFORM I5) and a
# missing value if it holds floats (F8.3): in the same row, without a warning. By the standard both are
# 0; people who leave a field blank mean missing.
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 astropy==8.0.2
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import pathlib
import warnings
import numpy as np
from astropy.io import fits
from astropy.table import Table

table = fits.TableHDU.from_columns([
    fits.Column(name="count", format="I5", array=np.array([1, 2, 3])),
    fits.Column(name="mag", format="F8.3", array=np.array([1.5, 2.5, 3.5])),
])
warnings.simplefilter("error")  # it says nothing
table.writeto("t.fits")
data = pathlib.Path("t.fits").read_bytes()
assert data.count(b"    2   2.500") == 1
pathlib.Path("t.fits").write_bytes(data.replace(b"    2   2.500", b" " * 13))
read = Table.read("t.fits", hdu=1)
print("integers:", read["count"].tolist(), "floats:", read["mag"].tolist())
assert read["count"].tolist() == [1, 0, 3]
assert read["mag"].tolist() == [1.5, None, 3.5]
PYTHON
echo "as described"
