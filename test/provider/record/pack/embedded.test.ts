// The whole way of a pack: the encoding, a server, a session's processes, the records and the ledger under /arc.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Skaha, startSkaha } from "../../../../embedded";
import {
  indexFile,
  leaveFile,
  leaveText,
  ledgerFile,
  readLedger,
} from "../../../../provider/record/ledger";
import { type PackedJob, packed } from "../../../../provider/record/pack";
import {
  encodeCommand,
  formBytes,
  largestFormBytes,
  whyUnsendable,
} from "../../../../provider/skaha/encoding";
import { clientOf, eventually, image } from "../../../embedded/client";
import { oddWords } from "../wrapper/oddWords";

jest.setTimeout(60_000); // longer than anything is waited for

const record = "/arc/projects/survey/.jobs";
const jobOf = (place: number, argv: readonly string[], more = {}): PackedJob => ({
  argv,
  env: { SKAHA_JOB_ID: `job-${place}`, VALUE: oddWords.join("|") },
  recording: { record, id: `job-${place}`, attempt: 1, image, outputs: [], ...more },
});

let dataDir: string;
let skaha: Skaha;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "skaha-packed-"));
  const users = { alice: { token: "t" } };
  skaha = await startSkaha({
    dataDir,
    users,
    graceSeconds: 5,
    capacity: { cores: 16, ramGiB: 64 },
  });
  client = clientOf(skaha);
});
afterAll(async () => {
  await skaha.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const local = (path: string) => join(dataDir, path);
const fileOf = (place: number, name: string) =>
  readFileSync(local(`${record}/job-${place}/1/${name}`), "utf8");
const ledgerOf = (session: string) => {
  try {
    return readLedger(readFileSync(local(ledgerFile(record, session)), "utf8"));
  } catch {
    return undefined;
  }
};

async function launch(name: string, jobs: readonly PackedJob[], parallel = 4): Promise<string> {
  const { command, args } = packed(jobs, {
    record,
    parallel,
    index: "survey-abc123",
    tickSeconds: 0.1,
  });
  expect([command, ...args].map(whyUnsendable).filter(Boolean)).toEqual([]);
  const encoded = encodeCommand(command, args, { COMMON: "of all" });
  return client.launch({
    name,
    cmd: encoded.cmd ?? "",
    args: encoded.args ?? "",
    env: encoded.env,
  });
}

test("50 jobs with oddWords words run in one session, each with its own log, record and end", async () => {
  const show = [
    "sh",
    "-c",
    'printf "%s|" "$@" "$VALUE" "$SKAHA_JOB_ID" "$COMMON"; exit "$1"',
    "show",
  ];
  const jobs = Array.from({ length: 50 }, (_, index) =>
    jobOf(index + 1, [...show, String(index % 3), ...oddWords]),
  );
  const session = await launch("fifty", jobs);
  expect((await client.untilEnd(session)).status).toBe("Completed");
  const ledger = ledgerOf(session);
  expect(ledger).toMatchObject({ isOver: true, members: { 49: { id: "job-50", attempt: 1 } } });
  for (let place = 1; place <= 50; place += 1) {
    const code = (place - 1) % 3;
    const said = [code, ...oddWords, oddWords.join("|"), `job-${place}`, "of all"].map(
      (one) => `${one}|`,
    );
    expect(fileOf(place, "log")).toBe(said.join(""));
    expect(JSON.parse(fileOf(place, "start.json")).argv).toEqual([
      ...show,
      String(code),
      ...oddWords,
    ]);
    expect(ledger?.places.get(place)?.end).toMatchObject({ exitCode: code });
  }
  expect(readFileSync(local(indexFile(record, "survey-abc123")), "utf8")).toBe(`${session}\n`);
  expect(await client.log(session)).toContain("50 of 50 ended, exit status 1: job-50/1\n");
});

test("50 jobs with a script of 20 kB in common, and paths of their own, fit one launch with room to spare", () => {
  const script = 'echo "$1" | sort -u >/arc/projects/survey/out\n'.repeat(420);
  const jobs = Array.from({ length: 50 }, (_, index) =>
    jobOf(index + 1, ["bash", "-c", script, "script", `/arc/projects/survey/in/${index}.fits`]),
  );
  const { command, args } = packed(jobs, { record, parallel: 4 });
  expect(formBytes(encodeCommand(command, args, {}))).toBeLessThan(largestFormBytes / 4);
});

test("a job that is taken away from a session ends or does not begin, and a deleted session ends all", async () => {
  const endless = ["sh", "-c", "echo ready; exec sleep 1000"];
  const session = await launch(
    "edited",
    [jobOf(61, endless), jobOf(62, endless), jobOf(63, endless)],
    2,
  );
  await eventually(async () => {
    const places = ledgerOf(session)?.places;
    return places?.has(1) && places.has(2) ? true : undefined;
  }, "two jobs have begun");
  writeFileSync(local(leaveFile(record, session)), leaveText([1, 3]));
  const ended = await eventually(
    async () => ledgerOf(session)?.places.get(1)?.end,
    "the first ends",
  );
  expect(ended).toMatchObject({ signal: "TERM" });
  await eventually(async () => ledgerOf(session)?.places.get(3)?.left, "the third is passed over");
  expect(await client.get(`/session/${session}`)).toMatchObject({ status: "Running" });
  await client.call("DELETE", `/session/${session}`);
  const last = await eventually(
    async () => ledgerOf(session)?.places.get(2)?.end,
    "the second ends",
  );
  expect(last).toMatchObject({ exitCode: 143, signal: "TERM", cause: "Signal" });
  expect(ledgerOf(session)?.isOver).toBe(false);
});
