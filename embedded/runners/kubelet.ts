// What kubelet does to command, args and env when it starts the container: `$(NAME)` and `$$`
// (k8s.io/kubernetes/third_party/forked/golang/expansion).

/** Expands `$(NAME)` from `variables`; unknown names stay as they are, `$$` becomes `$`. */
export function expandReferences(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/gs, (reference, name: string | undefined) =>
    name === undefined ? "$" : (variables.get(name) ?? reference),
  );
}

/** The container's environment: each value sees the variables before it, the last of a name wins. */
export function expandEnv(env: readonly (readonly [string, string])[]): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of env) variables.set(name, expandReferences(value, variables));
  return variables;
}
