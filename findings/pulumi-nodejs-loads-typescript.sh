#!/usr/bin/env bash
# The Node SDK of Pulumi, @pulumi/pulumi 3.276.0, loads all of TypeScript into each process that loads the SDK: a program in
# plain JavaScript, and each provider of dynamic resources. Where none is installed, it is the SDK's own copy of 3.8.3. The
# SDK means to load it on demand: its tsutils.js says so where it asks for it within a function. But
# runtime/closure/parseFunction.js, which the SDK's index leads to, asks for it at its top. So more than two thirds of the
# code that is loaded are TypeScript, and nothing of it runs until a function is to be stored in a state. What that costs
# in memory is printed; only what is loaded is judged. Needs Node and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset NODE_OPTIONS

npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @pulumi/pulumi@3.276.0 >/dev/null

cat >loads.js <<'JS'
const { statSync } = require("node:fs");
require("@pulumi/pulumi");
const sizes = Object.keys(require.cache).map((file) => [file, statSync(file).size]);
const total = (all) => all.reduce((sum, [, size]) => sum + size, 0);
const compiler = sizes.filter(([file]) => /[\\/]typescript\.js$/.test(file));
const asks = Object.values(require.cache)
  .filter(({ children }) => children.some(({ filename }) => filename.endsWith("typescript-shim.js")))
  .map(({ filename }) => filename.replace(/^.*[\\/]@pulumi[\\/]pulumi[\\/]/, ""));
console.log(`TypeScript is loaded: ${compiler.length === 1}`);
console.log(`it is more than two thirds of what is loaded: ${total(compiler) > (2 / 3) * total(sizes)}`);
console.log(`first asked for by: ${asks.join(", ")}`);
console.error(`resident: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
JS
node loads.js | tee said

diff said - <<'TEXT'
TypeScript is loaded: true
it is more than two thirds of what is loaded: true
first asked for by: runtime/closure/parseFunction.js
TEXT
echo "as described"
