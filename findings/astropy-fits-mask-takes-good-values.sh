#!/bin/sh
# A masked column that astropy writes to FITS loses good values, and gets others back as something else:
# - astropy 8.0.2 writes TNULL 999999 cut to the column's width: 63 for uint8, 16959 for int16. A good 63 or 16959
#   beside the masked cells is null when the file is read, with no warning.
# - Of an unsigned column it writes that TNULL without the offset (TZERO), though the standard (FITS 4.0, 7.3.2)
#   compares TNULL with the stored integer: another good value, 16959 + 32768, is null for readers that go by
#   the standard, and the masked one is not.
# - fitsio 1.4.2 ignores TNULL: every masked cell is a number.
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 astropy==8.0.2 fitsio==1.4.2
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
import fitsio
import numpy as np
from astropy.io import fits
from astropy.table import MaskedColumn, Table

warnings.simplefilter("error")  # it says nothing
t = Table()
t["flag"] = MaskedColumn(np.array([62, 63, 1], "u1"), mask=[False, False, True])
t["plate"] = MaskedColumn(np.array([16958, 16959, 1], "i2"), mask=[False, False, True])
t["unsigned"] = MaskedColumn(np.array([7, 16959 + 32768, 1], "u2"), mask=[False, False, True])
t.write("t.fits")
warnings.simplefilter("default")

header = fits.getheader("t.fits", 1)
print({key: header[key] for key in ("TNULL1", "TNULL2", "TNULL3", "TZERO3")})
assert (header["TNULL1"], header["TNULL2"], header["TNULL3"], header["TZERO3"]) == (63, 16959, 16959, 32768)

back = Table.read("t.fits")
print("written:", t["flag"].tolist(), t["plate"].tolist())
print("read:   ", back["flag"].tolist(), back["plate"].tolist())
assert back["flag"].tolist() == [62, None, None], "the good 63 is gone"
assert back["plate"].tolist() == [16958, None, None], "the good 16959 is gone"

with open("t.fits", "rb") as f:
    stored = np.frombuffer(f.read()[5760:5775], dtype=[("flag", "u1"), ("plate", ">i2"), ("unsigned", ">i2")])
print("stored in the unsigned column:", stored["unsigned"].tolist(), "TNULL 16959")
assert stored["unsigned"].tolist() == [7 - 32768, 16959, 16959 - 32768], "by the standard row 2 is null, row 3 is not"
assert back["unsigned"].tolist() == [7, 49727, None], "astropy itself takes TNULL for the shifted value"

numbers = fitsio.read("t.fits")
print("fitsio: ", numbers["flag"].tolist(), numbers["plate"].tolist())
assert numbers["flag"].tolist() == [62, 63, 63] and numbers["plate"].tolist() == [16958, 16959, 16959]
PYTHON
