#!/usr/bin/env bash
# Node keeps what it compiles where NODE_COMPILE_CACHE says, and reads it with the next run. Processes of Pulumi cannot
# share it: @pulumi/pulumi 3.276.0 sets V8's flag --allow-natives-syntax when cmd/run, which runs a program, loads
# runtime/closure/v8Hooks. V8 refuses code that was compiled under other flags, and Node 24.21.0 names the cache by the
# flags of the start, so that both kinds have one file for a module. Where a process with the flag and one without it take
# turns, as program and language host do, each refuses what the other has kept, compiles anew and writes it, in every run.
# Needs npm, and installs the Node that it runs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset NODE_COMPILE_CACHE NODE_DISABLE_COMPILE_CACHE NODE_OPTIONS

npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0 @pulumi/pulumi@3.276.0 >/dev/null
grep -q 'require("../../runtime/closure/v8Hooks")' node_modules/@pulumi/pulumi/cmd/run/index.js

echo 'exports.one = 1;' >reduce.js
echo 'require("./reduce.js");' >plain.js
echo 'require("@pulumi/pulumi/runtime/closure/v8Hooks"); require("./reduce.js");' >program.js

# once CACHE SCRIPT: what Node says of the kept code of reduce.js
once() {
  NODE_COMPILE_CACHE=$folder/$1 NODE_DEBUG_NATIVE=COMPILE_CACHE node_modules/.bin/node "$2" 2>&1 |
    sed -n 's/.*V8 code cache for CommonJS .*reduce\.js was \([a-z ]*\).*/\1/p'
}

{
  for script in plain plain; do echo "alone, $script: $(once alone-plain $script.js)"; done
  for script in program program; do echo "alone, $script: $(once alone-program $script.js)"; done
  for script in plain program plain program plain; do
    echo "in turns, $script: $(once shared $script.js)"
  done
} | tee said

diff said - <<'TEXT'
alone, plain: not initialized
alone, plain: accepted
alone, program: not initialized
alone, program: accepted
in turns, plain: not initialized
in turns, program: rejected
in turns, plain: rejected
in turns, program: rejected
in turns, plain: rejected
TEXT
echo "as described"
