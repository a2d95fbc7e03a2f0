# The period of a star: the highest peak of the periodogram of its light curve, a table of days and magnitudes.
#
#   awk -f period.awk out=found/star-001.csv curves/star-001.csv
#
# For unevenly spaced times the classical periodogram, |sum of m exp(i 2 pi f t)|^2, stands for Lomb and Scargle's: with
# noise like this the peak is the same, and it needs nothing but awk. The peak is then searched more finely.
BEGIN { FS = ","; pi = atan2(0, -1); slowest = 0.3; fastest = 4 }

FNR == 1 { next }
NF != 2 || $2 !~ /^-?[0-9.]+$/ {
  print FILENAME ": line " FNR " is no measurement: " $0
  broken = 2
  exit
}
{ n++; day[n] = $1; mag[n] = $2; sum += $2 }

function power(f,    i, c, s) {
  c = s = 0
  for (i = 1; i <= n; i++) {
    c += mag[i] * cos(2 * pi * f * day[i])
    s += mag[i] * sin(2 * pi * f * day[i])
  }
  return (c * c + s * s) / n
}

END {
  if (broken) exit broken
  for (i = 1; i <= n; i++) mag[i] -= sum / n
  step = 1 / (5 * (day[n] - day[1]))
  for (f = slowest; f <= fastest; f += step) {
    p = power(f)
    if (p > highest) { highest = p; best = f }
  }
  for (width = step / 2; width > 1e-6; width /= 2) {
    for (side = -1; side <= 1; side += 2) {
      p = power(best + side * width)
      if (p > highest) { highest = p; best += side * width; break }
    }
  }
  printf "period,power\n%.5f,%.3f\n", 1 / best, highest > out
  printf "%d measurements: %.5f days\n", n, 1 / best
}
