import { mkdirSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@frond/foundation";
import { openTables } from "@frond/store";
import { expect, it } from "vitest";
import { storeDirectory } from "../directory/layerFile.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { soundLayers } from "./soundLayers.ts";

it("leaves out a layer whose store is damaged, and takes no other along", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-sound-"));
  for (const name of ["exchange", "desk"]) {
    const path = storeDirectory(dataDirectory, name);
    mkdirSync(path, { recursive: true });
    const tables = openTables({ path });
    for (let i = 0; i < 50; i++) await tables.table<string>("rows").put(String(i), "x".repeat(3_000));
    await tables.close();
  }
  const damaged = storeDirectory(dataDirectory, "desk");
  truncateSync(join(damaged, "data.mdb"), 16_384);
  const lost: unknown[] = [];
  const logged: string[] = [];
  const sound = await soundLayers(
    ["exchange", "desk", "new"].map((name) => testLayerFile({ name })),
    {
      dataDirectory,
      logger: createLogger({ level: "error", sink: ({ message }) => void logged.push(message) }),
      onDamaged: (name, { code, data }) => lost.push({ name, code, path: data.path }),
    },
  );
  expect(sound.map(({ name }) => name)).toEqual(["exchange", "new"]);
  expect(lost).toEqual([{ name: "desk", code: "store/damaged", path: damaged }]);
  expect(logged).toEqual([expect.stringContaining(`Layer desk is left out. The store at ${damaged} is damaged: `)]);
  rmSync(dataDirectory, { recursive: true });
});
