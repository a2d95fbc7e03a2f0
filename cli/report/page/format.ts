// Numbers and times as the page writes them. Pure.

/** "3 s", "12 min", "4 h 05 min", "2 d 3 h". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `toLocaleString` makes one of these at each call: that takes a third of a second for the numbers of 10,000 jobs. */
const integer = new Intl.NumberFormat("en");

/** Three or four digits that matter. */
export function amount(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return integer.format(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e7)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}

/** "2026-11-22 21:40 UTC" */
export function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${integer.format(count)} ${count === 1 ? one : many}`;
}

/** As people sort them: numbers by value, `night-2` before `night-10`, what is not there last. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || a === null) return 1;
  if (b === undefined || b === null) return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

const collator = new Intl.Collator("en", { numeric: true });
