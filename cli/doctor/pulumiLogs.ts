// What Pulumi logs of each command, compressed, below its home: on /arc that is the user's quota.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { pulumiHome } from "../../toolchain/pulumiCli";
import { largestLogsMB } from "../plan/environment";
import { shellWord } from "../terminal";
import { type Finding, ok, warning } from "./finding";

/** What Pulumi removes by itself (pkg/logging/rotation.go). */
const pulumisLog = /\d{8}T\d{6}.*\.log$/;
const bytesPerMB = 1024 * 1024;

export async function pulumiLogsFinding(env: NodeJS.ProcessEnv): Promise<Finding> {
  const check = "Pulumi's logs";
  const folder = path.join(pulumiHome(env), "logs");
  const logs = (await namesIn(folder)).filter((name) => pulumisLog.test(name));
  const sizes = await Promise.all(logs.map((name) => sizeOf(path.join(folder, name))));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const count = `${logs.length} ${logs.length === 1 ? "file" : "files"}`;
  const text = `${(bytes / bytesPerMB).toFixed(1)} MB in ${count} in ${folder}`;
  const most = largestLogsMB(env);
  // Pulumi looks before a command, not after it, so a little more may be there.
  if (bytes <= 2 * most * bytesPerMB) return ok(check, text);
  return warning(
    check,
    `${text}: plain pulumi keeps up to 500 MB there, pulumi-skaha ${most} MB`,
    `rm ${shellWord(folder)}/*.log; for plain pulumi: export PULUMI_LOG_ROTATION_MAX_TOTAL_MB=${most}`,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0; // another command removed it
    throw error;
  }
}
