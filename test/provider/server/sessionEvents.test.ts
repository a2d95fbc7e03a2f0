import { eventsTable } from "../../../embedded/http/eventsTable";
import { parseEvents } from "../../../provider/server/sessionEvents";

describe("parseEvents", () => {
  test("reads the server's table back", () => {
    const first = Date.parse("2026-11-22T20:00:00Z");
    const table = eventsTable([
      { type: "Normal", reason: "Scheduled", message: "Successfully assigned to node-1", first },
      {
        ...{ type: "Warning", reason: "Failed", first, last: first + 60_000 },
        message: 'Failed to pull image "images.canfar.net/é/x:1": not found   (3 times)',
      },
    ]);
    expect(parseEvents(table)).toEqual([
      {
        ...{ type: "Normal", reason: "Scheduled", message: "Successfully assigned to node-1" },
        firstTime: "2026-11-22T20:00:00Z",
      },
      {
        ...{ type: "Warning", reason: "Failed" },
        message: 'Failed to pull image "images.canfar.net/é/x:1": not found   (3 times)',
        ...{ firstTime: "2026-11-22T20:00:00Z", lastTime: "2026-11-22T20:01:00Z" },
      },
    ]);
  });

  test("keeps a message of several lines together", () => {
    const table = [
      "TYPE      REASON   MESSAGE   FIRST-TIME   LAST-TIME",
      "Warning   Failed   Error: failed to start",
      "container: exec failed   2026-11-22T20:00:00Z   <nil>",
      "Normal    Pulled   ok        2026-11-22T20:00:00Z   <nil>",
    ].join("\n");
    expect(parseEvents(table).map(({ reason }) => reason)).toEqual(["Failed", "Pulled"]);
    expect(parseEvents(table)[0]?.message).toContain("exec failed");
  });

  test.each(["", "<none>\n", "no table at all\n"])("finds none in %j", (text) => {
    expect(parseEvents(text)).toEqual([]);
  });
});
