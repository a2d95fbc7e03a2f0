// The jobs of the demo are Python scripts, and run on this machine.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const oldest = "3.8";

export async function requirePython(): Promise<void> {
  const question = "import sys; print('%d.%d' % sys.version_info[:2])";
  const answer = await promisify(execFile)("python3", ["-c", question]).catch(() => undefined);
  if (!answer) {
    throw new Error(
      `The demo's jobs are Python scripts, and there is no working python3 on PATH: install Python ${oldest} or newer.`,
    );
  }
  const version = answer.stdout.trim();
  if (version.localeCompare(oldest, "en", { numeric: true }) < 0) {
    throw new Error(
      `The demo's jobs need Python ${oldest} or newer, and python3 is ${version}: install a newer one.`,
    );
  }
}
