// The rules that moment-timezone carries as data: the release that this package was published with.
import type { ZoneRules } from "./zoneRules";

export function packageRules(): ZoneRules {
  // Loaded only where a window or a night is judged: it takes 15 ms.
  const { tz } = require("moment-timezone") as typeof import("moment-timezone");
  return {
    release: tz.dataVersion,
    origin: "moment-timezone",
    offsetMs: (timeZone, now) => {
      const zone = tz.zone(timeZone);
      // It takes America_Vancouver for America/Vancouver.
      if (zone?.name.toLowerCase() !== timeZone.toLowerCase()) return undefined;
      return Math.round(0 - zone.utcOffset(now) * 60_000);
    },
  };
}
