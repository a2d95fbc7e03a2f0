import { attemptName } from "../../../provider/job/identity";
import {
  baseOfPack,
  packBase,
  packName,
  placeId,
  placeIn,
  realSessionId,
  tagOfSession,
} from "../../../provider/packs/places";

const id = "study-n-7-abcdef00000007";

test("a place's id names its session, and is that of no session alone", () => {
  const place = { sessionId: "k3j2h1g0", place: 17 };
  expect(placeId(place)).toBe("k3j2h1g0.17");
  expect(placeIn("k3j2h1g0.17")).toEqual(place);
  expect([placeIn("k3j2h1g0"), placeIn("k3j2h1g0.0")]).toEqual([undefined, undefined]);
  expect([realSessionId("k3j2h1g0.17"), realSessionId("k3j2h1g0")]).toEqual([
    "k3j2h1g0",
    "k3j2h1g0",
  ]);
});

test("a pack's name says which sweep and stack launched it", () => {
  const base = packBase("A long name of a Sweep, with blanks and ümlauts", id);
  const name = packName(base, [{ id, attempt: 1 }]);
  expect(name.length).toBeLessThanOrEqual(63);
  expect(baseOfPack(name)).toBe(base);
  expect(tagOfSession(name)).toBe("abcdef");
});

test("a job's name says its stack, whatever the attempt, and other names say none", () => {
  expect(tagOfSession(attemptName(id, 12))).toBe("abcdef");
  expect([baseOfPack(id), tagOfSession("desktop")]).toEqual([undefined, undefined]);
});
