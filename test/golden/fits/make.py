"""Writes FITS tables that golden/tables has no example of: `python make.py FOLDER`. numpy 2.4.6, astropy 8.0.2."""
import gzip
import sys

import numpy as np
from astropy.io import fits
out = sys.argv[1]
def save(name, *hdus):
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(f"{out}/{name}.fits", overwrite=True)

# Scaled columns, TNULL before scaling, a long text by CONTINUE, HIERARCH, a quote in a name.
t = fits.BinTableHDU.from_columns([
    fits.Column(name="id", format="K", array=np.array([1, 9007199254740993, 3])),
    fits.Column(name="scaled", format="I", array=np.array([150, -99, -2000], dtype="i2")),
    fits.Column(name="shifted", format="J", array=np.array([0, 1, 2], dtype="i4")),
    fits.Column(name="o'clock", format="E", unit="h", array=np.array([0.1, 1e-45, 3.4028235e38], dtype="f4")),
    fits.Column(name="flag", format="X", array=np.array([[True], [False], [True]])),
    fits.Column(name="bits", format="11X", array=np.zeros((3, 11), bool)),
    fits.Column(name="z", format="M", array=np.array([1 + 2j, 0, 0])),
    fits.Column(name="words", format="6A", dim="(3,2)", array=np.array([["ab", "c"], ["d", "e"], ["f", "g"]])),
    fits.Column(name="notes", format="PA(20)", array=np.array(["short", "a longer one", ""], dtype=object)),
    fits.Column(name="nothing", format="0J"),
])
h = t.header
# Set as keywords: astropy itself cannot write scaled integers from physical values.
h["TSCAL2"], h["TZERO2"], h["TNULL2"], h["TZERO3"] = 0.01, 20.0, -99, 0.5
h["HIERARCH ESO DET CHIP NAME"] = "TTYPE1 = 'not this'"
h["TUNIT1"] = "a unit of many words, " * 8
fits.HDUList([fits.PrimaryHDU(), t]).writeto(f"{out}/astropy-8.0.2-odd-columns.fits", overwrite=True)
# An ASCII table.
a = fits.TableHDU.from_columns([
    fits.Column(name="name", format="A8", array=np.array(["M 31", " c", ""])),
    fits.Column(name="n", format="I12", null="-", array=np.array([1, -5, 2147483647])),
    fits.Column(name="ra", format="F12.5", unit="deg", array=np.array([10.68471, -0.5, 0.0])),
    fits.Column(name="flux", format="D25.17", array=np.array([1e-300, 1.5, 0.1])),
])
save("astropy-8.0.2-ascii", a)
# No table: images only; a tile-compressed image is a BINTABLE, too, and the table comes after it.
img = np.arange(10000, dtype="i2").reshape(100, 100)
save("astropy-8.0.2-images", fits.ImageHDU(img), fits.CompImageHDU(img))
save("astropy-8.0.2-after-compressed-image", fits.CompImageHDU(img), fits.BinTableHDU.from_columns([fits.Column(name="n", format="J", array=np.array([1, 2]))]))
with open(f"{out}/astropy-8.0.2-after-compressed-image.fits", "rb") as f:
    raw = f.read()
with open(f"{out}/astropy-8.0.2-gzip.dat", "wb") as f:
    f.write(gzip.compress(raw, mtime=0))
