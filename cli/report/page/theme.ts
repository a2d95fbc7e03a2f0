// The page's colours for what is drawn on a canvas, read from its style sheet; and when they change.

export interface Theme {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly paper: string;
  readonly font: string;
  readonly blank: string;
  /** Of a status, or of a part of an attempt. */
  readonly of: (status: string) => string;
}

export function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"),
    soft: colour("soft"),
    line: colour("line"),
    paper: colour("paper"),
    font: getComputedStyle(document.body).fontFamily,
    blank: colour("blank"),
    of: (status) =>
      colour(status === "Pending" ? "queued" : status.toLowerCase()) || colour("other"),
  };
}

/** Called when the reader's system turns dark or light, and before and after printing, which is light. */
export function onThemeChange(redraw: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  const root = document.documentElement;
  addEventListener("beforeprint", () => {
    root.setAttribute("data-print", "");
    redraw();
  });
  addEventListener("afterprint", () => {
    root.removeAttribute("data-print");
    redraw();
  });
}
