// A chart that fits its place, is drawn anew when colours change, and is read out and moved in by keyboard.
import type { ECharts, EChartsOption } from "echarts";
import { element } from "./elements";
import type { Theme } from "./theme";
import { theme } from "./theme";

/** The library, which stands in the page before this code. */
declare const echarts: { init(place: HTMLElement, theme: null, options: object): ECharts };

export interface ChartParts {
  /** What a reader who does not see it is told it is. */
  readonly label: string;
  readonly height: number;
  /** What is drawn now; undefined draws nothing. */
  readonly option: (theme: Theme) => EChartsOption | undefined;
  /** @returns true where the key did something */
  readonly onKey?: (key: string) => boolean;
}

export class Chart {
  readonly place: HTMLElement;
  readonly #instance: ECharts;
  readonly #option: ChartParts["option"];

  /** @param parent is in the page already: a chart has to know how wide it is */
  constructor(parent: HTMLElement, { label, height, option, onKey }: ChartParts) {
    this.#option = option;
    this.place = element("div", {
      class: "chart",
      role: onKey ? "application" : "img",
      "aria-label": label,
      tabindex: onKey ? 0 : undefined,
    });
    this.place.style.height = `${height}px`;
    parent.append(this.place);
    this.#instance = echarts.init(this.place, null, { renderer: "canvas" });
    new ResizeObserver(() => this.#instance.resize()).observe(this.place);
    if (onKey) {
      this.place.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !onKey(event.key)) return;
        event.preventDefault();
      });
    }
  }

  get echarts(): ECharts {
    return this.#instance;
  }

  label(text: string): void {
    this.place.setAttribute("aria-label", text);
  }

  height(pixels: number): void {
    this.place.style.height = `${pixels}px`;
    this.#instance.resize();
  }

  draw(): void {
    const now = theme();
    const option = this.#option(now);
    if (option === undefined) this.#instance.clear();
    else {
      const usual = { animation: false, textStyle: { fontFamily: now.font } };
      this.#instance.setOption({ ...usual, ...option }, { notMerge: true });
    }
  }

  update(option: EChartsOption): void {
    this.#instance.setOption(option);
  }
}

/** The box beside the pointer. */
class Tip {
  readonly #box = element("div", { class: "tip", hidden: true, "aria-hidden": "true" });

  show(text: string, x: number, y: number): void {
    if (!this.#box.isConnected) document.body.append(this.#box);
    this.#box.textContent = text;
    this.#box.hidden = false;
    const { width, height } = this.#box.getBoundingClientRect();
    this.#box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
    this.#box.style.top = `${y + 18 + height > innerHeight ? y - height - 10 : y + 18}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}

export const tip = new Tip();

/** Shows what a thing under the pointer is. */
export function onPointer(chart: Chart, textOf: (data: unknown) => string | undefined): void {
  chart.echarts.on("mousemove", (event) => {
    const text = textOf(event.data);
    const at = event.event?.event;
    if (text !== undefined && at instanceof MouseEvent) tip.show(text, at.clientX, at.clientY);
  });
  chart.echarts.on("mouseout", () => tip.hide());
  chart.echarts.on("globalout", () => tip.hide());
}
