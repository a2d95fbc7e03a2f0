// Says before a program of thousands of jobs keeps the engine busy how long that takes, and what can be done. Where the
// jobs are counted nothing else is known of them yet, so it is no matter of `check`. It goes to the program's stdout,
// which Pulumi shows at once: what is logged through the engine would be sent after the last of them is declared.

/** From so many on a person would wonder whether anything still happens. */
const many = 5_000;
/** Of a preview or an up of 10,000 without changes, on two cores (bench/README.md): 118 s, and 6.5 GiB in all processes. */
const secondsPerJob = 0.012;
const gibPerJob = 0.000_65;

let declared = 0;
let isTold = false;

/** To be called before so many jobs are declared. */
export function foretellJobs(count: number): void {
  if (isTold || declared + count < many) return;
  isTold = true;
  console.log(sentenceOf(declared + count));
}

/** To be called with each job. */
export function noteJob(): void {
  foretellJobs(1);
  declared += 1;
}

function sentenceOf(jobs: number): string {
  const minutes = Math.max(1, Math.round((jobs * secondsPerJob) / 60));
  const gib = Math.ceil(jobs * gibPerJob);
  return `warning: ${jobs.toLocaleString("en")} jobs or more take Pulumi some ${minutes} min and ${gib} GiB of memory, for each preview or up; with \`array: true\` in the sweep all its jobs are one resource, which takes a tenth of that (docs/sweeps.md of pulumi-skaha, "Ten thousand jobs in one resource")`;
}
