// Lets a child process of a test run the sources as they are: node -r ./typescript-hook.cjs embedded/serve.ts
const { readFileSync } = require("node:fs");
const { transpileModule, ModuleKind, ScriptTarget } = require("typescript");

require.extensions[".ts"] = (module, file) => {
  const { outputText } = transpileModule(readFileSync(file, "utf8"), {
    compilerOptions: {
      module: ModuleKind.CommonJS,
      target: ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  module._compile(outputText, file);
};
