// `npm run demo`: sets up, tells the story, and leaves nothing behind, however it ends.
import { checkout } from "../toolchain/checkout";
import { getPulumi } from "../toolchain/pulumiCli";
import { Interruption, onInterruption } from "./interruption";
import { endWhatRunsBelow } from "./processTree";
import { requirePython } from "./python";
import { raiseStage } from "./stage";
import { tellStory } from "./story";
import { explain, say } from "./terminal";
import { whereToGoOn } from "./whereToGoOn";

main().then((status) => process.exit(status));

async function main(): Promise<number> {
  const { signal } = onInterruption();
  try {
    await requirePython();
    // Installing takes minutes and cannot be broken off in good order: what it started is ended below.
    const pulumi = await Promise.race([getPulumi(), rejection(signal)]);
    say(`Pulumi ${pulumi.version}: ${pulumi.command}`);
    await using stage = await raiseStage(pulumi, signal);
    await tellStory(stage);
    whereToGoOn({ pulumi, checkout });
    return 0;
  } catch (error) {
    const interruption = signal.aborted ? signal.reason : error;
    explain(interruption instanceof Error ? interruption.message : String(interruption));
    return interruption instanceof Interruption ? interruption.exitStatus : 1;
  } finally {
    endWhatRunsBelow(process.pid);
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
