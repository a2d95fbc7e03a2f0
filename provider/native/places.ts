// Where a resource stands in the program, as the identities of jobs have it: made of the URN that it has as a dynamic
// resource, so that a job's id is the same through both doors. Pure.
import {
  arrayType,
  nameIn,
  nativeArrayType,
  nativeSessionType,
  sessionType,
} from "../job/identity";

/** The organization of a stack whose state is in files: those have no other. */
export const organizationOfFiles = "organization";

/**
 * @param urn of a native HeadlessSession
 * @returns what a job's `identity` is
 */
export function identityOf(urn: string, organization: string = organizationOfFiles): string {
  return `${organization}/${dynamicUrn(urn)}`;
}

/**
 * @param urn of a native SessionArray
 * @returns what the identities of its jobs begin with: all but their logical names
 */
export function placeOfJobs(urn: string, organization: string = organizationOfFiles): string {
  const { types, start } = partsOf(urn);
  const around = types.slice(0, -1);
  return `${organization}/${start}::${[...around, sessionType].join("$")}::`;
}

function dynamicUrn(urn: string): string {
  const { types, start } = partsOf(urn);
  return `${start}::${types.join("$")}::${nameIn(urn)}`;
}

/** The types as they are called through the dynamic door, outermost first; and stack and project. */
function partsOf(urn: string): { readonly start: string; readonly types: readonly string[] } {
  const [stack = "", project = "", types = ""] = urn.split("::");
  return { start: `${stack}::${project}`, types: types.split("$").map(dynamicType) };
}

function dynamicType(type: string): string {
  if (type === nativeSessionType) return sessionType;
  return type === nativeArrayType ? arrayType : type;
}
