// Required by the provider's process through NODE_OPTIONS: a clock that is off by CHAOS_CLOCK_MS from
// CHAOS_CLOCK_AFTER_MS of the process' life on. Timers and the monotonic clock go on as they do on a real machine.
const isProvider = process.argv.some((word) => /dynamic-provider/.test(word));
if (isProvider && process.env.CHAOS_CLOCK_MS) {
  const shiftMs = Number(process.env.CHAOS_CLOCK_MS);
  const fromMs = performance.now() + Number(process.env.CHAOS_CLOCK_AFTER_MS ?? 0);
  const RealDate = Date;
  const now = () => RealDate.now() + (performance.now() >= fromMs ? shiftMs : 0);
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(now());
      else super(...given);
    }
    static now() {
      return now();
    }
  };
}
