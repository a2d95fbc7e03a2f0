// The file that makes a folder of files, run by each shell.
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleOf } from "../../../provider/files/bundle";
import { bundleFile, filesFolder } from "../../../provider/files/place";
import { readTree, treeOf } from "../../../provider/files/tree";
import { type Shell, underEachShell } from "../record/wrapper/shells";

const place = mkdtempSync(path.join(tmpdir(), "skaha-bundle-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const file = (name: string, bytes: Buffer | string, isExecutable = false) => ({
  name,
  bytes: Buffer.from(bytes),
  isExecutable,
});
/** Contents that end within, at and beside a block, and names that a shell would take for something else. */
const tree = treeOf([
  file("search.py", "print(1)\n"),
  file("bin/run.sh", "#!/bin/sh\necho ran\n", true),
  file("empty", ""),
  ...[511, 512, 513, 1024].map((length) => file(`of/${length}`, Buffer.alloc(length, "x"))),
  file("bytes", Buffer.concat(Array(50).fill(everyByte))),
  file('odd/it\'s $HOME "quoted"\n`id`', "odd"),
  file("-rf", "dash"),
  file("été/日本", "é"),
]);
const bundle = bundleOf(tree);

const realDd = spawnSync("/bin/sh", ["-c", "command -v dd"], { encoding: "utf8" }).stdout.trim();

let made = 0;

/** A home with the bundle, as a job sees it. */
function home(content: Buffer = bundle) {
  made += 1;
  const root = path.join(place, `home-${made}`);
  mkdirSync(root);
  const folder = filesFolder("/arc/home/alice/.jobs", tree.digest).replace("/arc/home/alice", root);
  writeFileSync(bundleFile(folder), content);
  const run = ([program, ...words]: Shell): SpawnSyncReturns<string> =>
    spawnSync(program, [...words, bundleFile(folder), folder], { encoding: "utf8" });
  const left = () => (existsSync(path.dirname(folder)) ? readdirSync(path.dirname(folder)) : []);
  return { root, folder, bundle: bundleFile(folder), run, left };
}

test("the same files make the same bundle", () => {
  expect(bundleOf(treeOf([...tree.files].reverse())).equals(bundle)).toBe(true);
});

underEachShell((shell, name) => {
  test("each file arrives byte for byte, for nobody to write to, executable where it was; then the bundle goes", () => {
    const { folder, bundle, run, left } = home();
    expect(run(shell)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(readTree(["."], folder)).toEqual(tree);
    expect(statSync(path.join(folder, "search.py")).mode & 0o777).toBe(0o444);
    expect(statSync(path.join(folder, "bin/run.sh")).mode & 0o777).toBe(0o555);
    expect(existsSync(bundle)).toBe(false);
    expect(left()).toEqual([tree.digest]);
  });

  test("what was cut off anywhere makes nothing, and leaves nothing", () => {
    const cuts = [0, 1, 2, 100, 500, 1_000, 2_000, bundle.length - 600, bundle.length - 2];
    for (const cut of cuts) {
      const { folder, run, left } = home(bundle.subarray(0, cut));
      run(shell);
      expect({ cut, isThere: existsSync(folder), left: left() }).toEqual({
        cut,
        isThere: false,
        left: [],
      });
    }
  });

  test("ten at a time make one folder, and none of them fails", async () => {
    const { folder, bundle: file, left } = home();
    const [program, ...words] = shell;
    const statuses = await Promise.all(
      Array.from({ length: 10 }, () => {
        const child = spawn(program, [...words, file, folder], { stdio: "ignore" });
        return new Promise((resolve) => child.on("close", resolve));
      }),
    );
    // Who comes when another has made it finds no bundle any more: the wrapper looks for the folder then.
    expect(statuses).toContain(0);
    expect(readTree(["."], folder)).toEqual(tree);
    expect(left()).toEqual([tree.digest]);
  });

  // busybox has a dd of its own, whatever PATH says.
  const testWithTools = name === "busybox" ? test.skip : test;
  testWithTools("a file that is cut off and sent anew while it is read makes nothing", () => {
    const { root, folder, bundle: file, left } = home();
    const copy = path.join(root, "copy");
    writeFileSync(copy, bundle);
    const tools = path.join(root, "tools");
    mkdirSync(tools);
    // Its fourth call finds the file empty; by the fifth it is whole again.
    writeFileSync(
      path.join(tools, "dd"),
      `#!/bin/sh
echo >>'${root}/calls'
case $(wc -l <'${root}/calls') in
  4) : >'${file}'; ${realDd} "$@"; cat '${copy}' >'${file}' ;;
  *) exec ${realDd} "$@" ;;
esac
`,
      { mode: 0o755 },
    );
    const [program, ...words] = shell;
    const { status } = spawnSync(program, [...words, file, folder], {
      env: { PATH: `${tools}:${process.env.PATH}` },
    });
    expect({ status, isThere: existsSync(folder), left: left() }).toEqual({
      status: 3,
      isThere: false,
      left: [],
    });
    expect(readFileSync(path.join(root, "calls")).length).toBeGreaterThan(5);
  });

  test("a folder that is there stays as it is", () => {
    const { folder, run, left } = home();
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "search.py"), "by hand");
    expect(run(shell).status).toBe(0);
    expect(readFileSync(path.join(folder, "search.py"), "utf8")).toBe("by hand");
    expect(left()).toEqual([tree.digest]);
  });

  test("where nothing can be written it says so by its status, and leaves the bundle", () => {
    const { root, bundle, run } = home();
    writeFileSync(path.join(root, ".skaha-files"), "a file in the way");
    expect(run(shell).status).toBe(4);
    expect(existsSync(bundle)).toBe(true);
  });
});
