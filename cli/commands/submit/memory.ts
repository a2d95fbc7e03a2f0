// Sizes of memory as workflow managers write them. Pure.
import { CommandError } from "../../commandError";

const bytes: Readonly<Record<string, number>> = {
  ...{ GiB: 2 ** 30, MiB: 2 ** 20, GB: 1e9, MB: 1e6 },
};

/**
 * @param text a number of GiB, or one with its unit: `4`, `5000MB`
 * @throws CommandError for what is none
 */
export function inGiB(text: string): number {
  const [, number = "", unit = "GiB"] = /^(\d+(?:\.\d+)?) *([GM]i?B)?$/.exec(text.trim()) ?? [];
  if (number !== "") return (Number(number) * (bytes[unit] ?? Number.NaN)) / 2 ** 30;
  throw new CommandError(
    `--ram ${text}: write a number of GiB, like 4, or give its unit, like 5000MB, 5GB or 4096MiB`,
  );
}
