// What a program writes as { ... }: neither a list, nor a resource, an output or another instance of a class. Pure.

/** Also one of another realm, as tests and notebooks have them, and one without a prototype. */
export function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
