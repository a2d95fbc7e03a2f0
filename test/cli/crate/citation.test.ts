import { authorIn, licenseUrl, noLicense } from "../../../cli/crate/citation";

test("a licence is a URL, a name of spdx.org, or a sentence that none is chosen", () => {
  expect(licenseUrl("CC-BY-4.0")).toBe("https://spdx.org/licenses/CC-BY-4.0");
  expect(licenseUrl("https://example.org/mine")).toBe("https://example.org/mine");
  expect(licenseUrl(undefined)).toBe(noLicense);
  expect(() => licenseUrl("as you like")).toThrow("a name of spdx.org/licenses, like CC-BY-4.0");
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
