// Answers the engine where `pulumi-skaha` wants to know only which jobs a program declares: nothing is judged, the server
// is not asked, and a job that would be refused is named, too.
import type * as pulumi from "@pulumi/pulumi";

/** Set to "true" for such a preview. */
export const namesOnly = "PULUMI_SKAHA_NAMES_ONLY";

type Props = Record<string, unknown>;

/** All that the engine's host can call. */
export type CalledByHost = Required<
  Omit<pulumi.dynamic.ResourceProvider<Props, Props>, "serialize" | "__provider">
>;

export const namingProvider: CalledByHost = {
  async configure() {},
  async check(_olds, news) {
    return { inputs: news, failures: [] };
  },
  async diff() {
    return { changes: false, replaces: [], deleteBeforeReplace: true };
  },
  create: refuseToAct,
  update: refuseToAct,
  read: refuseToAct,
  delete: refuseToAct,
};

/** @throws always: nothing is done for a preview */
export async function refuseToAct(): Promise<never> {
  throw new Error(`${namesOnly} is set, and so nothing is done: it is for previews`);
}
