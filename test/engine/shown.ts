// What the engine says that it does or would do.

/** Which operations a preview or an up shows, by the resource's name. */
export function shown(output: string): Record<string, string> {
  const rows = output.matchAll(/^ (\S+) +(?:pulumi|skaha)\S+HeadlessSession (\S+) (?!refresh)/gm);
  return Object.fromEntries([...rows].map(([, sign, name]) => [name, sign]));
}
