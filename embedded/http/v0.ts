// The API that the older pages document and that servers up to 0.29 served (docs/skaha-api.md 3.8): prefix /v0,
// pod phases as statuses, `<none>` for what is missing, integers for cores and ram, a DELETE that tells.

import { type SessionRecord, statusOf } from "../job";
import type { Parameters } from "../launch/parameters";
import { refuse } from "../refusal";
import type { Dialect } from "./dialect";
import { instantText, publicSessionJson, sessionJson } from "./sessionJson";

export const v0Dialect: Dialect = {
  prefix: "/v0",
  status,
  session(record, owner, host) {
    const {
      isFixedResources: _,
      requestedRAM: _ram,
      requestedCPUCores: _cores,
      ...rest
    } = sessionJson(record, owner, host);
    const { startTime } = record.jobStatus;
    const end =
      startTime === undefined ? undefined : startTime + record.activeDeadlineSeconds * 1000;
    return {
      ...rest,
      status: status(record),
      startTime: startTime === undefined ? "<none>" : instantText(startTime),
      expiryTime: end === undefined ? "<none>" : instantText(end),
      connectURL: rest.connectURL || "not-applicable",
      requestedRAM: `${record.launch.size.ramBytes / 2 ** 30}G`,
      requestedCPUCores: String(record.launch.size.cores),
      requestedGPUCores: String(record.launch.size.gpus),
      ramInUse: "<none>",
      gpuRAMInUse: "<none>",
      cpuCoresInUse: "<none>",
      gpuUtilization: "<none>",
    };
  },
  publicSession: (record) => ({ ...publicSessionJson(record), status: status(record) }),
  interactiveView: false,
  checkLaunch(parameters) {
    for (const name of ["cores", "ram", "gpus"]) checkInteger(parameters, name);
  },
  checkDelete(id, whose) {
    if (whose === "nobody") throw refuse(404, id);
    if (whose === "other") throw refuse(403, "forbidden");
  },
};

/** The phase of the pod. */
function status(record: SessionRecord): string {
  const now = statusOf(record.jobStatus);
  return now === "Completed" ? "Succeeded" : now;
}

/** Also refuses an empty `gpus`, which was parsed as a number. */
function checkInteger(parameters: Parameters, name: string): void {
  const text = parameters.get(name);
  if (text === undefined || (name !== "gpus" && text.trim() === "")) return;
  if (!/^[+-]?[0-9]+$/.test(text)) throw refuse(400, `Invalid value for '${name}': ${text}`);
}
