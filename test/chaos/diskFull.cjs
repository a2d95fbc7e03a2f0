// Required by the provider's process through NODE_OPTIONS where no small disk can be mounted: files below
// CHAOS_FULL_FOLDER cannot be written.
const { Writable } = require("node:stream");
const fs = require("node:fs");
const path = require("node:path");

const folder = process.env.CHAOS_FULL_FOLDER;
if (folder && process.argv.some((word) => /dynamic-provider/.test(word))) {
  const open = fs.createWriteStream;
  fs.createWriteStream = (file, ...rest) => {
    if (!path.resolve(String(file)).startsWith(folder + path.sep)) return open(file, ...rest);
    fs.writeFileSync(file, "");
    return new Writable({
      write(_chunk, _encoding, done) {
        const error = new Error("ENOSPC: no space left on device, write");
        done(Object.assign(error, { code: "ENOSPC", errno: -28, syscall: "write" }));
      },
    });
  };
}
