// `pulumi-language-nodejs`: what the Pulumi CLI starts to run a Node program. A released CLI brings its
// own; one built from its Go module has none, and this takes its place. It is a gRPC server that answers
// the engine's questions and runs the program through the SDK's own runner.
//
// Only this one file is copied beside such a CLI, so it may import nothing but Node: the SDK and gRPC are
// found from the folder of the program at hand, or else, as before `npm install`, from those on PATH.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import type * as LanguageGrpc from "@pulumi/pulumi/proto/language_grpc_pb";
import type * as Language from "@pulumi/pulumi/proto/language_pb";
import type * as Plugin from "@pulumi/pulumi/proto/plugin_pb";
import type * as Empty from "google-protobuf/google/protobuf/empty_pb";

const shownAlready = 32; // the SDK's runner exits so when the user has been shown the error

const sdkFolders = [process.cwd(), ...(process.env.PATH ?? "").split(path.delimiter)];
const sdk = createRequire(
  find("@pulumi/pulumi/package.json", ...sdkFolders) ??
    fail(`finds no @pulumi/pulumi from ${process.cwd()}: run npm install there.`),
);
const grpc: typeof Grpc = sdk("@grpc/grpc-js");
const service: typeof LanguageGrpc = sdk("./proto/language_grpc_pb");
const language: typeof Language = sdk("./proto/language_pb");
const plugin: typeof Plugin = sdk("./proto/plugin_pb");
const empty: typeof Empty = sdk("google-protobuf/google/protobuf/empty_pb");

const { engineAddress, tracing } = commandLine(process.argv.slice(2));
if (engineAddress) leaveWithEngine(engineAddress);

serve({
  handshake: answer(async () => new language.LanguageHandshakeResponse()),
  getPluginInfo: answer(async () => {
    const info = new plugin.PluginInfo();
    info.setVersion(sdk("./package.json").version);
    return info;
  }),
  about: answer(async () => {
    const about = new language.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    return about;
  }),
  // Plugins are fetched when a resource first asks for one; dynamic resources need none.
  getRequiredPlugins: answer(async () => new language.GetRequiredPluginsResponse()),
  getRequiredPackages: answer(async () => new language.GetRequiredPackagesResponse()),
  getProgramDependencies: answer(getProgramDependencies),
  installDependencies,
  runtimeOptionsPrompts: answer(async () => new language.RuntimeOptionsResponse()),
  template: answer(async () => new language.TemplateResponse()),
  run: answer(run),
  // The engine ends the program by closing its monitor, after the operations under way.
  cancel: answer(async () => new empty.Empty()),
});

async function run(request: Language.RunRequest): Promise<Language.RunResponse> {
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const response = new language.RunResponse();
  const runner = find("@pulumi/pulumi/cmd/run", request.getPwd());
  if (!runner) {
    response.setError(`There is no @pulumi/pulumi for ${request.getPwd()}: run npm install there.`);
    return response;
  }
  const end = await new Promise<number | string>((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...nodeArguments(options), runner, ...runnerArguments(request)],
      {
        stdio: ["ignore", "inherit", "inherit"], // the engine shows them
        env: {
          ...process.env,
          PULUMI_CONFIG: JSON.stringify(configuration(request)),
          PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
          ...(options.typescript !== false && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
          ...(typeof options.tsconfigpath === "string" && {
            PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfigpath,
          }),
        },
      },
    );
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ?? code ?? "an unknown state"));
  });
  if (end === shownAlready) response.setBail(true);
  else if (typeof end === "string") response.setError(`The program was ended by ${end}.`);
  else if (end !== 0) response.setError(`The program exited with status ${end}.`);
  return response;
}

function nodeArguments(options: Record<string, unknown>): string[] {
  if (typeof options.nodeargs !== "string") return [];
  const words = options.nodeargs.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/["']/g, ""));
}

function runnerArguments(request: Language.RunRequest): string[] {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
    tracing,
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

/** The SDK expects the old form of a key: `skaha:url` is `skaha:config:url`. */
function configuration(request: Language.RunRequest): Record<string, string> {
  return Object.fromEntries(
    request
      .getConfigMap()
      .toArray()
      .map(([key, value]) => [key.replace(/^([^:]*):(?:config:)?/, "$1:config:"), value]),
  );
}

async function getProgramDependencies(
  request: Language.GetProgramDependenciesRequest,
): Promise<Language.GetProgramDependenciesResponse> {
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd() || process.cwd();
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const wanted: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
  const response = new language.GetProgramDependenciesResponse();
  response.setDependenciesList(
    Object.entries(wanted).map(([name, range]) => {
      const dependency = new language.DependencyInfo();
      dependency.setName(name);
      dependency.setVersion(installedVersion(name, folder) ?? range);
      return dependency;
    }),
  );
  return response;
}

function installedVersion(name: string, folder: string): string | undefined {
  try {
    return createRequire(path.join(folder, "_.js"))(`${name}/package.json`).version;
  } catch {
    return undefined; // not installed, or its `exports` hide package.json
  }
}

function installDependencies(
  call: Grpc.ServerWritableStream<
    Language.InstallDependenciesRequest,
    Language.InstallDependenciesResponse
  >,
): void {
  const cwd = call.request.getInfo()?.getProgramDirectory() || call.request.getDirectory();
  const npm = spawn("npm", ["install"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  npm.stdout.on("data", (text: Buffer) => {
    const response = new language.InstallDependenciesResponse();
    response.setStdout(text);
    call.write(response);
  });
  npm.stderr.on("data", (text: Buffer) => {
    const response = new language.InstallDependenciesResponse();
    response.setStderr(text);
    call.write(response);
  });
  npm.on("error", (error) => call.destroy(error));
  npm.on("close", (code) => {
    if (code === 0) call.end();
    else call.destroy(new Error(`npm install in ${cwd} exited with status ${code}.`));
  });
}

/** The engine may be killed; what it started has to notice by itself. */
function leaveWithEngine(address: string): void {
  const colon = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
  if (!Number.isInteger(port) || port <= 0) return;
  setInterval(() => {
    const probe = net.connect({ host, port });
    probe.setTimeout(1_000, () => probe.destroy());
    probe.once("connect", () => probe.destroy());
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") process.exit(0);
    });
  }, 2_000).unref();
}

function serve(implementation: Grpc.UntypedServiceImplementation): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  // gRPC answers "unimplemented" for what is left out: generating code, packing, plugins written in Node.
  server.addService(service.LanguageRuntimeService, implementation);
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`); // how the engine learns where to call
  });
}

function answer<Request, Response>(
  work: (request: Request) => Promise<Response>,
): Grpc.handleUnaryCall<Request, Response> {
  return (call, reply) => {
    work(call.request).then(
      (response) => reply(null, response),
      (error: unknown) => reply({ code: grpc.status.UNKNOWN, details: `${error}` }),
    );
  };
}

function find(module: string, ...folders: readonly string[]): string | undefined {
  try {
    return createRequire(__filename).resolve(module, { paths: [...folders] });
  } catch {
    return undefined;
  }
}

function fail(sentence: string): never {
  process.stderr.write(`pulumi-language-nodejs ${sentence}\n`);
  process.exit(1);
}

function commandLine(words: readonly string[]): { engineAddress?: string; tracing?: string } {
  const tracingAt = words.findIndex((word) => /^--?tracing$/.test(word));
  return {
    ...(words.length > 0 && { engineAddress: words.at(-1) ?? "" }),
    ...(tracingAt >= 0 && { tracing: words[tracingAt + 1] ?? "" }),
  };
}
