// To be loaded before anything else, by the command and by the native provider: Node keeps what it compiled of the modules that follow,
// for the next process. A fifth to a third of the time that loading takes. It is kept in a folder of the user's own: what lies
// there is run. Both have the same folder, for they have modules in common.
import nodeModule from "node:module";
import path from "node:path";
import { ownTemporaryFolder } from "./temporaryFolder";

try {
  // A Node that is too old for us has no such function, and is told of in a moment.
  nodeModule.enableCompileCache?.(path.join(ownTemporaryFolder(), "compile-cache"));
} catch {
  // Without a folder of the user's own nothing is kept.
}
