// Answers the engine where `pulumi-skaha` wants to know only which jobs a program declares: nothing is judged, the server
// is not asked, and a job that would be refused is named, too. Where it wants to know by which ids they would be launched,
// each job gets the one that it has in a stack without any.
import type * as pulumi from "@pulumi/pulumi";
import { DeclaredJobs, trustedArray } from "../array/declaredJobs";
import { paged } from "../array/rows/pages";
import { contentsIn } from "../files/jobFiles";
import { type CheckFailure, checkInputs } from "../job/inputs";
import { type Naming, refuseToAct } from "../run/namingAsked";
import { unknownValue } from "./unknown";

type Props = Record<string, unknown>;

/** All that the engine's host can call. */
export type CalledByHost = Required<
  Omit<pulumi.dynamic.ResourceProvider<Props, Props>, "serialize" | "__provider">
>;

/** @param identified gives the declared its id, or ids */
export function namingProvider(
  { organization }: Naming,
  identified: (declared: Readonly<Props>, organization: string) => Props,
): CalledByHost {
  return {
    async configure() {},
    async check(_olds, news) {
      const inputs = organization === undefined ? news : identified(news, organization);
      return { inputs, failures: [] };
    },
    async diff() {
      return { changes: false, replaces: [], deleteBeforeReplace: true };
    },
    create: refuseToAct,
    update: refuseToAct,
    read: refuseToAct,
    delete: refuseToAct,
  };
}

/** Of files below the program's folder, where the engine starts its providers. */
const contentsOf = contentsIn(".");

/** A job with its id as `jobName`, or with the reasons for which it would be refused as `refused`. */
export function identifiedJob(declared: Readonly<Props>, organization: string): Props {
  const identity = within(declared.identity, organization);
  const { inputs, failures } = checkInputs({}, { ...declared, identity }, { contentsOf });
  return failures.length > 0 ? { ...declared, refused: reasonsOf(failures) } : inputs;
}

/** An array with the id of each job in its row; `refused` has, by key, why one would be refused. */
export function identifiedArray(declared: Readonly<Props>, organization: string): Props {
  if (declared.jobs === unknownValue) return { ...declared };
  const place = within(declared.place, organization);
  const array = trustedArray({ ...declared, place });
  const checked = new DeclaredJobs().check({}, array, undefined, contentsOf);
  const refused = [...checked.jobs].flatMap(([key, { failures }]) =>
    failures.length > 0 ? [[key, reasonsOf(failures)]] : [],
  );
  return {
    ...checked.array,
    jobs: paged(checked.array.jobs),
    ...(refused.length > 0 && { refused: Object.fromEntries(refused) }),
  };
}

/** A place, which begins with its organization, in another one. */
function within(place: unknown, organization: string): unknown {
  if (typeof place !== "string" || place === unknownValue) return place;
  return `${organization}${place.slice(place.indexOf("/"))}`;
}

function reasonsOf(failures: readonly CheckFailure[]): string {
  return failures.map(({ property, reason }) => `${property} ${reason}`.trim()).join("; ");
}
