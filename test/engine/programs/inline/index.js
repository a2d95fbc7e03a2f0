// An inline program of the Automation API: ups it twice, then destroys it, and prints what came out.
const pulumi = require("@pulumi/pulumi");
const automation = require("@pulumi/pulumi/automation");
const { HeadlessSession } = require("pulumi-skaha");

const [workDir, root] = process.argv.slice(2);

async function main() {
  const stack = await automation.LocalWorkspace.createOrSelectStack(
    {
      stackName: "inline",
      projectName: "inline",
      program: async () => {
        const jobs = ["a", "b"].map(
          (name) =>
            new HeadlessSession(name, {
              image: "images.canfar.net/skaha/terminal:1.1.2",
              script: 'printf "%s\\n" "$@" "$VALUE"',
              args: ['a "b" $HOME \\ c=d', name],
              env: { VALUE: "x=y=z" },
            }),
        );
        return {
          ids: pulumi.all(jobs.map(({ id }) => id)),
          sessions: jobs.map((job) => job.sessionId),
        };
      },
    },
    {
      workDir,
      pulumiCommand: await automation.PulumiCommand.get({ root }),
      projectSettings: { name: "inline", runtime: "nodejs", options: { refresh: "always" } },
    },
  );
  const first = await stack.up();
  const second = await stack.up();
  console.log(
    JSON.stringify({
      outputs: Object.fromEntries(
        Object.entries(first.outputs).map(([key, { value }]) => [key, value]),
      ),
      first: first.summary.resourceChanges,
      second: second.summary.resourceChanges,
    }),
  );
  if (process.env.DESTROY) await stack.destroy();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
