import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildCreate } from "./buildCreate.ts";
import { buildFrond } from "./buildFrond.ts";

/* `npm run build -- [directory]`: makes and packs what is published, in `dist` unless another directory is given. */

const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const output = resolve(process.argv[2] ?? join(root, "dist"));
await buildFrond(root, join(output, "frond"));
buildCreate(root, join(output, "create-frond"));
for (const name of ["frond", "create-frond"]) {
  const { status } = spawnSync("npm", ["pack", "--silent", "--pack-destination", output], {
    cwd: join(output, name),
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) process.exit(1);
}
