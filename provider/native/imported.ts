// A session that was started by hand, as a job of the stack: the inputs that the server can tell, so that a program which
// declares these changes nothing.
import type { Run } from "../assemble";
import { checkInputs, trustedInputs } from "../job/inputs";
import { type SessionDetails, sizeOfSession } from "../skaha/sessionDetails";
import { identityOf } from "./places";

type Props = Readonly<Record<string, unknown>>;

export interface Imported {
  /** The job's id from now on. */
  readonly id: string;
  readonly inputs: Props;
  readonly state: Props;
}

/**
 * Takes a session over. Nothing is launched, and the session goes on.
 * @param urn where the job stands in the program
 * @throws Error where the server has no such session
 */
export async function importedJob(run: Run, urn: string, sessionId: string): Promise<Imported> {
  const session = await run.client.session(sessionId);
  if (session === undefined || session.type !== "headless") {
    const why =
      session === undefined
        ? `${run.client.server} has no session ${sessionId} of yours; a session is forgotten an hour after its end`
        : `session ${sessionId} is of type ${session.type}, and a job is a headless one`;
    throw new Error(`cannot import ${sessionId}: ${why}`);
  }
  const declared = { ...inputsOf(session), identity: identityOf(urn) };
  const { inputs, failures } = checkInputs({}, declared);
  const [fault] = failures;
  if (fault) throw new Error(`cannot import ${sessionId}: ${fault.property} ${fault.reason}`);
  const job = trustedInputs(inputs);
  run.slots.know(job.jobName, undefined);
  const state = await run.lifecycle.create(job); // which takes over the session in `adopt`
  return { id: job.jobName, inputs, state: { ...state } };
}

function inputsOf(session: SessionDetails): Props {
  return { image: session.image, ...sizeOfSession(session), adopt: session.id };
}
