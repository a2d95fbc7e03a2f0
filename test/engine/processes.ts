// What runs for a test: the processes whose environment names its own PULUMI_HOME.
import { commandLineOf, pidsWith } from "../../machine/processes";

export interface Process {
  readonly pid: number;
  /** Its words, each with a NUL behind it. */
  readonly command: string;
}

export function processesOf(pulumiHome: string): Process[] {
  return pidsWith(`PULUMI_HOME=${pulumiHome}`).map((pid) => ({
    pid,
    command: commandLineOf(pid),
  }));
}
