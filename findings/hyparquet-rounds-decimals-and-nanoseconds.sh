#!/usr/bin/env bash
# hyparquet 1.33.0 gives 64-bit integers exactly, as bigint, but decimals as doubles (12345678901234567890.99 becomes
# 12345678901234567000) and timestamps as Dates, cut to milliseconds, so that two nanoseconds are one instant. Its
# parsers can be replaced for times, but none is there for decimals: only a column whose annotation is taken out of
# the metadata comes as it is stored.
# Needs npm and python3 with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyarrow==26.0.1
venv/bin/python - <<'PY'
import decimal, pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({
    "id": pa.array([4295806720038285001]),
    "money": pa.array([decimal.Decimal("12345678901234567890.99")], pa.decimal128(38, 2)),
    "time": pa.array([1_999_999], pa.timestamp("ns")),
}), "t.parquet")
PY
echo '{}' > package.json
npm install --no-audit --no-fund --loglevel=error hyparquet@1.33.0 > /dev/null
cat > read.mjs <<'JS'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
const file = await asyncBufferFromFile("t.parquet");
const [{ id, money, time }] = await parquetReadObjects({ file });
console.log(typeof id, String(id), "|", typeof money, String(money), "|", time.toISOString());
const metadata = await parquetMetadataAsync(file);
for (const element of metadata.schema) {
  delete element.converted_type;
  delete element.logical_type;
}
const [stored] = await parquetReadObjects({ file, metadata, utf8: false });
console.log(`stored: ${BigInt(`0x${Buffer.from(stored.money).toString("hex")}`)} and ${stored.time}`);
JS
node read.mjs | tee said

diff said - <<'TEXT'
bigint 4295806720038285001 | number 12345678901234567000 | 1970-01-01T00:00:00.001Z
stored: 1234567890123456789099 and 1999999
TEXT
echo "as described"
