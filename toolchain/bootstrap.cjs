// Makes a fresh clone able to run: installs the locked dependencies, builds the TypeScript, and hands
// over to the Node of the dev dependency `node`. Plain CommonJS without dependencies, because it is
// what runs before there are any; any Node >= 20 will do.
//
//   node toolchain/bootstrap.cjs dist/demo/demo.js [ARG ...]
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const ownNode = path.join(
  root,
  "node_modules/node/bin",
  process.platform === "win32" ? "node.exe" : "node",
);
const sourceFolders = [
  "provider",
  "machine",
  "embedded",
  "cli",
  "toolchain",
  "demo",
  "bench",
  "test/chaos",
];

main(process.argv.slice(2));

function main([script, ...args]) {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    fail(
      `Node ${process.versions.node} is too old to set up this project: install Node 20 or newer.`,
    );
  }
  alone(() => {
    installDependencies();
    build();
  });
  run(script, args);
}

function installDependencies() {
  const stamp = path.join(root, "node_modules/.installed-from");
  const wanted = digest([
    fs.readFileSync(path.join(root, "package-lock.json")),
    `${process.platform}-${process.arch}`,
  ]);
  if (fs.existsSync(ownNode) && read(stamp) === wanted) return;
  say("Installing the locked dependencies (npm ci; about a minute, more on a slow network) ...");
  const npm = process.env.npm_execpath
    ? [process.execPath, process.env.npm_execpath]
    : [process.platform === "win32" ? "npm.cmd" : "npm"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const [command, ...words] = [...npm, "ci", ...quiet];
  const ci = spawnSync(command, words, {
    cwd: root,
    stdio: ["ignore", 2, "pipe"],
    encoding: "utf8",
  });
  if (ci.error || ci.status !== 0) {
    const problem = ci.error ? `${ci.error.message}\n` : ci.stderr;
    // A registry without the packages for other platforms makes npm call the lock file incomplete.
    if (!problem.includes("code EUSAGE")) {
      process.stderr.write(problem);
      fail("npm ci failed: is the npm registry reachable?");
    }
    say(
      "npm ci misses packages in the lock file; npm install keeps to the versions in it as well ...",
    );
    step(
      [...npm, "install", "--no-save", ...quiet],
      "npm install failed: is the npm registry reachable?",
    );
  }
  if (!fs.existsSync(ownNode)) {
    fail(
      "npm ci left no node_modules/node/bin/node: are install scripts switched off (npm config get ignore-scripts)?",
    );
  }
  fs.writeFileSync(stamp, wanted);
}

function build() {
  const stamp = path.join(root, "dist/.built-from");
  const sources = sourceFolders
    .flatMap((folder) => filesBelow(path.join(root, folder)))
    .filter((file) => file.endsWith(".ts") || file.endsWith("tsconfig.json")); // the bench's results lie among its sources
  const wanted = digest(
    [...sources, path.join(root, "tsconfig.json"), path.join(root, "package-lock.json")].flatMap(
      (file) => [path.relative(root, file), fs.readFileSync(file)],
    ),
  );
  if (read(stamp) === wanted) return;
  say("Building (tsc; about ten seconds) ...");
  fs.rmSync(stamp, { force: true });
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  step([ownNode, tsc, "-b", root], "the TypeScript build failed");
  fs.writeFileSync(stamp, wanted);
}

function run(script, args) {
  const child = spawn(ownNode, ["--enable-source-maps", path.join(root, script), ...args], {
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: [path.join(root, "node_modules/.bin"), process.env.PATH].join(path.delimiter),
    },
  });
  // A terminal sends Ctrl-C to the whole group: the child decides when to end. Others' signals are handed on.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}

/** Two set-ups of one checkout at once would spoil each other: the second waits for the first. */
function alone(work) {
  const lock = path.join(root, "node_modules.lock");
  for (let said = false; ; ) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!alive(Number(read(lock)))) {
        fs.rmSync(lock, { force: true });
        continue;
      }
      if (!said) say(`Waiting for another set-up of this checkout (process ${read(lock)}) ...`);
      said = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  const release = () => fs.rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

function alive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function step([command, ...args], problem) {
  const result = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) fail(problem);
}

function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function digest(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}
