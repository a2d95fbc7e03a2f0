// Who is asking, and whether it may be asked from there at all.
import { createHash, timingSafeEqual } from "node:crypto";
import { Refusal, refuse } from "./refusal";

export interface User {
  readonly name: string;
  readonly token: string;
  readonly uid: number;
  readonly groups: readonly number[];
  /** False: 403 `No POSIX Principal`. */
  readonly posix: boolean;
  /** False: 403 `Not authorized to use the skaha system`. */
  readonly authorized: boolean;
}

/**
 * The user of a bearer token. Throws what the real server answers: 400 without credentials (Basic counts as none),
 * 401 for a token it does not know, 403 for who may not use it (docs/skaha-api.md 3.6).
 */
export function authenticate(authorization: string | undefined, users: readonly User[]): User {
  const user = identify(authorization, users);
  if (!user) {
    throw refuse(400, "cannot get group memberships for anonymous", challenge("Bearer"));
  }
  if (!user.authorized) throw refuse(403, "Not authorized to use the skaha system");
  if (!user.posix) throw refuse(403, "No POSIX Principal");
  return user;
}

/**
 * Whose token it is, whatever that user may do; undefined without credentials (Basic counts as none). Throws 401 for a
 * token that nobody has.
 */
export function identify(
  authorization: string | undefined,
  users: readonly User[],
): User | undefined {
  const bearer = /^bearer(?: +(.*))?$/i.exec(authorization?.trim() ?? "");
  if (!bearer) return undefined;
  const token = bearer[1]?.trim() ?? "";
  if (token === "") throw invalid("invalid_request", "BUG: invalid authorization Bearer");
  const user = users.find((candidate) => isSame(candidate.token, token));
  if (!user) throw invalid("invalid_token", "Cannot validate token using user info endpoint");
  return user;
}

export function invalid(error: string, message: string): Refusal {
  return new Refusal(
    401,
    message,
    challenge(`Bearer error="${error}", error_description="${message}"`),
  );
}

/** Takes the same time whatever differs. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function challenge(value: string) {
  return { "www-authenticate": value };
}

/**
 * Keeps web pages out: a browser that was lured here sends an Origin, or, after DNS rebinding, a Host that is not
 * ours. Returns a sentence if the request must be refused.
 */
export function reasonToRefuse(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  port: number,
  anyHost: boolean,
): string | undefined {
  if (headers.origin !== undefined) return "requests of web pages (with an Origin) are refused";
  if (anyHost) return undefined;
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const loopback = names.map((name) => (port === 80 ? name : `${name}:${port}`));
  if (headers.host !== undefined && loopback.includes(headers.host.toLowerCase())) return undefined;
  return `the Host must be one of ${loopback.join(", ")}`;
}
