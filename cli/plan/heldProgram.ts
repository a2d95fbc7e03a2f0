// Preloaded into the Node processes of an `up` that began while the server was still asked (`askedMeanwhile.ts`): before the
// answer is there, nothing of the program runs. Any other process is left as it is: this is in the user's processes.
import { answerFile, answerFrom, standStillForAnswer } from "../../provider/run/answerFile";
import { withoutPreload } from "../nodeOptions";

/** What runs a program: the SDK's own script. */
const ofProgram = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index\.js)?$/;

if (ofProgram.test(process.argv[1] ?? "")) {
  const { env } = process;
  try {
    standStillForAnswer(env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  // What the program starts gets the environment that the user gave.
  delete env[answerFile];
  delete env[answerFrom];
  const options = withoutPreload(env.NODE_OPTIONS ?? "", __filename);
  if (options) env.NODE_OPTIONS = options;
  else delete env.NODE_OPTIONS;
}
