import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileLock } from "../../machine/fileLock";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "locks-"));
  file = path.join(folder, "lock");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("is one process's until it lets go, and leaves no other file", () => {
  const [one, other] = [new FileLock(file), new FileLock(file)];
  expect(one.holder()).toBeUndefined();
  expect(one.take()).toEqual({ isTaken: true, wasAbandoned: false });
  expect(other.take()).toEqual({ isTaken: false, holder: process.pid, wasAbandoned: false });
  expect(other.holder()).toBe(process.pid);
  other.release(); // it is not its
  expect(readdirSync(folder)).toEqual(["lock"]);
  expect(readFileSync(file, "utf8")).toBe(one.text);
  one.release();
  expect(readdirSync(folder)).toEqual([]);
  expect(other.take()).toEqual({ isTaken: true, wasAbandoned: false });
});

test("can leave its file under another name", () => {
  const lock = new FileLock(file);
  lock.take();
  lock.release(`${file}.last`);
  expect(readdirSync(folder)).toEqual(["lock.last"]);
  expect(readFileSync(`${file}.last`, "utf8")).toBe(lock.text);
});

test.each(["", "{", "null", "{}", '{"pid":0}', '{"pid":"1"}', '{"pid":4194305}'])(
  "is taken from whom it does not name, or who is gone: %j",
  (text) => {
    writeFileSync(file, text);
    const lock = new FileLock(file);
    expect(lock.holder()).toBeUndefined();
    expect(lock.take()).toEqual({ isTaken: true, wasAbandoned: true });
    expect(readdirSync(folder)).toEqual(["lock"]);
  },
);

test("is taken from a process that was started at another time", () => {
  const starts = ["first", "second"];
  const one = new FileLock(file, () => starts[0]);
  one.take();
  const other = new FileLock(file, () => starts[1]);
  expect(other.take()).toEqual({ isTaken: true, wasAbandoned: true });
  one.release(); // it was taken away
  expect(readFileSync(file, "utf8")).toBe(other.text);
});

test("says what the file system refuses, instead of trying for ever", () => {
  expect(() => new FileLock(path.join(folder, "missing", "lock")).take()).toThrow("ENOENT");
  mkdirSync(file);
  expect(() => new FileLock(file).take()).toThrow("EISDIR");
  expect(readdirSync(folder)).toEqual(["lock"]);
});
