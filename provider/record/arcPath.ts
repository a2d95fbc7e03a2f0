// Paths under /arc as users may write them.
import { z } from "zod";
import { sendable } from "../skaha/sendable";

/** A path as jobs see it; `..` would lead out of where it seems to be. */
export const arcPath = z
  .string("must be a path")
  .regex(/^\/arc\/[^\n]+$/, "must be a path under /arc, like /arc/projects/survey/.jobs")
  .refine((path) => !path.split("/").includes(".."), "must not hold `..`")
  .superRefine(sendable);

/** Cavern, which serves /arc, decodes a path twice, and takes none with these (test/golden/cavern.json). */
const unserved = /[\s\p{Z}\p{Cc}#?%[\]{}|\\^"<>`]/gu;

/** Where jobs are recorded: what is written there is read over VOSpace. */
export const recordPath = arcPath.superRefine((path, context) => {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  const found = [...new Set(path.match(unserved))].map((one) =>
    one.trim() === "" ? "a blank" : one === "`" ? "a backtick" : one,
  );
  if (found.length > 0) {
    const list = [...new Set(found)].join(" ");
    refuse(`must not hold ${list}: the service that reads /arc from outside cannot read it there`);
  } else if (/^\/arc\/(home|projects)\/*$/.test(path)) {
    refuse("must be in a home or a project, like /arc/projects/survey/.jobs");
  }
});
