// What state holds as the provider of every job: one line that finds this package again. Never changed
// lightly: refresh and delete run the text in state, not the program's.
import type * as pulumi from "@pulumi/pulumi";
import { JobNotAsDeclaredError } from "./errors";

/**
 * A plain `require` fails from inside this package's own tree. The working directory is the program's
 * folder, from where the package is found both there and in a user's `node_modules`.
 */
export const pointer =
  'exports.handler=()=>require("node:module").createRequire(process.cwd()+"/_.js")("pulumi-skaha/runtime").provider';

/** The same for arrays of jobs: the engine's host keeps one provider for each text. */
export const arrayPointer = pointer.replace(/\.provider$/, ".arrayProvider");

type Props = Record<string, unknown>;
type DynamicProvider = pulumi.dynamic.ResourceProvider<Props, Props>;
export type WholeProvider = {
  readonly [Method in keyof DynamicProvider]-?: NonNullable<DynamicProvider[Method]>;
};

/**
 * What only the engine's host of dynamic providers needs: the pointer among the outputs. Without it a job could never be
 * read again, so that one whose state comes from the native provider, or from a failure, gets it.
 */
export function withPointer(provider: WholeProvider, text: string): WholeProvider {
  const kept = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof JobNotAsDeclaredError)) throw error;
      const { id, properties, message, cause } = error;
      throw new JobNotAsDeclaredError(id, { ...properties, __provider: text }, message, { cause });
    }
  };
  return {
    configure: (request) => provider.configure(request),
    check: (olds, news) => provider.check(olds, news),
    async diff(id, olds, news) {
      const found = await provider.diff(id, olds, news);
      return { ...found, changes: found.changes === true || olds.__provider === undefined };
    },
    create: (inputs) => kept(provider.create(inputs)),
    read: (id, props) => provider.read(id, props),
    update: (id, olds, news) => kept(provider.update(id, olds, news)),
    delete: (id, props) => provider.delete(id, props),
  };
}
