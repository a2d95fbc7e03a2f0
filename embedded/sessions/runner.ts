// The seam between what the server promises and what really runs. The default is `localRunner`; tests put a
// scripted one in its place.
import type { JobStatus, SessionEvent, SessionRecord } from "../job";

/** How a runner tells the server what became of a session. Reports on a session that ended are ignored. */
export interface Report {
  /**
   * The Job's status as Kubernetes would have it, whole. An active Job without `startTime` keeps the one it has, or
   * gets the clock's time.
   */
  status(status: JobStatus): void;
  /** One row of the events table; `first` defaults to now, an absent `last` is shown as `<nil>`. */
  event(event: Omit<SessionEvent, "first"> & { readonly first?: number }): void;
  /** The process ended: exit code 0 is Completed, any other Failed. `at` in ms, defaults to now. */
  ended(end: { readonly exitCode: number; readonly at?: number | undefined }): void;
}

export interface Runner {
  /** Called once when the session's requests fit; must not throw. */
  start(session: SessionRecord, report: Report): void;
  /** Called for a session that was started by an earlier server on the same folder and whose end is not known. */
  resume(session: SessionRecord, report: Report): void;
  /**
   * Ends whatever lives of the session: a polite signal, and after `graceMs` a merciless one. Resolves when nothing
   * of it lives. Unknown ids are fine.
   */
  kill(id: string, graceMs: number): Promise<void>;
  /** What the session has written so far; empty if nothing. */
  log(id: string): Buffer;
  /** Stops watching; the sessions go on. */
  close(): void;
}

/** A runner that runs nothing: the test says what happens. */
export interface ScriptedRunner extends Runner {
  /** Ids of the sessions that were started and neither ended nor were killed, in order. */
  readonly running: readonly string[];
  status(id: string, status: JobStatus): void;
  event(id: string, event: Parameters<Report["event"]>[0]): void;
  write(id: string, text: string | Buffer): void;
  end(id: string, exitCode: number): void;
}

/** @param options.autoReady started sessions are Running at once; default true. */
export function scriptedRunner(options: { readonly autoReady?: boolean } = {}): ScriptedRunner {
  const reports = new Map<string, Report>();
  const logs = new Map<string, Buffer>();
  const reportOf = (id: string): Report => {
    const report = reports.get(id);
    if (!report) throw new Error(`the session ${id} is not running here`);
    return report;
  };
  const begin = (session: SessionRecord, report: Report) => {
    reports.set(session.id, report);
    if (options.autoReady ?? true) report.status({ active: 1, ready: 1 });
  };
  return {
    get running() {
      return [...reports.keys()];
    },
    start: begin,
    resume: begin,
    async kill(id) {
      reports.delete(id);
    },
    log: (id) => logs.get(id) ?? Buffer.alloc(0),
    close() {
      reports.clear();
    },
    status: (id, status) => reportOf(id).status(status),
    event: (id, event) => reportOf(id).event(event),
    write(id, text) {
      logs.set(id, Buffer.concat([logs.get(id) ?? Buffer.alloc(0), Buffer.from(text)]));
    },
    end(id, exitCode) {
      const report = reportOf(id);
      reports.delete(id);
      report.ended({ exitCode });
    },
  };
}
