import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@frond/foundation";
import { createPublicClient, http } from "viem";
import { foundry } from "viem/chains";
import { expect, test } from "vitest";
import { AnvilError } from "./errors.ts";
import { type AnvilOptions, startAnvil } from "./startAnvil.ts";
import { walletOf } from "./testing/testNetwork.ts";
import { untilMined } from "./untilMined.ts";

const recipient = "0x00000000000000000000000000000000000000ff";

function clientOf(url: string) {
  return createPublicClient({ chain: foundry, transport: http(url, { retryCount: 0 }), pollingInterval: 20 });
}

/** Starts anvil from a child process that the test can kill. */
async function startInChild(options: AnvilOptions) {
  const script = `
    import { startAnvil } from ${JSON.stringify(new URL("startAnvil.ts", import.meta.url).href)};
    const { url, pid } = await startAnvil(${JSON.stringify(options)});
    console.log(JSON.stringify({ url, pid }));
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = (await once(parent.stdout, "data")) as [Buffer];
  return { parent, ...(JSON.parse(output.toString()) as { url: string; pid: number }) };
}

test("the chain survives a restart when it has a state file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "frond-anvil-"));
  const statePath = join(directory, "state.json");
  try {
    const first = await startAnvil({ statePath });
    const hash = await walletOf(first, 0).sendTransaction({ to: recipient, value: 7n });
    await untilMined(clientOf(first.url), { hash });
    await first.stop();
    await first.stop();

    const second = await startAnvil({ statePath, port: first.port });
    const client = clientOf(second.url);
    expect(await client.getBalance({ address: recipient })).toBe(7n);
    expect(await client.getBlockNumber()).toBe(1n);
    expect((await client.getTransactionReceipt({ hash })).status).toBe("success");
    await second.stop();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a web page may not call it unless it is of the allowed origin", async () => {
  const askAs = async (origin: string, options: AnvilOptions) => {
    const anvil = await startAnvil(options);
    const headers = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    };
    const answer = await fetch(anvil.url, { method: "OPTIONS", headers });
    await anvil.stop();
    return answer.headers.get("access-control-allow-origin");
  };
  expect(await askAs("https://evil.example", {})).toBeNull();
  expect(await askAs("https://app.example", { allowedOrigin: "https://app.example" })).toBe("https://app.example");
});

test("a chain killed at any moment holds every block that was saved", async () => {
  const directory = mkdtempSync(join(tmpdir(), "frond-anvil-"));
  const statePath = join(directory, "state.json");
  try {
    let anvil = await startAnvil({ statePath });
    const { port } = anvil;
    for (let round = 0; round < 6; round++) {
      const wallet = walletOf(anvil, 0);
      const { pid } = anvil;
      let saved = -1n;
      let isOver = false;
      const busy = (async () => {
        while (!isOver) {
          await wallet.sendTransaction({ to: recipient, value: 1n });
          saved = await anvil.save();
        }
      })().catch(() => {});
      const deadline = Date.now() + 5_000;
      while (saved < 0n && Date.now() < deadline) await sleep(1);
      await sleep(50 + round * 17);
      process.kill(-pid, "SIGKILL");
      await anvil.ended;
      isOver = true;
      await busy;
      anvil = await startAnvil({ statePath, port });
      expect(saved).toBeGreaterThan(0n);
      expect(await clientOf(anvil.url).getBlockNumber()).toBeGreaterThanOrEqual(saved);
      expect(await clientOf(anvil.url).getBalance({ address: recipient })).toBeGreaterThanOrEqual(saved);
    }
    await anvil.stop();
    expect(readdirSync(directory).filter((name) => !name.endsWith(".tmp"))).toEqual(["state.json"]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a chain whose owner is killed keeps what was not saved", async () => {
  const directory = mkdtempSync(join(tmpdir(), "frond-anvil-"));
  const statePath = join(directory, "state.json");
  try {
    const { parent, url, pid } = await startInChild({ statePath });
    await walletOf({ url }, 0).sendTransaction({ to: recipient, value: 7n });
    parent.kill("SIGKILL");
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
    const anvil = await startAnvil({ statePath });
    expect(await clientOf(anvil.url).getBalance({ address: recipient })).toBe(7n);
    await anvil.stop();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a port in use is a typed error", async () => {
  const anvil = await startAnvil();
  try {
    const error = await startAnvil({ port: anvil.port }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AnvilError);
    expect((error as AnvilError).message).toBe(
      `anvil stopped with code 1 before it listened on port ${anvil.port}. ` +
        "Run `npm ci` to restore @foundry-rs/anvil, check that the port is free, then start again.",
    );
    expect(await clientOf(anvil.url).getBlockNumber()).toBe(0n);
  } finally {
    await anvil.stop();
  }
});

test("anvil ends when the process that started it is killed", async () => {
  const { parent, url } = await startInChild({});
  const client = clientOf(url);
  expect(await client.getBlockNumber()).toBe(0n);
  parent.kill("SIGKILL");
  await expect
    .poll(() => client.getBlockNumber({ cacheTime: 0 }).catch(() => "gone"), { timeout: 10_000 })
    .toBe("gone");
});
