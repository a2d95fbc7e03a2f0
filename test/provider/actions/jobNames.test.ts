import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { sentenceOf } from "../../../provider/actions/actions";
import { JobNames } from "../../../provider/actions/jobNames";
import { sessionType } from "../../../provider/job/identity";

const [one, other] = ["study-band-2-abcdef01234567", "night-3-abcdef89abcdef"];

describe("JobNames", () => {
  test("calls jobs by their names where they are known, and by their ids elsewhere", () => {
    const names = new JobNames();
    names.know(one, "study/band=2");
    names.know(undefined, "nothing");
    expect(names.of(one)).toBe("study/band=2");
    expect(names.of(other)).toBe(other);
    expect(names.inText(`${one}: not before ${other}, ${one}.`)).toBe(
      `study/band=2: not before ${other}, study/band=2.`,
    );
  });

  test.each([
    `/arc/projects/survey/.jobs/${one}/1`,
    `logs/${one}-1.log`,
    `${one}-2`,
    `${one}.example.org`,
  ])("leaves %s as it is", (text) => {
    const names = new JobNames();
    names.know(one, "study/band=2");
    expect(names.inText(text)).toBe(text);
  });

  test("writes a name in a command as a shell takes it", () => {
    const names = new JobNames();
    names.know(one, "the job");
    const session = { session: "s1", status: "Running" };
    const lost = {
      kind: "lose",
      job: one,
      ...session,
      server: "https://a",
      hasRetry: false,
    } as const;
    expect(sentenceOf(lost, names)).toMatch(/^the job: session s1 .* rerun 'the job'$/);
  });

  test("finds the names of jobs that the stack has, what was told before them", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "names-"));
    try {
      const file = path.join(folder, "dev.json");
      const urn = `urn:pulumi:dev::p::skaha:index:Sweep$${sessionType}::`;
      const resources = [
        { type: "pulumi:pulumi:Stack", urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev" },
        { type: sessionType, id: one, urn: `${urn}study/band=2` },
        { type: sessionType, id: other, urn: `${urn}old` },
      ];
      writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
      const names = new JobNames(file);
      names.know(other, "new");
      expect([one, other, "x"].map((id) => names.of(id))).toEqual(["study/band=2", "new", "x"]);
      for (const text of ["", "{}", '{"checkpoint":{"latest":null}}']) {
        writeFileSync(file, text);
        expect(new JobNames(file).of(one)).toBe(one);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
