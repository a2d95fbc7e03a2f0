// A sweep over the tiles of the variable TILES, in one resource if ARRAY is "true", and a job that merges them. With PLOTS, which
// is a tile, there is a sweep that comes after that tile.
const { HeadlessSession, list, Sweep } = require("pulumi-skaha");

const image = "images.canfar.net/skaha/terminal:1.1.2";
const record = "/arc/projects/survey/.jobs";
const size = { image, record, cores: 1, ram: 1 };

const tiles = new Sweep("tiles", {
  over: list(JSON.parse(process.env.TILES)),
  key: ["tile"],
  array: process.env.ARRAY === "true",
  ...size,
  retry: { limit: 1 },
  job: ({ tile, depth }) => ({
    // The tile "odd" fails at first.
    cmd: `sh -c 'echo $2 >/arc/projects/survey/$1; [ "$1-$SKAHA_ATTEMPT" != odd-1 ]' tile`,
    args: [tile, depth],
    outputs: [{ path: `/arc/projects/survey/${tile}`, minBytes: 2 }],
  }),
});

new HeadlessSession("merge", {
  ...size,
  cmd: "cat {members}",
  after: tiles.jobs,
  members: true,
});

if (process.env.PLOTS) {
  new Sweep("plots", {
    over: list([{ kind: "map" }]),
    array: process.env.ARRAY === "true",
    ...size,
    after: [tiles.job({ tile: process.env.PLOTS })],
    job: ({ kind }) => ({ cmd: "echo", args: [kind] }),
  });
}
