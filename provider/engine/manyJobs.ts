// Says before a program of thousands of jobs keeps the engine busy how long that takes, and what can be done. Where the
// jobs are counted nothing else is known of them yet, so it is no matter of `check`. It goes to the program's stdout,
// which Pulumi shows at once: what is logged through the engine would be sent after the last of them is declared.

/** From so many on a person would wonder whether anything still happens. */
const many = 5_000;
/** Of an up of 10,000, on two cores: 44 to 60 s, and 2.8 GiB in all processes. As an array: 2.5 to 6 s, and 0.6 GiB. */
const secondsPerJob = 0.006;
const gibPerJob = 0.000_28;

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
  const seconds = Math.round(jobs * secondsPerJob);
  const time = seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  const gib = Math.ceil(jobs * gibPerJob);
  return `warning: ${jobs.toLocaleString("en")} jobs or more take Pulumi some ${time} and ${gib} GiB of memory, for each preview or up; with \`array: true\` in the sweep all its jobs are one resource, which takes a tenth of the time and a fifth of the memory (docs/sweeps.md of pulumi-skaha, "Ten thousand jobs in one resource")`;
}
