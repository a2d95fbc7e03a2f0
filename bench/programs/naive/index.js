// A provider as one writes it in an afternoon: a closure that is serialized, one request for each operation.
const pulumi = require("@pulumi/pulumi");
const { jobs } = require("../jobs");

const provider = {
  async create(inputs) {
    const form = new URLSearchParams({
      name: inputs.name,
      image: inputs.image,
      type: "headless",
      cmd: inputs.cmd,
      args: inputs.args.join(" "),
      cores: String(inputs.cores),
      ram: String(inputs.ram),
    });
    for (const [key, value] of Object.entries(inputs.env)) form.append("env", `${key}=${value}`);
    const response = await fetch(`${process.env.CANFAR_URL}/session`, {
      method: "POST",
      headers: { authorization: `Bearer ${process.env.CANFAR_TOKEN}` },
      body: form,
    });
    if (!response.ok) throw new Error(`create failed: ${response.status} ${await response.text()}`);
    const id = (await response.text()).trim();
    return { id, outs: { ...inputs, sessionId: id, status: "Pending" } };
  },
  async read(id, props) {
    const response = await fetch(`${process.env.CANFAR_URL}/session/${id}`, {
      headers: { authorization: `Bearer ${process.env.CANFAR_TOKEN}` },
    });
    if (response.status === 404) return {};
    if (!response.ok) throw new Error(`read failed: ${response.status} ${await response.text()}`);
    const session = await response.json();
    return { id, props: { ...props, status: session.status, startTime: session.startTime } };
  },
  async diff(_id, olds, news) {
    const keys = ["image", "cmd", "args", "env", "cores", "ram"];
    const replaces = keys.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
    return { changes: replaces.length > 0, replaces, deleteBeforeReplace: true };
  },
  async delete(id) {
    const response = await fetch(`${process.env.CANFAR_URL}/session/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${process.env.CANFAR_TOKEN}` },
    });
    if (!response.ok) throw new Error(`delete failed: ${response.status} ${await response.text()}`);
  },
};

class Session extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider, name, { name, ...args, sessionId: undefined, status: undefined }, opts);
  }
}

for (const { name, args } of jobs()) new Session(name, args);
