// What the engine passes in a preview for a value that is not known yet: a fixed string, the SDK's
// `rpc.unknownValue`. Repeated here so that judgements need no Pulumi; a test holds the two together.

export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything inside it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasUnknown);
  return false;
}
