// Declares the sweep that SWEEP describes (`Spec` in sweep.test.ts).
const { csv, grid, Sweep } = require("pulumi-skaha");

const { parameters, table, uses, turned, ...rest } = JSON.parse(process.env.SWEEP);
const rows = table ? csv({ text: table }, { key: uses[0] }) : grid(parameters);

const study = new Sweep("study", {
  over: turned ? [...rows].reverse() : rows,
  image: "images.canfar.net/skaha/terminal:1.1.2",
  cmd: "sleep 600",
  ...rest,
  job: (row) => ({ args: uses.map((name) => row[name]) }),
});

exports.summary = study.summary;
exports.manifest = study.manifest;
