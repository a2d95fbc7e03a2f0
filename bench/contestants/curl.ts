// A shell loop around curl: what a README without any client says.
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { findExecutable } from "../../toolchain/executables";
import type { Contestant } from "../contestant";

export const curl: Contestant = {
  name: "curl",
  scenarios: ["up", "refresh", "replace all", "destroy"],
  isSequential: true,
  async unfit() {
    const missing = ["bash", "curl"].filter((name) => !findExecutable(name, process.env.PATH));
    return missing.length > 0 ? `there is no ${missing.join(" and no ")} on PATH` : undefined;
  },
  enter: async ({ jobs, stub, folder }) => ({
    command: async (scenario) => ({
      file: "bash",
      words: [path.join(checkout, "bench/curl.sh"), scenario],
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        CANFAR_URL: stub.url,
        CANFAR_TOKEN: stub.token,
        BENCH_JOBS: String(jobs),
      },
    }),
    async [Symbol.asyncDispose]() {},
  }),
};
