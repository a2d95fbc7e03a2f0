// The whole program: it declares what fleet.yaml says.
module.exports = require("pulumi-skaha/fleet");
