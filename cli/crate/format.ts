// What kind of file a name tells, as a media type. Pure.

const formats: Readonly<Record<string, string>> = {
  ...{ csv: "text/csv", json: "application/json", md: "text/markdown", txt: "text/plain" },
  ...{ yaml: "application/yaml", yml: "application/yaml", xml: "application/xml" },
  ...{ py: "text/x-python", ts: "text/plain", js: "text/javascript", sh: "application/x-sh" },
  ...{ fits: "application/fits", fit: "application/fits", fts: "application/fits" },
  ...{
    vot: "application/x-votable+xml",
    ecsv: "text/csv",
    parquet: "application/vnd.apache.parquet",
  },
  ...{
    h5: "application/x-hdf5",
    hdf5: "application/x-hdf5",
    png: "image/png",
    pdf: "application/pdf",
  },
  ...{ jpg: "image/jpeg", svg: "image/svg+xml", gz: "application/gzip", zip: "application/zip" },
  ...{ tar: "application/x-tar", log: "text/plain", sha256: "text/plain" },
};

/** @returns what any file is, where the ending is not known */
export function formatOf(path: string): string {
  const [, ending = ""] = /\.(\w+)$/.exec(path) ?? [];
  return formats[ending.toLowerCase()] ?? "application/octet-stream";
}
