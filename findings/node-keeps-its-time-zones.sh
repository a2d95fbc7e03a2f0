#!/usr/bin/env bash
# Node never reads the system's time zone files: a system update changes nothing. British Columbia keeps daylight
# time from November 2026 on (tz 2026b), Manitoba likewise (2026e). So one and the same line of JavaScript gives
# three answers for December 2026, depending on the Node that runs it: Node 22.19.0 and 24.15.0 (tz 2025b to 2026a)
# have both zones an hour behind, Node 24.21.0 (2026c) has Vancouver right and Winnipeg wrong, and PyPI's tzdata
# 2026.6 and moment-timezone 0.6.6 (both 2026f) have both right. TZDIR and a newer zoneinfo make no difference.
# Needs npm and python3 with venv.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tzdata==2026.6
files=$(venv/bin/python -c 'import tzdata, os; print(os.path.dirname(tzdata.__file__) + "/zoneinfo")')

cat > ask.cjs <<'JS'
const at = new Date("2026-12-15T12:00:00Z");
const hour = (timeZone) => new Intl.DateTimeFormat("en-US", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(at);
console.log(`${process.versions.node} has tz ${process.versions.tz}: Vancouver ${hour("America/Vancouver")}, Winnipeg ${hour("America/Winnipeg")}`);
JS
for version in 22.19.0 24.15.0 24.21.0; do
  mkdir "$version"
  echo '{}' > "$version/package.json"
  npm install --prefix "$version" --no-audit --no-fund --loglevel=error "node@$version" > /dev/null
  TZDIR=$files "$version/node_modules/node/bin/node" ask.cjs
done | tee said
PYTHONTZPATH=$files venv/bin/python - <<'PY' | tee -a said
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
import tzdata
at = datetime(2026, 12, 15, 12, tzinfo=timezone.utc)
hour = lambda zone: at.astimezone(ZoneInfo(zone)).strftime("%H")
print(f"PyPI has tz {tzdata.IANA_VERSION}: Vancouver {hour('America/Vancouver')}, Winnipeg {hour('America/Winnipeg')}")
PY
mkdir package
echo '{}' > package/package.json
npm install --prefix package --no-audit --no-fund --loglevel=error moment-timezone@0.6.6 > /dev/null
node -e '
const { tz } = require("./package/node_modules/moment-timezone");
const hour = (zone) => tz("2026-12-15T12:00:00Z", zone).format("HH");
console.log(`moment-timezone has tz ${tz.dataVersion}: Vancouver ${hour("America/Vancouver")}, Winnipeg ${hour("America/Winnipeg")}`);
' | tee -a said

diff said - <<'TEXT'
22.19.0 has tz 2025b: Vancouver 04, Winnipeg 06
24.15.0 has tz 2026a: Vancouver 04, Winnipeg 06
24.21.0 has tz 2026c: Vancouver 05, Winnipeg 06
PyPI has tz 2026f: Vancouver 05, Winnipeg 07
moment-timezone has tz 2026f: Vancouver 05, Winnipeg 07
TEXT
echo "as described"
