// Which proxies are in between: before the server, and before Pulumi's own engine, which is on this machine.
import type { Connection } from "../../provider/connect";
import { proxyBefore, shownProxy } from "../../provider/skaha/proxies";
import { grpcProxyVariable } from "../../toolchain/network";
import { type Finding, ok, warning } from "./finding";

/** @returns nothing where no proxy is set */
export function proxyFindings(
  { settings, proxies }: Pick<Connection, "settings" | "proxies">,
  env: NodeJS.ProcessEnv,
): Finding[] {
  const proxy = proxyBefore(new URL(settings.server), proxies);
  const except =
    proxies.except.trim() === "" ? "" : `, but for what NO_PROXY names (${proxies.except})`;
  const variable = grpcProxyVariable(env);
  return [
    ...(proxy ? [ok("proxy", `the server is asked through ${shownProxy(proxy)}${except}`)] : []),
    ...(variable
      ? [
          warning(
            "proxy",
            `plain pulumi ends with "14 UNAVAILABLE" here: its program and its engine, both on this machine, would call each other through the proxy that ${variable} names`,
            "export no_grpc_proxy=127.0.0.1; pulumi-skaha does so by itself",
          ),
        ]
      : []),
  ];
}
