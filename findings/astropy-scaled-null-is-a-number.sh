#!/bin/sh
# A missing value of a scaled FITS column is a plausible number in astropy 8.0.2: with TSCAL it ignores TNULL, so the
# stored -99 is read as 20 + 0.01 * -99 = 19.01, not masked, with no warning. Packed catalogues (int16 magnitudes) are
# written so.
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 astropy==8.0.2
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
import numpy as np
from astropy.io import fits
from astropy.table import Table

t = fits.BinTableHDU.from_columns([
    fits.Column(name="mag", format="I", array=np.array([150, -99], dtype="i2")),
    fits.Column(name="count", format="I", array=np.array([150, -99], dtype="i2")),
])
for number in (1, 2):
    t.header[f"TNULL{number}"] = -99
t.header["TSCAL1"], t.header["TZERO1"] = 0.01, 20.0
t.writeto("t.fits")
warnings.simplefilter("error")  # it says nothing
read = Table.read("t.fits", hdu=1)
print("plain:", read["count"].tolist(), "scaled:", read["mag"].tolist())
assert read["count"].tolist() == [150, None]
assert np.allclose(np.ma.filled(read["mag"], -1), [21.5, 19.01]), "the missing value is 19.01"
PYTHON
