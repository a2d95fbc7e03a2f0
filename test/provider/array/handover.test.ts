import { Handover } from "../../../provider/array/handover";
import { trustedState } from "../../../provider/job/state";

const state = trustedState({ status: "Running", attempt: 1, server: "https://ws-uv.canfar.net" });

describe("Handover", () => {
  test.each([
    ["study/star=alpha_Cen~1xs5cb2z", "study/star=_Cen~1xs5cb2z"],
    ["study/band=2,star=alpha_Cen~1xs5cb2z,x=1", "study/band=2,star=_Cen~1xs5cb2z,x=1"],
    ["study/alpha~1xs5cb2z=3", "study/_~1xs5cb2z=3"],
    ['study/tile="8"', "study/tile=8"],
    ["study/tile=8", 'study/tile="8"'],
  ])("finds what %s is called in an array: %s", (name, inArray) => {
    const handover = new Handover();
    handover.know("array", "its-id", state, inArray);
    expect(handover.nameInArray(name)).toBe(inArray);
    expect(handover.nameInArray(inArray)).not.toBe(inArray);
  });

  test("knows no other name for a plain key, nor without an array", () => {
    const handover = new Handover();
    expect(handover.nameInArray('study/tile="8"')).toBeUndefined();
    handover.know("array", "its-id", state, "study/band=2");
    expect(handover.nameInArray("study/band=2")).toBeUndefined();
    expect(handover.singles()).toBeUndefined();
    handover.know("job", "another", state);
    expect(handover.singles()?.("another")).toBe(true);
    expect(handover.singles()?.("its-id")).toBe(false);
  });
});
