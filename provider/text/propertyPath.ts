// Pulumi's property paths, as failures name what is at fault.

/** `["env", "1A"]` is `env["1A"]`, `["args", 0]` is `args[0]`. */
export function propertyPath(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      const text = String(key);
      if (!/^[A-Za-z_]\w*$/.test(text)) return `[${JSON.stringify(text)}]`;
      return index === 0 ? text : `.${text}`;
    })
    .join("");
}
