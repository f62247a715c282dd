import { sleep } from "@frond/foundation";
import { afterAll, expect, it } from "vitest";
import { temporaryDirectory } from "../support/frond.ts";
import { runKills } from "./runKills.ts";

/*
 * `npm run kill-processes` in small: enough kills for the coordinator and several layers to die while clients are
 * promised transactions, and for epochs to end without a layer.
 */

const directory = temporaryDirectory();
afterAll(() => directory.remove());

it("loses nothing that was promised, whatever is killed when", async () => {
  const said: string[] = [];
  const kills = runKills({
    dataDirectory: directory.path,
    kills: 4,
    seed: 4,
    epochSeconds: 3,
    layerTimeoutMilliseconds: 1_500,
    restSeconds: 300,
    onProgress: (line) => said.push(`${new Date().toISOString()} ${line}`),
  });
  const result = await Promise.race([kills, sleep(840_000)]);
  if (result === undefined) throw new Error(`It does not end:\n${said.join("\n")}`);
  expect(result.problems, said.join("\n")).toEqual([]);
  expect(result.killed).toHaveProperty("coordinator");
  expect(result.promised).toBeGreaterThan(20);
  expect(result.epochs).toBeGreaterThan(1);
  expect(result.deposits).toBeGreaterThan(12);
}, 900_000);
