// Whether `pulumi-skaha` wants to know only which jobs a program declares (`engine/naming.ts`). Apart, so that who asks need not load
// what names them.

/** Set to "true" for such a preview. */
export const namesOnly = "PULUMI_SKAHA_NAMES_ONLY";

/** Set to the organization that ids are made for, where they are wanted: a folder as a backend knows no other than its own. */
export const idsFor = "PULUMI_SKAHA_IDS_FOR";

/** What is wanted of jobs, besides that they are named. */
export interface Naming {
  /** The organization that their ids are made for; undefined where no ids are wanted. */
  readonly organization: string | undefined;
}

/** @returns undefined where jobs are to be judged, and launched, as ever */
export function namingIn(env: Readonly<Record<string, string | undefined>>): Naming | undefined {
  return env[namesOnly] === "true" ? { organization: env[idsFor] } : undefined;
}

/** @throws always: nothing is done for a preview */
export async function refuseToAct(): Promise<never> {
  throw new Error(`${namesOnly} is set, and so nothing is done: it is for previews`);
}
