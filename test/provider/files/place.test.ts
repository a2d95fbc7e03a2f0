// The folder of a job's files, and where commands name it.
import { bundleFile, filesFolder, namesFolder, withFolder } from "../../../provider/files/place";

test("files are in the home or project of the record, and what makes the folder is beside it", () => {
  const folder = filesFolder("/arc/projects/survey/some/where/.jobs/", "abc");
  expect(folder).toBe("/arc/projects/survey/.skaha-files/abc");
  expect(bundleFile(folder)).toBe("/arc/projects/survey/.skaha-files-abc");
});

test.each([
  ["{files}/search.py", "/f/search.py"],
  ["PYTHONPATH={files}/lib:{files}", "PYTHONPATH=/f/lib:/f"],
  [`for one in \${files}; do`, `for one in \${files}; do`],
  ["{ files } {file} files", "{ files } {file} files"],
])("%s is %s", (text, filled) => {
  expect(withFolder(text, { files: "/f" })).toBe(filled);
  expect(namesFolder(text)).toBe(text !== filled);
  expect(withFolder(text, {})).toBe(text);
});
