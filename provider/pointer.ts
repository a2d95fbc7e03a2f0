// What state holds as the provider of every job: one line that finds this package again. Never changed
// lightly: refresh and delete run the text in state, not the program's.

/**
 * A plain `require` fails from inside this package's own tree. The working directory is the program's
 * folder, from where the package is found both there and in a user's `node_modules`.
 */
export const pointer =
  'exports.handler=()=>require("node:module").createRequire(process.cwd()+"/_.js")("pulumi-skaha/runtime").provider';

/** The same for arrays of jobs: the engine's host keeps one provider for each text. */
export const arrayPointer = pointer.replace(/\.provider$/, ".arrayProvider");
