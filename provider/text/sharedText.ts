// Texts that come again and again, kept once: of thousands of sessions that were read from JSON each has its own copy of the
// image and of the second in which it started.

/** So many are remembered; where there are more, hardly any comes twice. */
const most = 1_000;

/** @returns gives the first text that was equal, where that is remembered */
export function sharing(): <T>(value: T) => T {
  const known = new Map<unknown, unknown>();
  return <T>(value: T): T => {
    if (typeof value !== "string") return value;
    const first = known.get(value);
    if (first !== undefined) return first as T;
    if (known.size >= most) known.clear();
    known.set(value, value);
    return value;
  };
}
