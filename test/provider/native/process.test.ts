// The process of the native provider, as the engine starts it, before it was asked anything.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { checkout } from "../../../toolchain/checkout";

test("tells its port, and has loaded neither Pulumi's SDK nor TypeScript, which would be most of its start and memory, nor what only acts", async () => {
  const main = path.join(checkout, "dist/provider/native/main.js");
  const hook = path.join(__dirname, "loaded.cjs");
  const child = spawn(process.execPath, ["--require", hook, main, "127.0.0.1:1"]);
  let told = "";
  child.stderr.on("data", (chunk) => {
    told += chunk;
  });
  const [port] = await once(createInterface(child.stdout), "line");
  expect(port).toMatch(/^\d+$/);
  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  const loaded: string[] = JSON.parse(told);
  expect(loaded).toContain(main);
  const packages = new Set(
    loaded.flatMap(
      (file) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? [],
    ),
  );
  expect([...packages]).toContain("zod");
  for (const heavy of ["@pulumi/pulumi", "google-protobuf", "typescript", "undici"]) {
    expect([...packages]).not.toContain(heavy);
  }
});
