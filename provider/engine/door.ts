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

/** The aliases of a resource, and each of them, and the resource itself, as it is through the other door. */
export function aliasesThroughDoors(
  door: ProgramDoor,
  type: string,
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
  return [...aliases, ...named, { type: other }];
}
