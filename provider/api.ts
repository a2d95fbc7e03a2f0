// The shapes of Skaha's API, as the server's own code makes them (docs/skaha-api.md). Shared by the
// client and the embedded server: the one place where both sides agree what travels.
import { z } from "zod";
import { plainText } from "./text/plainText";
import { sharing } from "./text/sharedText";

/** Texts of a server are shown to users and kept in state. */
const shown = z.string().transform(plainText);

const idForm = /^[A-Za-z0-9][\w-]{0,127}$/;

/**
 * A session as Skaha lists it (`Session.java`, Gson: absent fields are simply not there).
 * Fields that older servers fill with the text `<none>` are read as absent, and so are times that are none.
 */
export const sessionSchema = z.looseObject({
  // It becomes part of a request's path.
  id: z.string().regex(idForm, "is not the id of a session"),
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

/** A session without what no judgement asks for: a list of thousands is kept for as long as a run lasts. */
export function essential(session: Session): Session {
  const { id, name, type, status } = session;
  const [userid, image] = [shared(session.userid), shared(session.image)];
  const [startTime, expiryTime] = [shared(session.startTime), shared(session.expiryTime)];
  return { id, userid, name, image, type, status, startTime, expiryTime };
}

const shared = sharing();

/** What the schema makes of a list: at once where it would change nothing, for it takes ten times as long. */
export function readSessions(json: unknown): z.ZodSafeParseResult<Session[]> {
  const isRead = Array.isArray(json) && json.every(isReadAlready);
  return isRead ? { success: true, data: json } : sessionListSchema.safeParse(json);
}

function isReadAlready(row: unknown): row is Session {
  if (typeof row !== "object" || row === null) return false;
  const { id, userid, image, type, status, name, startTime, expiryTime }: Partial<Session> = row;
  const texts = [id, userid, image, type, status, name];
  if (!texts.every((text) => typeof text === "string") || !idForm.test(id ?? "")) return false;
  const all = texts.join(" ");
  return plainText(all) === all && [startTime, expiryTime].every(isTimeOrAbsent);
}

function isTimeOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
}

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

/** What `GET /session?view=stats` answers: what all users' sessions ask for, and what there is. Memory in GB. */
export const statsSchema = z.looseObject({
  cores: z.looseObject({
    requestedCPUCores: z.number(),
    cpuCoresAvailable: z.number(),
    maxCPUCores: z.looseObject({ cpuCores: z.number() }).optional(),
  }),
  ram: z.looseObject({
    requestedRAM: gigabytes(),
    ramAvailable: gigabytes(),
    maxRAM: z.looseObject({ ram: gigabytes() }).optional(),
  }),
});
export type Stats = z.infer<typeof statsSchema>;

/** A quantity as Kubernetes writes it, like `12.88G` or `192Gi`; a bare number is in GB. */
function gigabytes() {
  return z.union([z.number(), z.string()]).transform((quantity, context) => {
    const [, number, unit = "G"] =
      /^([\d.]+)\s*([KMGT]i?)?B?$/i.exec(String(quantity).trim()) ?? [];
    const factor = inGigabytes[unit.toUpperCase()];
    if (number !== undefined && factor !== undefined) return Number(number) * factor;
    context.addIssue({ code: "custom", message: `${quantity} is no amount of memory` });
    return z.NEVER;
  });
}

const inGigabytes: Readonly<Record<string, number>> = {
  ...{ K: 1e-6, M: 1e-3, G: 1, T: 1e3 },
  ...{ KI: 2 ** 10 / 1e9, MI: 2 ** 20 / 1e9, GI: 2 ** 30 / 1e9, TI: 2 ** 40 / 1e9 },
};

function noneIsAbsent() {
  return z
    .string()
    .optional()
    .transform((text) => (Number.isNaN(Date.parse(text ?? "")) ? undefined : text));
}
