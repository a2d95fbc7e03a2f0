// The shapes of Skaha's API, as the server's own code makes them (docs/skaha-api.md). Shared by the
// client and the embedded server: the one place where both sides agree what travels.
import { z } from "zod";
import { plainText } from "./plainText";

/** Texts of a server are shown to users and kept in state. */
const shown = z.string().transform(plainText);

/**
 * A session as Skaha lists it (`Session.java`, Gson: absent fields are simply not there).
 * Fields that older servers fill with the text `<none>` are read as absent, and so are times that are none.
 */
export const sessionSchema = z.looseObject({
  // It becomes part of a request's path.
  id: z.string().regex(/^[A-Za-z0-9][\w-]{0,127}$/, "is not the id of a session"),
  userid: shown,
  image: shown,
  type: shown,
  status: shown,
  name: shown,
  startTime: noneIsAbsent(),
  expiryTime: noneIsAbsent(),
});
export type Session = z.infer<typeof sessionSchema>;

export const sessionListSchema = z.array(sessionSchema);

/** What `GET /context` answers: which sizes may be asked for. Sizes in cores, GB and GPUs. */
export const contextSchema = z.looseObject({
  cores: z.looseObject({ options: z.array(z.number()) }),
  memoryGB: z.looseObject({ options: z.array(z.number()) }),
  gpus: z.looseObject({ options: z.array(z.number()) }),
});
export type Context = z.infer<typeof contextSchema>;

/** One row of `GET /image`: the public images and what they may be used for. */
export const imageSchema = z.looseObject({
  id: shown,
  types: z.array(z.string()),
  digest: shown.optional(),
});
export type Image = z.infer<typeof imageSchema>;

function noneIsAbsent() {
  return z
    .string()
    .optional()
    .transform((text) => (Number.isNaN(Date.parse(text ?? "")) ? undefined : text));
}
