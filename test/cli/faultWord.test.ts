import { faultKinds, parseFault } from "../../cli/faultWord";
import { createProgram } from "../../cli/program";

describe("parseFault", () => {
  test.each([
    ["lostAnswer", { kind: "lostAnswer" }],
    ["lostAnswer:POST:2", { kind: "lostAnswer", method: "POST", times: 2 }],
    ["lostAnswer:post", { kind: "lostAnswer", method: "POST" }],
    ["vanish:3:name=a-job", { kind: "vanish", times: 3, name: "a-job" }],
    ["vanish:name=42", { kind: "vanish", name: "42" }],
    ["slow:GET:ms=0.5", { kind: "slow", method: "GET", ms: 0.5 }],
    [
      "status:DELETE:1:code=503:retryAfter=2:after=4:body=a=b",
      {
        ...{ kind: "status", method: "DELETE", times: 1 },
        ...{ code: 503, retryAfter: 2, after: 4, body: "a=b" },
      },
    ],
    [
      "omitFromList:names=a,b:path=/session$",
      { kind: "omitFromList", names: ["a", "b"], path: "/session$" },
    ],
  ])("reads %s", (word, rule) => {
    expect(parseFault(word)).toEqual(rule);
  });

  test.each([
    ["", /^there is no fault without a name: use slow, status, /],
    ["lostanswer", /^there is no fault lostanswer: use /],
    ["slow", /^ms: /],
    ["status:code=99", /^code: /],
    ["garbage:2:3", /^3 is neither a method, nor a number of times, nor NAME=VALUE$/],
    ["garbage:GET:POST", /^POST is neither/],
    ["garbage:0", /^times: /],
    ["garbage:path=(", /^path: is not a regular expression$/],
    ["garbage:ms=3", /ms/],
  ])("says what is wrong with %s", (word, problem) => {
    expect(parseFault(word)).toEqual({ problem: expect.stringMatching(problem) });
  });

  test("has every kind in the help of dev", () => {
    const dev = createProgram().commands.find((command) => command.name() === "dev");
    let help = "";
    dev
      ?.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      })
      .outputHelp();
    expect(faultKinds.filter((kind) => !new RegExp(`^  ${kind}\\b`, "m").test(help))).toEqual([]);
    expect(faultKinds.length).toBeGreaterThan(10);
  });
});
