#!/usr/bin/env bash
# PyYAML 6.0.3 writes text without quotes that every YAML 1.2 reader takes for a number: it quotes by YAML 1.1, where an
# exponent needs a point and a sign. The commit "25921e05" comes back as 2592100000.0 from ruamel.yaml 0.19.1 and npm's
# yaml 2.9.1, and "0o17" as 15. Of ids padded with zeros only those with an 8 or 9 lose them: '007' is in quotes, 008
# is not, and is read as 8. PyYAML itself reads all of it back as text, so no test with PyYAML alone sees it.
# Needs python3 with venv, node and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyyaml==6.0.3 ruamel.yaml==0.19.1
npm install --silent --no-audit --no-fund --prefix . yaml@2.9.1 > /dev/null
venv/bin/python - <<'PY' > said
import ruamel.yaml, yaml
texts = ["25921e05", "1e5", "0o17", "007", "008"]
with open("t.yaml", "w") as file:
    yaml.safe_dump(texts, file)
assert yaml.safe_load(open("t.yaml")) == texts
print(open("t.yaml").read(), end="")
print("ruamel.yaml:", ruamel.yaml.YAML(typ="safe").load(open("t.yaml")))
PY
node -e 'console.log("npm yaml:", JSON.stringify(require("yaml").parse(require("fs").readFileSync("t.yaml", "utf8"))))' >> said
cat said

diff said - <<'TEXT'
- 25921e05
- 1e5
- 0o17
- '007'
- 008
ruamel.yaml: [2592100000.0, 100000.0, 15, '007', 8]
npm yaml: [2592100000,100000,15,"007",8]
TEXT
echo "as described"
