import { errorsOf, faultsOf } from "./sentences";

const none = { providerKilled: false, backendBroken: false };
const job = "first-job-a-7lp3p7n1bgzt6i";
const shown = (text: string) => ` +  pulumi:pulumi:Stack s creating (0s) error: ${text}\n`;

test("errors of the display and of the diagnostics are one", () => {
  expect(
    errorsOf(`${shown("no")}Diagnostics:\n    error: no\n    error: 1 error:\n    * yes\n`),
  ).toEqual(["no", "1 error: yes"]);
});

test("an error that is a list counts once, with what it lists", () => {
  const listed = `    error: 1 error occurred:\n    \t* could not launch "${job}": no; run it again\n`;
  expect(errorsOf(`${shown("1 error occurred:")}${listed}`)).toEqual([
    `1 error occurred: could not launch "${job}": no; run it again`,
  ]);
});

test.each([
  `could not create ${job}: could not list the sessions: Skaha answered 503: "503"; run the command again in a while`,
  `could not list the sessions: no answer from Skaha: GET http://127.0.0.1:1/x; run the command again`,
  "1 error occurred: first/job=a: cancel first/job=a: session yiqnz10y goes on: run the command again",
  "update failed",
])("%s is a sentence with a remedy", (text) => {
  expect(faultsOf(shown(text), ["secret"], none)).toEqual([]);
});

test.each([
  [`create ${job}: ENOSPC: no space left on device, write`, /no remedy/],
  ["something failed: run it again", /names nothing/],
  ["1 error occurred: something: failed: run it again", /names nothing/],
  [`create ${job}: [object Object]; run the command again`, /printed as such/],
  [`create ${job}: undefined; run the command again`, /`undefined`/],
  [`create ${job}: no; run the command again\n        at f (/a/b.ts:919:40)`, /a stack trace/],
  [`create ${job}: no\n    at /a/b.ts:919:40\n run the command again`, /a stack trace/],
  [`create ${job}: the-secret is wrong; run the command again`, /a secret/],
  ["panic: runtime error\n", /names nothing/],
])("%j is none", (text, fault) => {
  expect(faultsOf(shown(text), ["the-secret"], none)).toContainEqual(expect.stringMatching(fault));
});

test("what the engine says of a killed provider is excused, what we say is not", () => {
  const killed = { ...none, providerKilled: true };
  const said = "rpc error: code = Unavailable desc = error reading from server: EOF";
  expect(faultsOf(shown(said), [], killed)).toEqual([]);
  expect(faultsOf(shown(said), [], none)).not.toEqual([]);
  expect(faultsOf(shown(`create ${job}: no`), [], killed)).not.toEqual([]);
});

test("the engine's own panic where its state cannot be written is excused, and no other", () => {
  const panic = (where: string) =>
    `...panic: runtime error\n\ngoroutine 80 [running]:\ngithub.com/pulumi/${where}(0x1f)\n`;
  const known = panic("deploy.(*stepExecutor).cancelDueToError");
  const full = { ...none, backendBroken: true };
  expect(faultsOf(known, [], full)).toEqual([]);
  expect(faultsOf(known, [], none)).toHaveLength(1);
  expect(faultsOf(panic("deploy.elsewhere"), [], full)).toHaveLength(1);
});
