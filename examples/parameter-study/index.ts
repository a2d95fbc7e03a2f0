// Searches the yearly sunspot numbers for their period: one job for each band of trial periods.
import * as pulumi from "@pulumi/pulumi";
import { HeadlessSession } from "pulumi-skaha";

/** Trial periods in years; a finer step takes longer. */
interface Band {
  from: number;
  to: number;
  step?: number;
}

const bands: Band[] = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((from) => ({ from, to: from + 2 }));
// More of them: pulumi config set moreBands '[{ "from": 22, "to": 24 }]'
bands.push(...(new pulumi.Config().getObject<Band[]>("moreBands") ?? []));

const folder = "/arc/projects/sunspots"; // where periodogram.py and data/ lie

export const status: Record<string, pulumi.Output<string>> = {};

for (const { from, to, step = 0.005 } of bands) {
  const band = `${from}-${to}`;
  const search = new HeadlessSession(`period-${band}`, {
    image: "images.canfar.net/skaha/astroml:24.07",
    cmd: `python3 ${folder}/periodogram.py`,
    args: ["--from", from, "--to", to, "--step", step, "--out", `${folder}/results/${band}.json`],
    cores: 1,
    ram: 1,
  });
  status[band] = search.status;
}
