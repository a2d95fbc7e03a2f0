// The same jobs as one resource: a sweep with `array: true`.
const { Sweep } = require("pulumi-skaha");
const { jobs } = require("../jobs");

const all = new Map(jobs().map(({ name, args }) => [name, args]));

new Sweep("bench", {
  over: [...all.keys()].map((job) => ({ job })),
  key: ({ job }) => job,
  array: true,
  image: "images.canfar.net/skaha/astroml:24.07",
  job: ({ job }) => all.get(job),
});
