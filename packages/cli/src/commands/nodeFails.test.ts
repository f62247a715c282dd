import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exchange } from "@frond/exchange";
import { writeLayerFile } from "@frond/network/directory";
import { testLayerFile } from "@frond/network/testing";
import { createClient } from "@frond/sdk";
import { expect, it, onTestFinished } from "vitest";

const executable = fileURLToPath(new URL("../../bin/frond.mjs", import.meta.url));
/** In units of 1,024 bytes: what a store has at its start, and some transactions. */
const FILE_LIMIT = 200;

it("a layer that can't write any more ends its process with another code than 0, and says why", {
  timeout: 120_000,
}, async () => {
  const data = mkdtempSync(join(tmpdir(), "frond-node-"));
  writeLayerFile(data, testLayerFile());
  const command = [executable, "node", "--layer", "exchange", "--coordinator", "http://127.0.0.1:9", "--data", data];
  // The limit on the size of a file stands for a disk that is full.
  const words = [process.execPath, ...command, "--json"].map((word) => `'${word}'`).join(" ");
  const node = spawn("bash", ["-c", `ulimit -f ${FILE_LIMIT} && exec ${words}`], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    node.kill("SIGKILL");
    rmSync(data, { recursive: true });
  });
  let stderr = "";
  node.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  // Not "exit": what the process has written last may not be here by then.
  const ended = new Promise<number | null>((resolve) => node.once("close", resolve));
  const ready = new Promise<string>((resolve, reject) => {
    node.stdout.once("data", (chunk) => resolve(String(chunk)));
    void ended.then(() => reject(new Error(stderr)));
  });
  const { url } = JSON.parse(await ready) as { url: string };
  const client = await createClient({ url, application: exchange, secret: 5n });
  let refused: unknown;
  for (let i = 0; i < 5_000 && refused === undefined; i++) {
    const call = client.methods.transfer({ to: 1n, amount: 0n, isBase: true });
    await call.catch((error: unknown) => {
      refused = error;
    });
  }
  expect(await ended).toBe(1);
  const { error } = JSON.parse(stderr.trim().split("\n").at(-1)!);
  expect(error).toMatchObject({ code: "network/layer-stopped", data: { layer: "exchange" } });
  expect(error.message).toMatch(/^Layer exchange has stopped: .+ Mend that and start the network again/);
  await client.close();
});
