// BENCH_JOBS jobs of one second each as one resource: each in a session of its own, or in packs where BENCH_PACK says
// `jobs,parallel`.
const { Sweep } = require("pulumi-skaha");

const [jobs, parallel] = (process.env.BENCH_PACK ?? "").split(",").map(Number);

new Sweep("naps", {
  over: Array.from({ length: Number(process.env.BENCH_JOBS) }, (_, nap) => ({ nap })),
  array: true,
  image: "images.canfar.net/skaha/astroml:24.07",
  cmd: "sleep 1",
  job: () => ({}),
  cores: 1,
  ram: 1,
  record: "/arc/projects/bench/.jobs",
  ...(jobs && { pack: { jobs, parallel } }),
});
