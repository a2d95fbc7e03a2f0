// Waits one latency where ours asks the server once for each job; its inputs are as long as ours once checked.
const fs = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");
const { isDeepStrictEqual } = require("node:util");

const latencyMs = Number(process.env.BENCH_LATENCY_MS);
const note = process.env.BENCH_FIRST_LAUNCH;
let launched = false;

const latency = async () => {
  if (latencyMs > 0) await sleep(latencyMs);
};

module.exports = {
  async check(_olds, news) {
    const number = news.args[1].slice("--band=".length).padStart(4, "0");
    const job = `band-${number}`;
    const sized = {
      identity: `organization/urn:pulumi:bench::bench::pulumi-nodejs:dynamic/bench:Floor::${job}`,
      jobName: `${job}-0123456789abcd`,
      onRemove: "cancel",
    };
    return { inputs: { ...news, ...sized }, failures: [] };
  },
  async diff(_id, olds, news) {
    const changes = !isDeepStrictEqual(olds.args, news.args);
    return { changes, replaces: changes ? ["args"] : [], deleteBeforeReplace: true };
  },
  async create(inputs) {
    if (!launched) fs.writeFileSync(note, String(Date.now()));
    launched = true;
    await latency();
    const number = inputs.args[1].slice("--band=".length);
    return { id: `band-${number}-abcdef`, outs: { ...inputs, sessionId: `s${number}` } };
  },
  async read(id, props) {
    return { id, props };
  },
  async update(_id, _olds, news) {
    await latency();
    return { outs: news };
  },
  async delete() {
    await latency();
  },
};
