// Alters one answer of a server's as a rule says. Pure.
import type http from "node:http";
import type { Change, JsonEdit } from "./tampers";

export interface Answer {
  status: number;
  headers: http.OutgoingHttpHeaders;
  body: Buffer;
}

/** @param elsewhere where a redirect leads */
export function altered(
  change: Exclude<Change, { kind: "raw" | "reset" }>,
  answer: Answer,
  elsewhere: string,
): Answer {
  const whole = (body: Buffer, status = answer.status): Answer => ({
    status,
    headers: { ...answer.headers, "content-length": body.length },
    body,
  });
  switch (change.kind) {
    case "json":
      return whole(Buffer.from(edited(answer.body.toString(), change.edits)));
    case "splice": {
      const text = answer.body.toString();
      const at = Math.floor(change.at * text.length);
      return whole(Buffer.from(text.slice(0, at) + change.insert + text.slice(at + change.remove)));
    }
    case "body":
      return whole(Buffer.from(change.text));
    case "bytes":
      return whole(Buffer.from(change.bytes));
    case "status":
      return whole(
        change.text === undefined ? answer.body : Buffer.from(change.text),
        change.status,
      );
    case "redirect": {
      const moved = whole(Buffer.from("moved"), change.status);
      return { ...moved, headers: { ...moved.headers, location: elsewhere } };
    }
    case "header": {
      const { [change.name]: _, ...others } = answer.headers;
      return {
        ...answer,
        headers: { ...others, ...(change.value !== undefined && { [change.name]: change.value }) },
      };
    }
  }
}

function edited(body: string, edits: readonly JsonEdit[]): string {
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch {
    return body;
  }
  const top = { root };
  for (const edit of edits) {
    const places: [holder: Record<string, unknown>, key: string][] = [];
    const visit = (holder: object) => {
      for (const [key, value] of Object.entries(holder)) {
        places.push([holder as Record<string, unknown>, key]);
        if (typeof value === "object" && value !== null) visit(value);
      }
    };
    visit(top);
    const ofStatus = places.filter(([, key]) => key === "status");
    const chosen = edit.do === "status" && ofStatus.length > 0 ? ofStatus : places;
    const [holder, key] = chosen[edit.at % chosen.length] ?? [];
    if (!holder || key === undefined) continue;
    const value = holder[key];
    switch (edit.do) {
      case "replace":
        holder[key] = edit.value;
        break;
      case "status":
        if (key === "status") holder[key] = edit.word;
        break;
      case "remove":
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
        break;
      case "repeat":
        if (Array.isArray(holder)) holder.push(structuredClone(value));
        break;
      case "wrap":
        holder[key] = [value];
        break;
      case "add":
        if (typeof value === "object" && value !== null) {
          (value as Record<string, unknown>)[edit.key] = edit.value;
        }
        break;
    }
  }
  return JSON.stringify(top.root) ?? "";
}
