// Notes the variables of this process, and of that of a dynamic provider, in files of the folder NOTES.
const { writeFileSync } = require("node:fs");
const { dynamic } = require("@pulumi/pulumi");

writeFileSync(`${process.env.NOTES}/program.json`, JSON.stringify(process.env));

const provider = {
  async create({ file }) {
    require("node:fs").writeFileSync(file, JSON.stringify(process.env));
    return { id: "noted", outs: {} };
  },
};
class Note extends dynamic.Resource {}
new Note(provider, "note", { file: `${process.env.NOTES}/provider.json` });
