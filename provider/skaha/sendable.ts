// Text that can be sent to the server, as schemas of inputs ask for it.
import type { z } from "zod";
import { whyUnsendable } from "./encoding";

/** For `superRefine`. */
export const sendable = (text: string, context: z.RefinementCtx) => {
  const reason = whyUnsendable(text);
  if (reason) context.addIssue({ code: "custom", message: reason });
};
