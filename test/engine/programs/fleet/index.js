// Declares the jobs that JOBS describes (`JobSpec` in harness.ts).
const pulumi = require("@pulumi/pulumi");
const { HeadlessSession, Sweep } = require("pulumi-skaha");

const config = new pulumi.Config();
const groups = {};
const made = {};

for (const spec of JSON.parse(process.env.JOBS ?? "[]")) {
  const { name, args, secretEnv = {}, registrySecret, group, wasRoot, formerly, sessionOf } = spec;
  const { after, dependsOn, get, imports } = spec;
  if (get) {
    made[name] = HeadlessSession.get(name, get);
    continue;
  }
  if (group) groups[group] ??= new pulumi.ComponentResource("test:Group", group);
  const env = { ...args?.env };
  for (const [variable, key] of Object.entries(secretEnv))
    env[variable] = config.requireSecret(key);
  if (sessionOf) env.SESSION = made[sessionOf].sessionId;
  const aliases = [
    ...(formerly ? [{ name: formerly }] : []),
    ...(wasRoot ? [{ parent: pulumi.rootStackResource }] : []),
  ];
  made[name] = new HeadlessSession(
    name,
    {
      image: "images.canfar.net/skaha/terminal:1.1.2",
      cmd: "sleep 600",
      ...args,
      ...(Object.keys(env).length > 0 && { env }),
      ...(after && { after: after.map((one) => made[one] ?? one) }),
      ...(registrySecret && {
        registryAuth: { username: "alice", secret: config.requireSecret(registrySecret) },
      }),
    },
    {
      ...(group && { parent: groups[group] }),
      ...(aliases.length > 0 && { aliases }),
      ...(dependsOn && { dependsOn: dependsOn.map((one) => made[one]) }),
      ...(imports && { import: imports }),
    },
  );
}

// An array beside them: ARRAY has the inputs of each of its jobs.
if (process.env.ARRAY) {
  const rows = JSON.parse(process.env.ARRAY);
  new Sweep("tiles", {
    over: rows.map((_, tile) => ({ tile })),
    array: true,
    image: "images.canfar.net/skaha/terminal:1.1.2",
    cmd: "sleep 600",
    job: ({ tile }) => rows[tile],
  });
}
