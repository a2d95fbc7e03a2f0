#!/usr/bin/env bash
# pulumi 3.272.0 for Python: its Automation API reads Pulumi.yaml into a `ProjectSettings` that has no place for `plugins`,
# `packages` and `stackConfigDir`. What is read and written again, as `save_project_settings(project_settings())` does, has lost
# them without a word: the next `pulumi up` looks for a provider that was named by its path on the internet.
# (The SDK for Node keeps such sections, because it writes the object that it has read.)
# Needs python3 (3.10 or newer) with venv, and node with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >Pulumi.yaml <<'TEXT'
name: survey
runtime: python
description: nightly reductions
stackConfigDir: settings
packages:
  random: 4.16.0
plugins:
  providers:
    - name: skaha
      path: ./plugin
TEXT

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pulumi==3.272.0
venv/bin/python - <<'PY' >python
import yaml
from pulumi.automation import ProjectSettings

text = open("Pulumi.yaml").read()
again = ProjectSettings.from_dict(yaml.safe_load(text)).to_dict()
print(*sorted(again))
PY

echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund @pulumi/pulumi@3.276.0
mkdir -p bin home && printf '#!/bin/sh\necho v3.276.0\n' >bin/pulumi && chmod +x bin/pulumi
PATH=$folder/bin:$PATH PULUMI_HOME=$folder/home node - <<'JS' >node
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const fs = require("node:fs");
(async () => {
  const workspace = await LocalWorkspace.create({ workDir: process.cwd() });
  await workspace.saveProjectSettings(await workspace.projectSettings());
  const names = fs.readFileSync("Pulumi.yaml", "utf8").match(/^\w+/gm);
  console.log(names.sort().join(" "));
})();
JS

{
  echo "python: $(cat python)"
  echo "node: $(cat node)"
} | tee said
diff said - <<'TEXT'
python: description name runtime
node: description name packages plugins runtime stackConfigDir
TEXT
echo "as described"
