// Whether Pulumi knows where the state of a project is to be kept that was there before `init`.
import { CommandError } from "../commandError";
import type { Project } from "../project";
import { inPlainWords } from "../stack/noState";

/** @throws CommandError with what to do, where Pulumi would ask for a login */
export async function assertBackend({ pulumi }: Project): Promise<void> {
  const { status, stderr } = await pulumi.ask(["whoami"]);
  const sentence = status === 0 ? undefined : inPlainWords(stderr);
  if (sentence !== undefined) throw new CommandError(sentence);
}
