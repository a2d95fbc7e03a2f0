import { spawnSync } from "node:child_process";
import { completionAt } from "../../../cli/completion/candidates";
import { type Shell, scripts, shells } from "../../../cli/completion/scripts";
import { createProgram } from "../../../cli/program";

const program = createProgram();
const at = (...words: string[]) => completionAt(program, words);
const wordsAt = (...words: string[]) => at(...words).words.map(([word]) => word);

describe("completionAt", () => {
  test("knows the commands, and their options", () => {
    expect(wordsAt("")).toEqual(expect.arrayContaining(["status", "doctor", "help"]));
    expect(wordsAt("")).not.toContain("__complete");
    expect(wordsAt("help", "")).toContain("status");
    expect(wordsAt("-")).toEqual(["--version", "--help"]);
    expect(wordsAt("status", "--")).toEqual(
      expect.arrayContaining(["--watch", "--stack", "--help"]),
    );
    expect(wordsAt("no-such", "")).toEqual([]);
    expect(wordsAt("status", "")).toEqual([]);
  });

  test.each([
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [
      ["dev", "--api", ""],
      ["v1", "v0"],
    ],
    [["dev", "--token", ""], []],
  ])("knows the values that may stand after %j", (words, values) => {
    expect(wordsAt(...words)).toEqual(values);
  });

  test.each([
    [["logs", ""], "jobs"],
    [["logs", "a-job", "another", "ca"], "jobs"],
    [["logs", "--follow", ""], "jobs"],
    [["status", "--stack", ""], "stacks"],
    [["status", "-s", ""], "stacks"],
    [["doctor", "--cwd", ""], "folders"],
    [["dev", "--config", ""], "files"],
    [["stats", ""], undefined],
    [["completion", "bash", ""], undefined],
  ])("knows what to look for after %j", (words, things) => {
    expect(at(...words).things).toBe(things);
  });

  test("hands on which stack and which folder are meant", () => {
    const given = { stack: "dev", cwd: "/a/b" };
    expect(at("logs", "-s", "dev", "--cwd=/a/b", "")).toMatchObject({ things: "jobs", given });
    expect(at("logs", "--cwd=/a/b", "--stack=")).toEqual({
      words: [],
      things: "stacks",
      head: "--stack=",
      given: { cwd: "/a/b" },
    });
  });
});

describe("the scripts", () => {
  const isThere = (shell: Shell) => spawnSync(shell, ["-c", "true"]).status === 0;

  test("bash is there to try one", () => {
    expect(isThere("bash")).toBe(true);
  });

  // zsh and fish are tried where they are.
  test.each(shells.filter(isThere))("%s takes its script", (shell) => {
    const { status, stderr } = spawnSync(shell, ["-n"], {
      input: scripts[shell],
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each(shells)("that for %s asks the command that was typed, quietly", (shell) => {
    expect(scripts[shell]).toMatch(
      /\$(words|\{words|\{COMP_WORDS)\[[01]\]\}?"? __complete .*2>\/dev\/null/,
    );
    expect(scripts[shell]).not.toContain("undefined");
  });
});
