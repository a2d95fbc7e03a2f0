// The provider as a gRPC server, as the engine asks it (`pulumirpc.ResourceProvider`). Each method reads a request, hands
// plain values to `resources.ts`, and writes the answer; nothing is decided here. What is left out is refused as not
// implemented. The SDK's own `main` is too small for this: it tells no detailed diff and no outputs in a preview; and its
// messages take most of a call's time, so that `grpc/` has the few that are used here.
import { JobNotAsDeclaredError, messageOf } from "../errors";
import {
  bytes,
  count,
  encoded,
  type Field,
  flag,
  Message,
  message,
  text,
  texts,
} from "../grpc/messages";
import { propsOf, struct } from "../grpc/struct";
import { code, type Failure, type Method, serveUnary } from "../grpc/unaryServer";
import type { CheckFailure } from "../job/inputs";
import { propertyOf } from "./changes";
import * as fields from "./fields";
import type { Asked, Difference, Resources } from "./resources";
import { hasSecretIn } from "./wire";

type Props = Readonly<Record<string, unknown>>;

/** What the server has besides resources. */
export interface Door {
  readonly version: string;
  readonly schema: () => string;
  /** Made when it is asked for. */
  readonly resources: () => Resources;
  /** The engine asks for no more, or the user wants no more. */
  readonly cancel: () => void;
  /** Begins nothing more, and leaves as soon as nothing is under way. */
  readonly leave: (exit: () => void) => void;
  readonly checkConfig: (
    news: Props,
    urn: string,
  ) => {
    readonly inputs: Props;
    readonly failures: readonly CheckFailure[];
  };
  readonly changedSettings: (olds: Props, news: Props) => readonly string[];
  readonly configure: (config: Props, urn: string | undefined) => void;
  /** Waited for before each answer: what was said has to arrive before the engine ends. */
  readonly settled: () => Promise<void>;
}

/** @returns the port of this machine on which the engine may ask */
export async function serve(door: Door): Promise<number> {
  const answers: Readonly<Record<string, Answer>> = {
    ...aboutItself(door),
    ...aboutSettings(door),
    ...aboutResources(door.resources),
  };
  const methods = Object.entries(answers).map(([name, answer]): [string, Method] => [
    name,
    async (request) => {
      try {
        return encoded(await answer(new Message(request)));
      } finally {
        await door.settled();
      }
    },
  ]);
  return serveUnary({ name: "pulumirpc.ResourceProvider", methods: new Map(methods), failureOf });
}

type Answer = (request: Message) => Promise<readonly Field[]>;

function aboutItself({ version, schema, cancel }: Door) {
  return {
    Handshake: async () => [flag(fields.handshakeResponse.acceptSecrets, true)],
    Attach: async () => [],
    GetPluginInfo: async () => [text(fields.pluginInfo.version, version)],
    GetSchema: async () => [text(fields.schemaResponse.schema, schema())],
    async Cancel() {
      cancel();
      return [];
    },
  };
}

function aboutSettings({ checkConfig, changedSettings, configure }: Door) {
  return {
    async CheckConfig(request: Message) {
      const { urn, news } = fields.checkRequest;
      return checkResponse(checkConfig(propsOf(request.bytesOf(news)), request.text(urn)));
    },
    async DiffConfig(request: Message) {
      const { olds, oldInputs, news } = fields.diffRequest;
      const before = propsOf(request.bytesOf(oldInputs) ?? request.bytesOf(olds));
      const names = changedSettings(before, propsOf(request.bytesOf(news)));
      return diffResponse({
        isChanged: names.length > 0,
        replaces: [],
        changes: new Map(names.map((name) => [name, "update" as const])),
      });
    },
    async Configure(request: Message) {
      const { args, urn } = fields.configureRequest;
      configure(propsOf(request.bytesOf(args)), request.has(urn) ? request.text(urn) : undefined);
      const { acceptSecrets, supportsPreview } = fields.configureResponse;
      return [flag(acceptSecrets, true), flag(supportsPreview, true)];
    },
  };
}

function aboutResources(resources: Door["resources"]) {
  return {
    async Check(request: Message) {
      const { urn, olds, news } = fields.checkRequest;
      const [before, now] = [propsOf(request.bytesOf(olds)), propsOf(request.bytesOf(news))];
      return checkResponse(await resources().check(request.text(urn), before, now));
    },
    async Diff(request: Message) {
      return diffResponse(await resources().diff(asked(request, fields.diffRequest, false)));
    },
    async Create(request: Message) {
      const { urn, properties, preview } = fields.createRequest;
      const news = propsOf(request.bytesOf(properties));
      const about = { urn: request.text(urn), id: "", olds: {}, oldInputs: {}, news };
      const { id, outs } = await keepingInputs(news, () =>
        resources().create({ ...about, isPreview: request.flag(preview) }),
      );
      const answer = fields.createResponse;
      return [text(answer.id, id), struct(answer.properties, outs)];
    },
    async Read(request: Message) {
      const { id, urn, properties, inputs } = fields.readRequest;
      const about = { urn: request.text(urn), id: request.text(id) };
      const olds = propsOf(request.bytesOf(properties));
      const before = request.bytesOf(inputs);
      const answer = fields.readResponse;
      if (Object.keys(olds).length > 0) {
        const secretInputs = before && hasSecretIn(before) ? propsOf(before) : {};
        const read = await resources().refresh({ ...about, olds, secretInputs });
        return [
          ...[text(answer.id, read.id), struct(answer.properties, read.outs)],
          ...(before ? [bytes(answer.inputs, before)] : []),
        ];
      }
      const read = await resources().import(about);
      return [
        // A `get` has inputs, though there are none in them, and names the resource so with each run.
        text(answer.id, before ? about.id : read.id),
        ...[struct(answer.properties, read.outs), struct(answer.inputs, read.inputs)],
      ];
    },
    async Update(request: Message) {
      const { preview } = fields.updateRequest;
      const about = asked(request, fields.updateRequest, request.flag(preview));
      const outs = await keepingInputs(about.news, () => resources().update(about));
      return [struct(fields.updateResponse.properties, outs)];
    },
    async Delete(request: Message) {
      const { urn, id, properties } = fields.deleteRequest;
      const olds = propsOf(request.bytesOf(properties));
      await resources().delete({ urn: request.text(urn), id: request.text(id), olds });
      return [];
    },
  };
}

type Numbers = typeof fields.diffRequest | typeof fields.updateRequest;

function asked(request: Message, of: Numbers, isPreview: boolean): Asked {
  return {
    urn: request.text(of.urn),
    id: request.text(of.id),
    olds: propsOf(request.bytesOf(of.olds)),
    // Needed only for what has changed.
    get oldInputs() {
      return propsOf(request.bytesOf(of.oldInputs));
    },
    news: propsOf(request.bytesOf(of.news)),
    isPreview,
  };
}

function checkResponse({
  inputs,
  failures,
}: {
  readonly inputs: Props;
  readonly failures: readonly CheckFailure[];
}): Field[] {
  const of = fields.checkFailure;
  return [
    struct(fields.checkResponse.inputs, inputs),
    ...failures.map(({ property, reason }) =>
      message(fields.checkResponse.failures, [
        text(of.property, property),
        text(of.reason, reason),
      ]),
    ),
  ];
}

function diffResponse({ isChanged, replaces, changes }: Difference): Field[] {
  const { none, some } = fields.diffChanges;
  const answer = fields.diffResponse;
  const common = [
    texts(answer.replaces, replaces),
    flag(answer.deleteBeforeReplace, true),
    count(answer.changes, isChanged ? some : none),
  ];
  if (!isChanged || changes.size === 0) return common;
  const replacing = new Set(replaces);
  const detailed = [...changes].map(([path, kind]) => {
    const property = propertyOf(path);
    const kinds = fields.diffKinds[kind];
    const isReplacing = replacing.delete(property); // one of its parts is enough
    return message(answer.detailedDiff, [
      text(fields.mapEntry.key, path),
      message(fields.mapEntry.value, [
        count(fields.propertyDiff.kind, isReplacing ? kinds.replacing : kinds.plain),
        flag(fields.propertyDiff.inputDiff, true),
      ]),
    ]);
  });
  const properties = [...new Set([...changes.keys()].map(propertyOf))];
  return [
    ...common,
    texts(answer.diffs, properties),
    ...detailed,
    flag(answer.hasDetailedDiff, true),
  ];
}

/** What was launched before a failure stays in the stack, with the inputs that it was launched with. */
async function keepingInputs<T>(inputs: Props, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JobNotAsDeclaredError) throw new KeptError(error, inputs);
    throw error;
  }
}

class KeptError extends Error {
  constructor(
    readonly kept: JobNotAsDeclaredError,
    readonly inputs: Props,
  ) {
    super(kept.message);
  }
}

/** The engine shows its message; of a resource that is kept it reads what is packed beside it. */
function failureOf(error: unknown): Failure {
  const failure = { code: code.unknown, message: messageOf(error) };
  if (!(error instanceof KeptError)) return failure;
  const { kept, inputs } = error;
  const of = fields.resourceInitFailed;
  const packed = encoded([
    ...[text(of.id, kept.id), struct(of.properties, kept.properties)],
    ...[texts(of.reasons, kept.reasons), struct(of.inputs, inputs)],
  ]);
  const details = encoded([
    count(fields.status.code, failure.code),
    text(fields.status.message, failure.message),
    message(fields.status.details, [
      text(fields.any.typeUrl, "type.googleapis.com/pulumirpc.ErrorResourceInitFailed"),
      bytes(fields.any.value, packed),
    ]),
  ]);
  return { ...failure, details };
}
