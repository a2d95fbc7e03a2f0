// Preloaded: tells on stderr what this process has loaded when it is asked to end.
process.on("SIGTERM", () => {
  process.stderr.write(`${JSON.stringify(Object.keys(require.cache))}\n`);
});
