// Patterns of outputs against what a real shell takes them for: by path, and over VOSpace as the embedded server lists folders.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { isPattern, matcherOf, mostMatches, PatternMatches } from "../../../cli/crate/matches";
import { scriptedRunner, startSkaha } from "../../../embedded";
import { arcOf } from "../../../provider/record/arc";

// Shells differ in `[^a]`, and in `?` where a letter has several bytes.
const names = [
  ...["tile-1.fits", "tile-12.fits", "tile-a.fits", "tile-].fits", "tile--.fits", "tile-!.fits"],
  ...["tile-Z.fits", ".hidden.fits", "a[b].fits", "star*.fits", "it's $HOME.fits"],
];

test.each([
  ...["*", "*.fits", "tile-?.fits", "tile-[0-9].fits", "tile-[!0-9].fits"],
  ...["tile-[]a].fits", "tile-[a-].fits", "tile-[[:digit:]]*.fits", "tile-[[:upper:]].fits"],
  ...[".*.fits", "a[[]b].fits", "star[*].fits", "[*].fits", "tile-[", "tile-[!]]*", "?.fits"],
])("%s matches the names that it does in a shell", async (pattern) => {
  const folder = await mkdtemp(path.join(tmpdir(), "matches-"));
  try {
    for (const name of names) await writeFile(path.join(folder, name), "");
    // As the wrapper has it.
    const script = 'IFS=; set -- $1; for one; do [ -e "$one" ] && printf "%s\\n" "$one"; done; :';
    const words = ["-c", script, "sh", pattern];
    const { stdout } = await promisify(execFile)("dash", words, {
      ...{ cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } },
    }).catch(() => promisify(execFile)("sh", words, { cwd: folder }));
    const expected = stdout.split("\n").filter((name) => name !== "" && isPattern(pattern));
    expect(names.filter(matcherOf(pattern)).sort()).toEqual(expected.sort());
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("folders are listed over VOSpace, each once, and links are followed", async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), "matches-"));
  const skaha = await startSkaha({
    dataDir,
    users: { alice: { token: "t" } },
    runner: scriptedRunner(),
  });
  await using _undo = {
    [Symbol.asyncDispose]: async () => {
      await skaha.stop();
      await rm(dataDir, { recursive: true });
    },
  };
  const survey = path.join(dataDir, "arc/projects/survey");
  for (const name of ["n1/a.fits", "n1/b.fits", "n2/a.fits", "x y&<z>/a.fits", "log"]) {
    await mkdir(path.dirname(path.join(survey, "out", name)), { recursive: true });
    await writeFile(path.join(survey, "out", name), "x");
  }
  await symlink("n2", path.join(survey, "out/n3"));
  const credentials = {
    current: async () => ({ source: "", renewal: "", headers: { authorization: "Bearer t" } }),
    renewed: async () => undefined,
  };
  const server = `${new URL(skaha.url).origin}/arc`;
  const matches = new PatternMatches(arcOf({ server, credentials, concurrency: 8 }));
  const of = (pattern: string) => matches.of(`/arc/projects/survey/${pattern}`);
  const found = (...names: readonly string[]) => ({
    paths: names.map((name) => `/arc/projects/survey/out/${name}`),
  });
  expect(await of("out/n?/a.fits")).toEqual(found("n1/a.fits", "n2/a.fits", "n3/a.fits"));
  expect(await of("out/n1/*")).toEqual(found("n1/a.fits", "n1/b.fits"));
  // In the name of a folder that is listed no blank is possible (test/golden/cavern.json).
  expect(await of("out/x*")).toEqual(found("x y&<z>"));
  expect(await of("out/n[9]/*")).toEqual({ unknown: "No file matches it now." });
  expect(await of("out/l*/x")).toEqual({ unknown: "No file matches it now." });
  expect(await of("nowhere/*.fits")).toEqual({ unknown: "No file matches it now." });
  const asked = skaha
    .journal()
    .map(({ path: one }) => one.replace("/arc/nodes/projects/survey/", ""));
  const lists = asked.filter((one) => !one.startsWith("/"));
  expect(lists.length).toBe(new Set(lists).size);
  expect(await matches.of("/arc/home/bob/*")).toEqual({
    unknown: expect.stringMatching(
      /^Its folder could not be listed: could not list \/arc\/home\/bob: /,
    ),
  });
});

test("too many matches, and folders that cannot be listed, are told", async () => {
  const many = Array.from({ length: mostMatches + 1 }, (_, n) => ({
    name: `${n}`,
    kind: "file" as const,
  }));
  const all = new PatternMatches({ list: async () => many });
  expect(await all.of("/arc/home/ada/*")).toEqual({ unknown: "More than 10,000 files match it." });
  const none = new PatternMatches({ list: () => Promise.reject(new Error("403 no")) });
  expect(await none.of("/arc/home/ada/*")).toEqual({
    unknown: "Its folder could not be listed: 403 no.",
  });
});
