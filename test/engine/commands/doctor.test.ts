import { doctorSchema } from "../../../cli/commands/doctor/action";
import { Bench, fleet } from "../harness";
import { cli } from "./cliBench";

describe("pulumi-skaha doctor", () => {
  const marker = "s3cret-marker";
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open({ users: { alice: { token: marker } } });
    await bench.secret("skaha:token", `${marker}-of-the-stack`);
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  const findings = async (env: NodeJS.ProcessEnv = {}, ...words: string[]) => {
    const { status, stdout, stderr } = await cli(bench, ["doctor", "--json", ...words], { env });
    expect(stdout + stderr).not.toContain(marker);
    expect(stdout + stderr).not.toContain("a passphrase");
    const { verdict, findings } = doctorSchema.parse(JSON.parse(stdout));
    expect(status).toBe(verdict === "fault" ? 1 : 0);
    return {
      verdict,
      all: findings,
      of: (name: string) => findings.filter(({ check }) => check === name),
    };
  };

  test("finds all well where all is well, and cancels and launches nothing", async () => {
    const { verdict, of } = await findings();
    expect(verdict).toBe("ok");
    const { url } = bench.skaha;
    expect(of("server")).toMatchObject([
      { text: `${url} (CANFAR_URL), API v1, answers alice; 0 headless sessions` },
    ]);
    expect(of("sizes")[0]?.text).toMatch(/^up to \d+ cores, \d+ GiB, \d+ GPUs$/);
    expect(of("passphrase")).toMatchObject([{ text: "PULUMI_CONFIG_PASSPHRASE, the right one" }]);
    expect(of("/arc")).toMatchObject([{ verdict: "ok" }]);
    expect(of("orphans")).toMatchObject([{ verdict: "ok" }]);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  });

  test("says each thing in a line, without colours in a pipe", async () => {
    const { status, stdout } = await cli(bench, ["doctor"]);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toEqual(lines.filter((line) => /^ok {7}\S[^:]*: +\S/.test(line)));
    expect(lines.length).toBeGreaterThan(9);
  });

  test("goes on after a fault, and its exit status tells", async () => {
    const wrong = await findings({
      PULUMI_CONFIG_PASSPHRASE: `not the ${marker}`,
      CANFAR_TOKEN: `not-the-${marker}`,
    });
    expect(wrong.verdict).toBe("fault");
    expect(wrong.of("passphrase")).toMatchObject([{ verdict: "fault" }]);
    expect(wrong.of("server")).toMatchObject([
      { verdict: "fault", text: expect.stringContaining("answered 401") },
    ]);
  });

  test("tells a server that is not there from one that refuses", async () => {
    const { of } = await findings({ CANFAR_URL: "http://127.0.0.1:1/skaha/v1" });
    expect(of("server")).toMatchObject([
      {
        verdict: "fault",
        text: expect.stringMatching(/^http:\/\/127.* \(CANFAR_URL\) cannot be reached: .*REFUSED/),
      },
    ]);
    expect(of("/arc")).toEqual([]);
  });

  test("names the sessions that the state has lost sight of", async () => {
    bench.declare(fleet(2));
    await bench.succeed(bench.up());
    const [kept, lost] = await bench.state();
    await bench.succeed(["state", "delete", lost?.urn ?? "", "--yes", "--stack", bench.stack]);
    const { verdict, of } = await findings();
    expect(verdict).toBe("warning");
    expect(of("orphans")).toMatchObject([
      {
        text: `1 live session of this stack not in its state: ${lost?.id}`,
        remedy: expect.stringContaining("--cancel-orphans"),
      },
    ]);
    expect(JSON.stringify(of("orphans"))).not.toContain(kept?.id);
  });

  test("says what is missing without a stack, and without a project", async () => {
    const unknown = await findings({}, "--stack", "none-such");
    expect(unknown.of("stack")).toMatchObject([{ verdict: "fault" }]);
    const nowhere = await findings({}, "--cwd", bench.folder);
    expect(nowhere.of("project")).toMatchObject([
      { verdict: "fault", text: expect.stringContaining("pulumi-skaha init") },
    ]);
    expect(nowhere.of("server")).toMatchObject([{ verdict: "ok" }]);
  });
});
