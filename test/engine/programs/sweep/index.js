// Declares the sweep that SWEEP describes (`Spec` in sweep.test.ts).
const pulumi = require("@pulumi/pulumi");
const { csv, grid, HeadlessSession, Provider, Sweep } = require("pulumi-skaha");

const {
  parameters,
  table,
  uses,
  turned,
  secretEnv,
  ownSecretEnv,
  secretArg,
  columns,
  follower,
  predecessors,
  beside,
  inside,
  writes,
  ...rest
} = JSON.parse(process.env.SWEEP);
const secretsOf = (keys) =>
  Object.fromEntries(
    Object.entries(keys).map(([name, key]) => [name, new pulumi.Config().requireSecret(key)]),
  );
const rows = table ? csv({ text: table }, { key: uses[0], columns }) : grid(parameters);

// A user's own component, which may be new to the stack.
const around = inside && new pulumi.ComponentResource("test:Group", inside);
const options = around ? { parent: around } : {};

const plain = { image: "images.canfar.net/skaha/terminal:1.1.2", cmd: "sleep 600" };
const before = Array.from(
  { length: predecessors?.count ?? 0 },
  (_, n) => new HeadlessSession(`before-${n}`, { ...plain, args: [n], ram: predecessors.ram }),
);

if (beside) {
  const provider = new Provider("beside", beside.settings);
  for (let n = 0; n < beside.count; n += 1) {
    new HeadlessSession(`beside-${n}`, { ...plain, args: [n] }, { provider });
  }
}

const args = {
  over: turned ? [...rows].reverse() : rows,
  ...plain,
  ...(before.length > 0 && { after: before }),
  ...rest,
  ...(secretEnv && { env: { ...rest.env, ...secretsOf(secretEnv) } }),
  job: (row) => ({
    args: [
      ...uses.map((name) => row[name]),
      ...(secretArg ? [new pulumi.Config().requireSecret(secretArg)] : []),
    ],
    ...(writes && { outputs: [`${writes}/${row[uses[0]]}`] }),
    ...(ownSecretEnv && {
      env: { ...secretsOf(ownSecretEnv), PLAIN: pulumi.output(`plain ${row[uses[0]]}`) },
    }),
  }),
};
const study = new Sweep("study", args, options);

if (follower) {
  new HeadlessSession(follower, { ...plain, after: study.jobs });
}

exports.summary = study.summary;
exports.manifest = study.manifest;
