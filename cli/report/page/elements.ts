// Making elements. Text from outside goes in as text, never as markup.

import { statusOrder } from "./statuses";

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** @param children elements, or text */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

/** A choice with its label. @param options value and text of each */
export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLLabelElement {
  const select = element(
    "select",
    {},
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
  select.value = chosen;
  select.addEventListener("change", () => onChange(select.value));
  return element("label", {}, label, select);
}

/** The square in a status's colour, which the word beside it explains. */
export function dot(status: string): HTMLElement {
  return element("span", { class: `dot ${statusClass(status)}`, "aria-hidden": "true" });
}

/** Also what the timeline calls the time before a start. */
const statuses = [...statusOrder, "queued"];

export function statusClass(status: string): string {
  return `is-${statuses.includes(status) ? status : "other"}`;
}
