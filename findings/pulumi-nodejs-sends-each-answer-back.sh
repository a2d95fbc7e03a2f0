#!/usr/bin/env bash
# The Node SDK of Pulumi, @pulumi/pulumi 3.276.0, sends the engine's answer about each resource back to the engine whole:
# as the text of a debugging message, outputs and all, by a second call, also where nobody asked for debugging. A program
# that registers a resource with an input of 1,000,000 characters sends it once, gets it back among the outputs, and sends
# it again in the message. So the memory and the time that large resources take in a program double, and no setting of
# Pulumi's turns it off. Here a program runs by the SDK's own cmd/run against a bare engine that counts.
# Needs Node and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset NODE_OPTIONS

npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @pulumi/pulumi@3.276.0 >/dev/null

mkdir program
cat >program/Pulumi.yaml <<'YAML'
name: p
runtime: nodejs
YAML
cat >program/index.js <<'JS'
const pulumi = require("@pulumi/pulumi");
new pulumi.CustomResource("a:b:C", "c", { text: "x".repeat(1_000_000) });
JS

cat >engine.js <<'JS'
const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = sdk("@grpc/grpc-js");
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb");
const engine = require("@pulumi/pulumi/proto/engine_pb");
const monitor = require("@pulumi/pulumi/proto/resource_pb");

let longest = 0;
const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(require("@pulumi/pulumi/proto/engine_grpc_pb").EngineService, {
  log({ request }, reply) {
    if (request.getSeverity() === engine.LogSeverity.DEBUG) {
      longest = Math.max(longest, request.getMessage().length);
    }
    reply(null, new Empty());
  },
  getRootResource: (_, reply) => reply(null, new engine.GetRootResourceResponse()),
  setRootResource: (_, reply) => reply(null, new engine.SetRootResourceResponse()),
});
server.addService(require("@pulumi/pulumi/proto/resource_grpc_pb").ResourceMonitorService, {
  supportsFeature: (_, reply) => reply(null, new monitor.SupportsFeatureResponse()),
  registerResource({ request }, reply) {
    const answer = new monitor.RegisterResourceResponse();
    answer.setUrn(`urn:pulumi:s::p::${request.getType()}::${request.getName()}`);
    answer.setId("id");
    answer.setObject(request.getObject());
    reply(null, answer);
  },
  registerResourceOutputs: (_, reply) => reply(null, new Empty()),
  signalAndWaitForShutdown: (_, reply) => reply(null, new Empty()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => {
  const address = `127.0.0.1:${port}`;
  const words = ["--engine", address, "--monitor", address, "--project", "p", "--stack", "s", "--pwd", "program", "."];
  const run = require.resolve("@pulumi/pulumi/cmd/run");
  spawn(process.execPath, [run, ...words], { stdio: "inherit" }).on("close", (status) => {
    console.log(`exit status ${status}`);
    console.log(`a debugging message has the whole answer: ${longest > 1_000_000}`);
    process.exit();
  });
});
JS
node engine.js | tee said

diff said - <<'TEXT'
exit status 0
a debugging message has the whole answer: true
TEXT
echo "as described"
