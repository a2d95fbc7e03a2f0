// A folder of this user's own among the system's temporary ones: for locks and for what processes of one
// machine share for minutes.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Made with mode 0700; another user's folder of that name is not used. */
export function ownTemporaryFolder(): string {
  const { uid } = os.userInfo();
  const shared = path.join(os.tmpdir(), `pulumi-skaha-${uid}`);
  for (const folder of [shared, path.join(os.homedir(), ".pulumi-skaha", "tmp")]) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = fs.lstatSync(folder);
    if (stat.isDirectory() && (uid < 0 || stat.uid === uid)) return folder;
  }
  throw new Error(`${shared} belongs to another user: set TMPDIR to a folder of your own`);
}
