/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testTimeout: 120_000, // a loaded machine must not decide a test
  globalSetup: "<rootDir>/test/ofRun.cjs",
  testSequencer: "<rootDir>/test/slowFirst.cjs",
  testMatch: ["**/*.test.ts"],
  transform: {
    "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/test/tsconfig.json" }],
    // Jest requires no ES modules as Node does, so that of the packages which are such is compiled.
    "/hyparquet/.+\\.js$": [
      "ts-jest",
      {
        tsconfig: { allowJs: true, module: "commonjs", isolatedModules: true },
        diagnostics: false,
      },
    ],
  },
  transformIgnorePatterns: ["/node_modules/(?!hyparquet/)"],
};
