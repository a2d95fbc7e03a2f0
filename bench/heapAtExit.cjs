// In a provider's process: what the heap and the open files grew by, noted when the engine ends it. Preloaded with
// `node --expose-gc --require`; BENCH_HEAP is the file that gets a line for each process.
const fs = require("node:fs");

if (/dynamic-provider(\/index\.js)?$/.test(process.argv[1] ?? "")) {
  // The host configures it once, before the first job: what is loaded by then is no growth.
  const { provider } = require("../dist/provider/runtime.js");
  const { configure } = provider;
  let before;
  provider.configure = function (request) {
    before ??= look();
    return configure.call(this, request);
  };
  const note = () => {
    const line = { before: before ?? look(), after: look() };
    fs.appendFileSync(process.env.BENCH_HEAP, `${JSON.stringify(line)}\n`);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, note);
  process.once("beforeExit", note);
}

function look() {
  for (let round = 0; round < 4; round += 1) global.gc(); // what finalizers free, the next round finds
  return { heapBytes: process.memoryUsage().heapUsed, files: files() };
}

function files() {
  return fs.readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith("/") && !target.startsWith("/proc/") ? [target] : [];
    } catch {
      return []; // that of the listing itself
    }
  });
}
