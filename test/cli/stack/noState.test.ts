// Pulumi's words where it cannot read a stack, as 3.250 and 3.276 say them, and what its user reads instead.
import { inPlainWords } from "../../../cli/stack/noState";

test.each([
  [
    'error: read ".pulumi/meta.yaml": unable to open bucket file:///home/alice/state: stat /home/alice/state: no such file or directory',
    /^there is no state: its folder \/home\/alice\/state does not exist\. .*mkdir -p \/home\/alice\/state$/,
  ],
  [
    "no stack named 'prod' found",
    /^there is no stack named prod: to see the names of all stacks: pulumi stack ls$/,
  ],
  [
    "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    /^it is not known where the stack's state is kept: .*add the line backend: \{ url: "file:/,
  ],
  [
    "this command requires logging in; try running `pulumi login` first",
    /^it is not known where the stack's state is kept/,
  ],
  [
    "get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    /^the stack has secrets, and their passphrase is missing: set PULUMI_CONFIG_PASSPHRASE_FILE/,
  ],
  ["incorrect passphrase", /^the passphrase is not the one .*pulumi-skaha doctor/],
  [
    "failed to load checkpoint: place 1: unexpected end of JSON input",
    /^the file of the stack's state cannot be read: .*pulumi-skaha refresh/,
  ],
])("%s", (said, sentence) => {
  expect(inPlainWords(said)).toMatch(sentence);
});

test("what is not known is left in Pulumi's words", () => {
  expect(inPlainWords("getting user: unauthorized")).toBeUndefined();
});
