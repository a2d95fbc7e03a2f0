// The environment in which this provider makes `pulumi` fast and safe. What the user has set stands.

const settings = {
  // Launches and cancellations wait for the server, not for this machine: the provider bounds its requests
  // (`skaha:concurrency`), and of held jobs only those that are read together are put in order.
  PULUMI_PARALLEL: "1024",
  // Written at every step, the state of a large stack takes most of the time; what is launched by a run
  // that is killed is found again by its name.
  PULUMI_SKIP_CHECKPOINTS: "true",
  // One job that the server refuses keeps no other from being launched.
  PULUMI_CONTINUE_ON_ERROR: "true",
  // Go's own default collects garbage twice as often: a quarter more of the engine's time, for a fifth less memory.
  GOGC: "200",
} as const;

export function safeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => env[name] === undefined));
}
