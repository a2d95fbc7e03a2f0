import { authorIn, licenseUrl, noLicense } from "../../../cli/crate/citation";

test("a licence is a URL, a name of spdx.org, or a sentence that none is chosen", () => {
  expect(licenseUrl("CC-BY-4.0")).toBe("https://spdx.org/licenses/CC-BY-4.0");
  expect(licenseUrl("https://example.org/mine")).toBe("https://example.org/mine");
  expect(licenseUrl(undefined)).toBe(noLicense);
  expect(licenseUrl("cc-by-sa-4.0")).toBe("https://spdx.org/licenses/CC-BY-SA-4.0");
  expect(licenseUrl("GPL-3.0")).toBe("https://spdx.org/licenses/GPL-3.0"); // deprecated, but it has a page
});

test.each([
  ["as you like", "it has to be one name of spdx.org/licenses, like CC-BY-4.0, or a URL"],
  ["MIT OR Apache-2.0", "it has to be one name of spdx.org/licenses"],
  ["https://", "it has to be one name of spdx.org/licenses"],
  ["CC-BY-4", "did you mean CC-BY-4.0?"],
  ["CC BY 4.0", "did you mean CC-BY-4.0?"],
  ["cc-by", "did you mean CC-BY-4.0?"],
  ["BSD-3", "did you mean BSD-3-Clause?"],
  ["gpl", "did you mean GPL-3.0-only?"],
  ["Apache2.0", "did you mean Apache-2.0?"],
])("the licence %s is refused: %s", (license, says) => {
  expect(() => licenseUrl(license)).toThrow(`--license ${license}: `);
  expect(() => licenseUrl(license)).toThrow(says);
});

test("an author has a name, and an ORCID whose last digit is right", () => {
  expect(authorIn("Ada Lovelace")).toEqual({ name: "Ada Lovelace" });
  const orcid = "https://orcid.org/0000-0002-1825-0097";
  expect(authorIn("Ada Lovelace=0000-0002-1825-0097")).toEqual({ name: "Ada Lovelace", orcid });
  expect(authorIn(`A. L.= ${orcid}`)).toEqual({ name: "A. L.", orcid });
  expect(authorIn("X=0000-0002-1694-233X")).toMatchObject({ name: "X" });
  expect(() => authorIn("Ada=0000-0002-1825-0098")).toThrow("is one of them misspelt?");
  expect(() => authorIn("=0000-0002-1825-0097")).toThrow("the name is missing");
});
