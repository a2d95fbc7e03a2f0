// Loaded before a program: keys as releases wrote them that left letters of other scripts out.
const path = require("node:path");

const latin = require(path.join(__dirname, "../../../dist/provider/text/latin.js"));

// As the module exports it, for modules that are loaded from now on.
require.cache[require.resolve("../../../dist/provider/text/latin.js")].exports = {
  ...latin,
  inLatin: latin.withoutAccents,
};
