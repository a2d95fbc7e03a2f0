// A job's outputs, made when the program asks for them. The SDK makes some twenty promises for each output of each
// resource, most of which nobody looks at: of a thousand jobs that was a third of the program's time and memory. What the
// engine answers is heard on its way to the SDK, and kept by its URN.
import * as pulumi from "@pulumi/pulumi";
import { isJobType } from "../../job/identity";

/** What is used of the SDK's request and of the engine's answer. */
interface Request {
  getType(): string;
}
interface Response {
  getUrn(): string;
  getObject(): Parameters<typeof pulumi.runtime.deserializeProperties>[0] | undefined;
  /** 0 where all went well. */
  getResult?(): number;
  /** Whether what is not told is not known either. */
  getUnknown?(): boolean;
}
type Answer = (error: unknown, response: Response) => unknown;
interface Monitor {
  registerResource(request: Request, ...others: unknown[]): unknown;
}

interface Told {
  outputs(): Readonly<Record<string, unknown>>;
  /** Whether there is no output but those. */
  readonly isAll: boolean;
}

/** What the engine has told of each job that it answered about. */
export type Heard = ReadonlyMap<pulumi.URN, Told>;

/** One for each engine: an Automation program may run several at once. */
const heardFrom = new WeakMap<Monitor, Heard>();

/** Listens to what the engine answers about the jobs that are declared from now on. */
export function listenToEngine(): Heard {
  const monitor: Monitor | undefined = pulumi.runtime.getMonitor();
  if (monitor === undefined) return new Map(); // without an engine nothing is ever answered
  const known = heardFrom.get(monitor);
  if (known) return known;
  const heard = new Map<pulumi.URN, Told>();
  const { registerResource } = monitor;
  monitor.registerResource = function (this: Monitor, request, ...others) {
    if (!isJobType(request.getType())) return registerResource.call(this, request, ...others);
    const respond = others.pop() as Answer; // of gRPC's ways to call it, all have it last
    return registerResource.call(this, request, ...others, (error: unknown, response: Response) => {
      if (!error) heard.set(response.getUrn(), toldBy(response));
      return respond(error, response);
    });
  };
  heardFrom.set(monitor, heard);
  return heard;
}

/** Read once, and only if an output is asked for. */
function toldBy(response: Response): Told {
  const isFailed = (response.getResult?.() ?? 0) !== 0;
  let struct = isFailed ? undefined : response.getObject();
  let outputs: Readonly<Record<string, unknown>> | undefined;
  return {
    outputs() {
      outputs ??= struct ? pulumi.runtime.deserializeProperties(struct, true) : {};
      struct = undefined;
      return outputs;
    },
    isAll: !isFailed && response.getUnknown?.() !== true && !pulumi.runtime.isDryRun(),
  };
}

/**
 * Gives a resource outputs that are made as soon as they are asked for. They are its own and can be listed, as those that
 * the SDK makes.
 */
export function lateOutputs(
  names: readonly string[],
): (resource: pulumi.Resource, heard: Heard) => void {
  const descriptors = Object.fromEntries(
    names.map((name): [string, PropertyDescriptor] => [
      name,
      {
        configurable: true,
        enumerable: true,
        get(this: pulumi.Resource) {
          const value = outputOf(this, name);
          Object.defineProperty(this, name, { value, enumerable: true });
          return value;
        },
      },
    ]),
  );
  return (resource, heard) => {
    heardAbout.set(resource, heard);
    Object.defineProperties(resource, descriptors);
  };
}

const heardAbout = new WeakMap<pulumi.Resource, Heard>();

function outputOf(resource: pulumi.Resource, name: string): pulumi.Output<unknown> {
  const heard = heardAbout.get(resource);
  return resource.urn.apply((urn): unknown => {
    const told = heard?.get(urn);
    const outputs = told?.outputs() ?? {};
    if (Object.hasOwn(outputs, name)) {
      const value = outputs[name];
      if (!pulumi.runtime.isRpcSecret(value)) return value;
      return pulumi.secret(pulumi.runtime.unwrapRpcSecret(value));
    }
    // A preview does not tell all, and of a job that failed nothing is told.
    return told?.isAll === true ? undefined : unknown();
  });
}

/** The SDK's own, by which an output is not known. */
function unknown(): unknown {
  return pulumi.runtime.deserializeProperty(pulumi.runtime.unknownValue, true);
}
