// Through which door a program's resources reach the engine: as dynamic ones, which need nothing installed, or as those of
// the native provider (docs/doors.md). A resource is found again whichever door it came through before.
import * as pulumi from "@pulumi/pulumi";
import { arrayType, nativeArrayType, nativeSessionType, sessionType } from "../job/identity";

export type DoorName = "dynamic" | "native";

/** The environment variable that says it, before the stack's `skaha:door`. */
export const doorVariable = "PULUMI_SKAHA_DOOR";

export interface ProgramDoor {
  readonly name: DoorName;
  readonly sessionType: string;
  readonly arrayType: string;
}

interface Types extends ProgramDoor {
  /** The same resources through the other door. */
  readonly other: Readonly<Record<string, string>>;
}

const doors: Readonly<Record<DoorName, Types>> = {
  dynamic: {
    ...{ name: "dynamic", sessionType, arrayType },
    other: { [sessionType]: nativeSessionType, [arrayType]: nativeArrayType },
  },
  native: {
    ...{ name: "native", sessionType: nativeSessionType, arrayType: nativeArrayType },
    other: { [nativeSessionType]: sessionType, [nativeArrayType]: arrayType },
  },
};

/** @throws TypeError for a door that there is not */
export function doorOfProgram(): ProgramDoor {
  const name = process.env[doorVariable] || new pulumi.Config("skaha").get("door") || "dynamic";
  if (name === "dynamic" || name === "native") return doors[name];
  throw new TypeError(`skaha:door is "${name}", and can be "dynamic" or "native"`);
}

type Aliases = NonNullable<pulumi.CustomResourceOptions["aliases"]>;

interface Place {
  readonly type: string;
  readonly name: string;
  readonly parent: pulumi.Resource | undefined;
}

/**
 * The aliases of a resource, and each of them, and the resource itself, as it is through the other door. The last is a whole
 * URN: for an alias that is an object the SDK makes four times as much.
 */
export function aliasesThroughDoors(
  door: ProgramDoor,
  { type, name, parent }: Place,
  aliases: Aliases = [],
): Aliases {
  const other = doors[door.name].other[type];
  if (other === undefined) return aliases;
  const named = aliases.map((one) =>
    pulumi.output(one).apply((alias): pulumi.URN | pulumi.Alias => {
      if (typeof alias === "string") return alias.replace(`${type}::`, `${other}::`);
      return { ...(alias as pulumi.Alias), type: alias.type ?? other };
    }),
  );
  const itself = parent
    ? urnOf(parent).then((urn) => urnBelow(urn, other, name))
    : `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${other}::${name}`;
  return [...aliases, ...named, itself];
}

/** As the engine makes a URN: the stack, which all else is below, is not named. */
function urnBelow(parent: pulumi.URN, type: string, name: string): pulumi.URN {
  const [stack, project, types] = parent.split("::");
  const above = types === "pulumi:pulumi:Stack" ? "" : `${types}$`;
  return `${stack}::${project}::${above}${type}::${name}`;
}

/**
 * A resource's place, as a mere text: an output would carry the resource along, and with a component all
 * its children, each of which would wait for the others.
 */
export function urnOf(resource: pulumi.Resource): Promise<pulumi.URN> {
  return new Promise((resolve) => resource.urn.apply(resolve));
}
