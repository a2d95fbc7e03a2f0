// What other tools call an input, and what it is called here: the canfar client's words, Kubernetes', and those
// of schedulers. Pure.

import { nearest } from "../../text/nearest";

/** In a program, and in fleet.yaml where that differs. */
interface Counterpart {
  readonly here: string;
  readonly inFleet?: string;
}

const retry: Counterpart = {
  here: "retry: { limit: 3 }, which launches what failed again, with the next up",
};
const seconds: Counterpart = {
  here: "maxRunSeconds, in seconds, for a limit of the job's own; the server ends sessions by itself after its own limit",
};
const cmd: Counterpart = { here: "cmd, with arguments in args; or script, which bash runs" };
const replicas: Counterpart = {
  here: "a Sweep: new Sweep(name, { over: replicas(10), ... }), with replicaEnv: true for the variables of the canfar client",
  inFleet: "replicas of a sweep: declare it below `sweeps`, not below `jobs`",
};
const headless: Counterpart = { here: "nothing: each job is a headless session" };
const cores: Counterpart = { here: "cores" };
const ram: Counterpart = { here: "ram, a number in GiB" };
const after: Counterpart = {
  here: "after, a list of jobs that have to be Completed before",
  inFleet: "after, a list of names of jobs that have to be Completed before",
};

const counterparts: Readonly<Record<string, Counterpart>> = {
  ...{ cpu: cores, cpus: cores, ncpus: cores, ncores: cores, corecount: cores },
  ...{ memory: ram, mem: ram, memorygb: ram, memorylimit: ram },
  ...{ gpu: { here: "gpus" }, ngpus: { here: "gpus" } },
  ...{ command: cmd, entrypoint: cmd, executable: cmd, program: cmd, run: cmd },
  ...{ arguments: { here: "args, a list of words" }, arg: { here: "args, a list of words" } },
  ...{ environment: { here: "env" }, envs: { here: "env" }, variables: { here: "env" } },
  ...{ replicas, replica: replicas, parallelism: replicas, completions: replicas },
  ...{ timeout: seconds, walltime: seconds, time: seconds, activedeadlineseconds: seconds },
  ...{ retries: retry, maxretries: retry, backofflimit: retry, restartpolicy: retry },
  ...{ kind: headless, type: headless, sessiontype: headless },
  ...{ workdir: { here: "cwd" }, workingdir: { here: "cwd" }, workingdirectory: { here: "cwd" } },
  ...{ dependson: after, depends: after, dependency: after, needs: after },
  resources: { here: "cores, ram (GiB) and gpus, each by itself" },
  ...{ registry: { here: "registryAuth: { username, secret }" } },
  ...{ sessionid: { here: "adopt, to take over a session that was started by hand" } },
  containerimage: { here: "image" },
};

/**
 * @returns what an unknown word is called here; undefined where nobody's word is like it
 * @example counterpartOf("cpu")  // "cores"
 */
export function counterpartOf(word: string, isFleet = false): string | undefined {
  const plain = word.toLowerCase().replace(/[_\s-]/g, "");
  const found = Object.hasOwn(counterparts, plain) ? counterparts[plain] : undefined;
  return (isFleet ? found?.inFleet : undefined) ?? found?.here;
}

/** What is meant by a name that no input has. @param known the names that there are */
export function hintFor(key: string, known: readonly string[]): string {
  const here = counterpartOf(key);
  if (here !== undefined) return `write ${here}`;
  const close = nearest(key, known);
  return close === undefined ? "is it misspelt?" : `did you mean ${close}?`;
}
