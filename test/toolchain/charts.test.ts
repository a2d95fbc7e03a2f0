// That the report draws with it is test/long/report's, in a real browser.
import vm from "node:vm";
import { chartsScript } from "../../toolchain/charts";

test("the charts' script is half of the library, with its licences, and makes one global", () => {
  const script = chartsScript();
  expect(script.length).toBeLessThan(600_000);
  for (const licence of ["Apache License, Version 2.0", "BSD 3-Clause License"]) {
    expect(script).toContain(licence);
  }
  const page = vm.createContext({});
  vm.runInContext(script, page);
  expect(vm.runInContext("typeof echarts.init", page)).toBe("function");
  expect(chartsScript()).toBe(script);
});
