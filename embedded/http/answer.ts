// The form of answers: what the code makes of a request, before anything is sent.
import type { Refusal } from "../refusal";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The session that this request made. */
  readonly sessionId?: string;
}

export function plain(body: string | Buffer, status = 200): Answer {
  return { status, headers: { "content-type": "text/plain" }, body: Buffer.from(body) };
}

export function json(text: string): Answer {
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: Buffer.from(text),
  };
}

export function xml(text: string, headers: Record<string, string> = {}): Answer {
  return {
    status: 200,
    headers: { "content-type": "text/xml", ...headers },
    body: Buffer.from(text),
  };
}

export function empty(): Answer {
  return { status: 200, headers: {}, body: Buffer.alloc(0) };
}

export function refused(refusal: Refusal): Answer {
  const answer = plain(refusal.body, refusal.status);
  return { ...answer, headers: { ...answer.headers, ...refusal.headers } };
}

/** `RestServlet` for a method it has no action for. */
export function unsupported(method: string, allow: string): Answer {
  return {
    status: 405,
    headers: { "content-type": "text/plain;charset=ISO-8859-1", allow },
    body: Buffer.from(`unsupported: HTTP ${method}\n`),
  };
}

/** What Tomcat says of a method that no servlet knows. */
export function undefinedMethod(method: string): string {
  return `Method ${method} is not defined in RFC 2068 and is not supported by the Servlet API `;
}

const tomcatTexts = {
  400: [
    "Bad Request",
    "The server cannot or will not process the request due to something that is perceived to be a client error (e.g., malformed request syntax, invalid request message framing, or deceptive request routing).",
  ],
  404: [
    "Not Found",
    "The origin server did not find a current representation for the target resource or is not willing to disclose that one exists.",
  ],
  501: [
    "Not Implemented",
    "The server does not support the functionality required to fulfill the request.",
  ],
} as const;

/**
 * Tomcat's own page, for what never reaches the server's code.
 * @param message without it the page has none
 */
export function tomcatPage(status: 400 | 404 | 501, message?: string): Answer {
  const [reason, description] = tomcatTexts[status];
  const title = `HTTP Status ${status} – ${reason}`;
  const said = message === undefined ? "" : `<p><b>Message</b> ${message}</p>`;
  const style =
    "body {font-family:Tahoma,Arial,sans-serif;} h1, h2, h3, b {color:white;background-color:#525D76;} h1 {font-size:22px;} h2 {font-size:16px;} h3 {font-size:14px;} p {font-size:12px;} a {color:black;} .line {height:1px;background-color:#525D76;border:none;}";
  return {
    status,
    headers: { "content-type": "text/html;charset=utf-8" },
    body: Buffer.from(
      `<!doctype html><html lang="en"><head><title>${title}</title><style type="text/css">${style}</style></head><body><h1>${title}</h1><hr class="line" /><p><b>Type</b> Status Report</p>${said}<p><b>Description</b> ${description}</p><hr class="line" /><h3>Apache Tomcat/9.0.98</h3></body></html>`,
    ),
  };
}
