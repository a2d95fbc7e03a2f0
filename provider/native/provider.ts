// The settings of some resources of a program, where they are not to be those of the stack.
import * as pulumi from "@pulumi/pulumi";
import { doorOfProgram } from "../engine/door";
import { wireForm } from "../engine/wireForm";
import type { settings } from "../settings";

type NameOf<Key> = Key extends `skaha:${infer Name}` ? Name : never;

/** Any setting of a stack, by its name without `skaha:` (docs/reference.md). */
export type ProviderArgs = {
  readonly [Name in Exclude<NameOf<keyof typeof settings>, "door">]?: pulumi.Input<string | number>;
};

/**
 * A provider with settings of its own, for the `provider` or `providers` option of jobs, sweeps and components. Only with
 * `skaha:door` "native".
 * @example
 * const other = new Provider("other", { serverUrl: "https://skaha.example.org/skaha/v1" });
 * new HeadlessSession("elsewhere", { image, cmd: "python reduce.py" }, { provider: other });
 */
export class Provider extends pulumi.ProviderResource {
  /** @throws TypeError through the dynamic door */
  constructor(name: string, args: ProviderArgs = {}, opts: pulumi.ResourceOptions = {}) {
    if (doorOfProgram().name !== "native") {
      throw new TypeError(
        `Provider "${name}": a dynamic provider has the stack's settings; set \`skaha:door\` to "native" (docs/doors.md)`,
      );
    }
    const { token, registryAuth, ...others } = wireForm(args);
    const texts = Object.entries(others).map(([key, value]) => [
      key,
      value === undefined ? undefined : pulumi.output(value).apply(String),
    ]);
    const props = {
      ...Object.fromEntries(texts),
      ...(token !== undefined && { token: pulumi.secret(token) }),
      ...(registryAuth !== undefined && { registryAuth: pulumi.secret(registryAuth) }),
    };
    super("skaha", name, props, opts);
  }
}
