export interface Recording {
  readonly record?: string;
  readonly id: string;
  readonly attempt: number;
  readonly image: string;
  readonly outputs: readonly string[];
  readonly cwd?: string;
  readonly maxRunSeconds?: number;
  readonly skipIfOutputs?: boolean;
}
export function wrapped(argv: readonly string[], _recording: Recording) {
  return { command: "/bin/sh", args: ["-c", ":", ...argv] };
}
