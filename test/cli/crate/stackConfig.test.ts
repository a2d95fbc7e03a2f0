import { parse } from "yaml";
import { withoutSecretsOfConfig } from "../../../cli/crate/stackConfig";

const config = `# made by Ada; the passphrase is "open sesame"
secretsprovider: passphrase
encryptionsalt: v1:salt:v1:check
encryptedkey: AQICAH
config:
  study:sigma: "5" # as in the paper
  study:word:
    secure: v1:nonce:cipher
  study:nested:
    plain: 1
    deep:
      secure: v1:nonce:deeper
    list: [a, { secure: v1:nonce:item }]
  skaha:token: plain-token
  skaha:registryAuth: '{"username":"ada","secret":"plain"}'
  skaha:record: /arc/projects/survey/.jobs
`;

test("neither an encrypted value, nor what it is encrypted with, nor what its name calls a secret is left", () => {
  const text = withoutSecretsOfConfig(config);
  for (const word of ["v1:", "AQICAH", "salt", "plain-token", '"plain"', "open sesame"]) {
    expect(text).not.toContain(word);
  }
});

test("each value that was taken out leaves a text, so that a program finds one of its name", () => {
  expect(parse(withoutSecretsOfConfig(config))).toEqual({
    config: {
      "study:sigma": "5",
      "study:word": "[secret]",
      "study:nested": { plain: 1, deep: "[secret]", list: ["a", "[secret]"] },
      "skaha:token": "[secret]",
      "skaha:registryAuth": "[secret]",
      "skaha:record": "/arc/projects/survey/.jobs",
    },
  });
});

test.each(["", "{}\n", "config:\n", "config: {}\n"])("%j stays as empty as it is", (text) => {
  expect(parse(withoutSecretsOfConfig(text))?.config ?? {}).toEqual({});
});

test("text that is no YAML is not told at all", () => {
  expect(withoutSecretsOfConfig("config: {secure: v1:abc")).not.toContain("v1:abc");
});
