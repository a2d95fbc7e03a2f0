// Images that cannot be pulled and containers that cannot be made, as the cluster's events tell it. Pure.
import type { SessionEvent } from "../../provider/server/sessionEvents";
import type { Finding } from "./evidence";

const isOfImage = ({ reason, message }: SessionEvent) =>
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)$/.test(reason) ||
  /(Failed to|Back-off) pull(ing)? image|ErrImagePull|ImagePullBackOff|InvalidImageName/.test(
    message,
  );

/** @returns undefined where the image came, or nothing is known of it */
export function imageTrouble(
  events: readonly SessionEvent[],
  image: string,
): Pick<Finding, "kind" | "cause" | "remedy" | "line"> | undefined {
  const at = events.findLastIndex(({ reason }) => ["Pulled", "Started"].includes(reason));
  const bad = events.slice(at + 1).filter(isOfImage);
  // What the registry said is in the first ones; the last only say that it is tried again.
  const told = bad.findLast(({ message }) => /Failed to pull/.test(message)) ?? bad.at(-1);
  if (!told) return undefined;
  return {
    kind: "image",
    cause: `its image ${image} cannot be pulled`,
    line: oneLine(told),
    remedy: remedyFor(told.message),
  };
}

function remedyFor(message: string): string {
  if (/unauthorized|authentication required|denied|forbidden|\b40[13]\b/i.test(message)) {
    return "give the registry's credentials with registryAuth, or skaha:registryAuth for all jobs, or check that they are right and the project is yours to read";
  }
  if (/not found|manifest unknown|does not exist|\b404\b/i.test(message)) {
    return "check the image's name and tag: the registry has no such image";
  }
  if (/InvalidImageName|invalid reference/i.test(message)) {
    return "write the image as registry/project/name:tag";
  }
  if (/toomanyrequests|too many requests|\b429\b/i.test(message)) {
    return "the registry is asked too often: wait, or launch fewer at a time with skaha:maxInFlight";
  }
  if (/no space left|disk pressure/i.test(message)) {
    return "the node's disk is full: tell the server's operators";
  }
  return "check the image's name and tag, and whether the registry can be reached; the cluster goes on trying";
}

export function oneLine({ reason, message }: SessionEvent): string {
  const text = `${reason}: ${message.replace(/\s+/g, " ").trim()}`;
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
