import { admit } from "../../embedded/launch/kubernetes";
import { composeYaml, type YamlNode } from "../../embedded/launch/snakeyaml/composer";
import values from "./recorded/dumped-and-read.json";
import texts from "./recorded/snakeyaml-load.json";

/** What stood around the recorded texts. */
function document(bundle: string): string {
  const padding = Array.from({ length: 78 }, () => "#").join("\n");
  const before = `a:\n${padding}\n      containers:\n      - name: "x"\n        `;
  const after =
    '\n        - name: skaha_hostname\n          value: "h"\n        securityContext:\n          privileged: false\n      volumes: []\n';
  return before + bundle + after;
}

function plain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "scalar") return node.value;
  if (node.kind === "sequence") return node.items.map(plain);
  return Object.fromEntries(node.entries.map(([key, value]) => [plain(key), plain(value)]));
}

test.each(texts.map((one) => [one.bundle, one.answer] as const))(
  "SnakeYAML reads %j",
  (bundle, answer) => {
    let got: unknown;
    try {
      const read = plain(composeYaml(document(bundle))) as { a: { containers: unknown[] } };
      got = { containers: read.a.containers[0] };
    } catch (error) {
      got = { error: (error as Error).message };
    }
    expect(got).toEqual(answer);
  },
);

test.each(values.map(({ value, arrives }) => [value, arrives] as const))(
  "%j arrives as %j",
  (value, arrives) => {
    const container = { image: null, command: null, args: [value], env: [] };
    const launch = () => admit(container, { label: "job", hostname: "job" }).args?.[0];
    if (arrives === null) expect(launch).toThrow("Message: Not Found");
    else expect(launch()).toBe(arrives);
  },
);
