// A part of the page that follows the filter.
import type { ReportJob } from "../reportData";

export interface Section {
  /** Shows these jobs, and no others. */
  show(jobs: readonly ReportJob[]): void;
  /** Draws the same anew, as when colours have changed. */
  draw(): void;
}
