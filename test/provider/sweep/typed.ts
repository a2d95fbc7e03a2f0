// Compiled, not run, by types.test.ts: what a user's program may say, and what it may not.
import type * as pulumi from "@pulumi/pulumi";
import {
  type ArrayJob,
  concat,
  csv,
  grid,
  type HeadlessSession,
  list,
  nights,
  range,
  replicas,
  Sweep,
  table,
  zip,
} from "../../../provider";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_is: Same<A, B>) => {};

const image = "images.canfar.net/skaha/terminal:1.1.2";
const over = grid({ method: ["ls", "bls"], band: range(2, 22, 2), deep: [true, false] });

const study = new Sweep("study", {
  over,
  image,
  cores: 2,
  job: ({ method, band, deep }) => {
    same<typeof method, "ls" | "bls">(true);
    same<typeof band, number>(true);
    same<typeof deep, boolean>(true);
    return { cmd: "python", args: ["--method", method, band, deep], env: { BAND: band } };
  },
});
same<ReturnType<typeof study.job>, HeadlessSession | ArrayJob>(true);
study.job({ method: "ls", band: 2, deep: true });
study.job("band=2,deep=true,method=ls");
// @ts-expect-error: no such value
study.job({ method: "lomb", band: 2, deep: true });
// @ts-expect-error: no such parameter
study.job({ metod: "ls", band: 2, deep: true });
export const statuses: pulumi.Output<("ls" | "bls")[]> = study.manifest.apply((entries) =>
  entries.map(({ params }) => params.method),
);

// @ts-expect-error: a parameter that is misspelt
new Sweep("typo", { over, image, job: ({ metod }) => ({ cmd: `${metod}` }) });

// @ts-expect-error: no image
new Sweep("no image", { over, job: () => ({ cmd: "true" }) });
new Sweep("image of the job", { over, job: ({ band }) => ({ image, cores: band }) });
// @ts-expect-error: an argument that there is not
new Sweep("no such argument", { over, image, corse: 2, job: () => ({}) });
// @ts-expect-error: text for a number
new Sweep("text", { over, image, job: () => ({ cores: "2" }) });
// @ts-expect-error: a key that is no parameter
new Sweep("key", { over, image, key: ["bnad"], job: () => ({}) });
new Sweep("key", { over, image, key: ["band", "method", "deep"], job: () => ({}) });
new Sweep("key", { over, image, key: ({ band }) => `b${band}`, job: () => ({}) });
// @ts-expect-error: a variable of no parameter
new Sweep("env", { over, image, paramsInEnv: ["bnad"], job: () => ({}) });

new Sweep("zip", {
  over: zip({ ra: [1.5, 2.5], name: ["M31", "M33"] }),
  image,
  job: ({ ra, name }) => {
    same<typeof ra, 1.5 | 2.5>(true);
    same<typeof name, "M31" | "M33">(true);
    return {};
  },
});
new Sweep("rows", {
  over: concat(list([{ galaxy: "M31", ram: 16 }]), list([{ galaxy: "M33", ram: 8 }])),
  image,
  job: ({ galaxy, ram }) => {
    same<typeof galaxy, "M31" | "M33">(true);
    return { ram };
  },
});
new Sweep("inline", {
  over: [
    { galaxy: "M31", ram: 16 },
    { galaxy: "M33", ram: 8 },
  ],
  image,
  job: ({ galaxy, ram }) => ({ cmd: galaxy, ram }),
});
new Sweep("nights", {
  over: nights({ from: "2026-11-01", to: "yesterday", timeZone: "UTC", keep: 5 }),
  image,
  job: ({ night }) => ({ args: [night] }),
});
new Sweep("replicas", { over: replicas(3), image, replicaEnv: true, job: () => ({}) });

const typed = csv("galaxies.csv", { key: "galaxy", columns: { ram: "number", done: "boolean" } });
new Sweep("table", {
  over: typed,
  image,
  canary: 1,
  maxInFlight: 3,
  job: ({ galaxy, ram, done }) => {
    same<typeof galaxy, string | number>(true);
    same<typeof ram, number>(true);
    same<typeof done, boolean>(true);
    return { args: [galaxy, done], ram };
  },
});
// @ts-expect-error: a column that is not declared
new Sweep("table", { over: typed, image, job: ({ galxy }) => ({ cmd: `${galxy}` }) });
const tiles = table("tiles.fits", { key: "TILEID", columns: { RA: "number" } });
new Sweep("tiles", {
  over: tiles,
  image,
  job: ({ TILEID, RA }) => {
    same<typeof TILEID, string | number | boolean>(true);
    same<typeof RA, number>(true);
    return { args: [TILEID, RA] };
  },
});
// @ts-expect-error: a column that was not chosen
new Sweep("tiles", { over: tiles, image, job: ({ DEC }) => ({ cmd: `${DEC}` }) });
new Sweep("tiles", {
  over: table("tiles.fits", { key: ["TILEID", "BAND"], columns: ["DEC"] }),
  image,
  job: ({ TILEID, BAND, DEC }) => {
    same<typeof DEC, string | number | boolean | null>(true);
    return { args: [TILEID, BAND] };
  },
});
new Sweep("tiles", {
  over: table("tiles.fits", { key: "TILEID", columns: { z: "number?" }, default: { TILEID: 0 } }),
  image,
  job: ({ TILEID, z }) => {
    same<typeof z, number | null>(true);
    return { args: [TILEID, z ?? -1] };
  },
});
new Sweep("table", {
  over: csv("galaxies.csv", { key: "galaxy", columns: ["ram"] }),
  image,
  job: ({ galaxy, ram }) => {
    same<typeof ram, string | number>(true);
    return { args: [galaxy, ram] };
  },
});
new Sweep("tiles", {
  over: table("tiles.fits", { key: "TILEID" }),
  image,
  job: ({ TILEID }) => ({ args: [TILEID] }),
});
new Sweep("table", {
  over: csv("galaxies.csv", { key: "galaxy" }),
  image,
  job: ({ galaxy, anything }) => {
    same<typeof galaxy, string | number>(true);
    same<typeof anything, string | number | undefined>(true);
    return { args: [galaxy] };
  },
});
