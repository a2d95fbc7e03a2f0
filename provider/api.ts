// The shapes of Skaha's API, as the server's own code makes them (docs/skaha-api.md). Shared by the
// client and the embedded server: the one place where both sides agree what travels.
import { z } from "zod";

/**
 * A session as Skaha lists it (`Session.java`, Gson: absent fields are simply not there).
 * Fields that older servers fill with the text `<none>` are read as absent.
 */
export const sessionSchema = z.looseObject({
  id: z.string().min(1),
  userid: z.string(),
  image: z.string(),
  type: z.string(),
  status: z.string(),
  name: z.string(),
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
  id: z.string(),
  types: z.array(z.string()),
  digest: z.string().optional(),
});
export type Image = z.infer<typeof imageSchema>;

function noneIsAbsent() {
  return z
    .string()
    .optional()
    .transform((text) => (text === "<none>" || text === "" ? undefined : text));
}
