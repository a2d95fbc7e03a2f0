// Lets a process that the engine ends write its profile: `node --require` of this.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
