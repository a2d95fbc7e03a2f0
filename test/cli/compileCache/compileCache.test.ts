// What Node compiles of the SDK is kept between runs: by the kind of process, for those that Pulumi starts alone, and
// without a trace in what the user's program starts. TypeScript is loaded where the SDK uses it.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compileCacheOfPulumi } from "../../../cli/compileCache/ofPulumi";
import { checkout } from "../../../toolchain/checkout";

const compiled = path.join(checkout, "dist/cli/compileCache/preload.js");
let folder: string;
let preload: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "compile-cache-")));
  const odd = path.join(folder, 'a "strange" \\ place');
  mkdirSync(odd);
  preload = path.join(odd, "preload.js");
  copyFileSync(compiled, preload);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs as long as it takes to write what is kept, and is then killed, as the engine does. */
const killed = "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1_500)";
const tellsEnvironment = `console.log(require("node:child_process").execFileSync(process.execPath,
  ["-p", "JSON.stringify([process.env.NODE_OPTIONS, Object.keys(process.env).filter((name) => name.startsWith('PULUMI_SKAHA'))])"],
).toString())`;

/** A project with an SDK whose scripts do this. @returns its folder */
function project(name: string, script = ""): string {
  const place = path.join(folder, name);
  const cmd = path.join(place, "node_modules/@pulumi/pulumi/cmd");
  for (const kind of ["run", "dynamic-provider"]) {
    mkdirSync(path.join(cmd, kind), { recursive: true });
    writeFileSync(path.join(cmd, kind, "index.js"), `require("../shared.js");\n${script}\n`);
  }
  writeFileSync(path.join(cmd, "shared.js"), "exports.f = (n) => n + 1;\n");
  writeFileSync(path.join(place, "other.js"), `${script}\n`);
  return place;
}

const temporary = () => path.join(folder, "own");
const user = { PATH: process.env.PATH };

function run(place: string, script: string, env: NodeJS.ProcessEnv = user): string {
  const added = compileCacheOfPulumi(env, place, { temporary, preload });
  const options = { cwd: place, env: { ...env, ...added }, encoding: "utf8" as const };
  try {
    return execFileSync(process.execPath, [script], options);
  } catch (error) {
    if ((error as { signal?: string }).signal === "SIGKILL") return "killed";
    throw error;
  }
}

const sdk = (kind: string) => `node_modules/@pulumi/pulumi/cmd/${kind}`;
const kept = () =>
  readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.parentPath.includes("pulumi-compile-cache"),
  );
const keptOf = (kind: string) =>
  kept().filter(({ parentPath }) => parentPath.includes(`/${kind}/`));

test("a host that is killed leaves what it compiled, each kind of process in a folder of its own", () => {
  const place = project("project", killed);
  expect(run(place, sdk("dynamic-provider"))).toBe("killed");
  expect([keptOf("provider").length, keptOf("program").length]).toEqual([2, 0]);
  expect(run(place, `${sdk("run")}/index.js`)).toBe("killed");
  expect([keptOf("provider").length, keptOf("program").length]).toEqual([2, 2]);
  expect(run(place, "other.js")).toBe("killed");
  expect(kept()).toHaveLength(4);
});

test("what is kept is taken and not written again, and what was cut is made anew", () => {
  const place = project("project", killed);
  run(place, sdk("dynamic-provider"));
  const files = keptOf("provider").map((entry) => path.join(entry.parentPath, entry.name));
  const inodes = () => files.map((file) => statSync(file).ino);
  const before = inodes();
  run(place, sdk("dynamic-provider"));
  expect(inodes()).toEqual(before);
  for (const file of files) writeFileSync(file, "cut");
  expect(run(place, sdk("dynamic-provider"))).toBe("killed");
  expect(files.map((file) => readFileSync(file, "utf8"))).not.toContain("cut");
});

test("what a program or a provider starts has the environment that the user gave", () => {
  const place = project("project", tellsEnvironment);
  const native = "provider/native/main.js";
  mkdirSync(path.join(place, path.dirname(native)), { recursive: true });
  writeFileSync(path.join(place, native), tellsEnvironment);
  for (const script of [sdk("run"), sdk("dynamic-provider"), native]) {
    expect(JSON.parse(run(place, script))).toEqual([null, []]);
    const own = { ...user, NODE_OPTIONS: "--no-warnings --stack-trace-limit=20" };
    expect(JSON.parse(run(place, script, own))).toEqual([own.NODE_OPTIONS, []]);
  }
});

test("a user's own compile cache stands, and so does the wish for none", () => {
  const place = project("project");
  const keeping = (env: NodeJS.ProcessEnv) =>
    compileCacheOfPulumi(env, place, { temporary, preload });
  expect(Object.keys(keeping({}))).toEqual(["PULUMI_SKAHA_COMPILE_CACHE", "NODE_OPTIONS"]);
  expect(keeping({ NODE_COMPILE_CACHE: "/elsewhere" })).toEqual({});
  expect(keeping({ NODE_DISABLE_COMPILE_CACHE: "1" })).toEqual({});
  expect(compileCacheOfPulumi({}, folder, { temporary, preload })).toEqual({}); // without an SDK
});

test("where nothing can be kept all runs as without", () => {
  const place = project("project", "console.log('it ran')");
  const options = { preload };
  const none = { ...options, temporary: () => path.join(preload, "no folder") };
  expect(compileCacheOfPulumi({}, place, none)).toEqual({});
  run(place, sdk("run"));
  const all = path.join(temporary(), "pulumi-compile-cache");
  for (const name of readdirSync(all)) {
    rmSync(path.join(all, name), { recursive: true });
    writeFileSync(path.join(all, name, "..", `${name}.old`), "");
    mkdirSync(path.join(all, name));
    writeFileSync(path.join(all, name, "program"), "no folder"); // also for root, who may write everywhere
    chmodSync(path.join(all, name), 0o500);
  }
  expect(run(place, sdk("run"))).toBe("it ran\n");
});

test("of more than four installations the ones that were used last are kept", () => {
  const all = path.join(temporary(), "pulumi-compile-cache");
  const folderOf = (name: string) =>
    compileCacheOfPulumi({}, project(name), { temporary, preload }).PULUMI_SKAHA_COMPILE_CACHE ??
    "";
  const used = ["one", "two", "three", "four"].map(folderOf);
  for (const [index, place] of used.entries()) utimesSync(place, index, index);
  const [one = "", two = "", three, four] = used;
  expect(folderOf("one")).toBe(one); // it is used again
  const five = folderOf("five");
  const names = [one, three, four, five].map((place) => path.basename(place ?? ""));
  expect(readdirSync(all).sort()).toEqual(names.sort());
  expect(names).not.toContain(path.basename(two));
});

/** With the SDK of this checkout, in a process that passes for one of its scripts. @returns what it prints */
function withSdk(kind: string, code: string): string {
  const all = path.join(checkout, "node_modules/@pulumi/pulumi");
  const program = `const sdk = require(${JSON.stringify(all)});
    const isLoaded = () => Object.keys(require.cache).some((file) => /typescript\\.js$/.test(file));
    ${code}`;
  const added = compileCacheOfPulumi(user, checkout, { temporary, preload });
  const words = ["--eval", program, path.join(all, "cmd", kind)];
  return execFileSync(process.execPath, words, { env: { ...user, ...added }, encoding: "utf8" });
}

test.each(["run", "dynamic-provider"])("in `%s` the SDK is loaded without TypeScript", (kind) => {
  expect(withSdk(kind, "console.log(isLoaded())")).toBe("false\n");
  expect(withSdk("other", "console.log(isLoaded())")).toBe("true\n");
});

test("a function that goes into a state, and a tsconfig.json, are read by the whole of TypeScript", () => {
  const tsConfig = path.join(folder, "tsconfig.json");
  writeFileSync(tsConfig, '{ "compilerOptions": { "strict": true } } // the users own');
  const code = `
    const factor = 3;
    const ts = require(${JSON.stringify(path.join(checkout, "node_modules/@pulumi/pulumi/typescript-shim.js"))});
    const wasLoaded = isLoaded();
    const { loadTypeScriptCompilerOptions } = require(${JSON.stringify(path.join(checkout, "node_modules/@pulumi/pulumi/tsutils.js"))});
    sdk.runtime.serializeFunction((n) => n * factor).then(({ text }) => {
      console.log(JSON.stringify({
        text: text.includes("n * factor"),
        options: loadTypeScriptCompilerOptions(${JSON.stringify(tsConfig)}),
        isLoaded: [wasLoaded, isLoaded()],
        parts: Object.keys(ts).length === Object.keys(require("typescript")).length && "version" in ts,
      }));
    });`;
  const expected = { text: true, options: { strict: true }, isLoaded: [false, true], parts: true };
  expect(JSON.parse(withSdk("run", code))).toEqual(expected);
});
