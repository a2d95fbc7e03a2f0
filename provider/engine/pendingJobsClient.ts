// In the provider's process: asks the program for the jobs that the engine has not answered about.
import net from "node:net";
import { deserialize } from "node:v8";
import { type PendingJob, socketOf } from "./pendingJobs";

const longestMs = 10_000;

/**
 * @param address of the engine, which tells one run from another
 * @returns empty where the program cannot be asked: whoever asks has something to say of one job at least
 */
export async function askForPendingJobs(
  address: string | undefined,
): Promise<readonly PendingJob[]> {
  if (address === undefined) return [];
  try {
    return deserialize(await heard(socketOf(address))) as PendingJob[]; // by this package, in the program
  } catch {
    return [];
  }
}

function heard(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path);
    const pieces: Buffer[] = [];
    socket.setTimeout(longestMs, () => socket.destroy(new Error("no answer")));
    socket.on("data", (piece: Buffer) => pieces.push(piece));
    socket.once("error", reject);
    socket.once("end", () => resolve(Buffer.concat(pieces)));
  });
}
