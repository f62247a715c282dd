import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPublicClient, http } from "viem";
import { foundry } from "viem/chains";
import { expect, test } from "vitest";
import { AnvilError } from "./errors.ts";
import { startAnvil } from "./startAnvil.ts";
import { walletOf } from "./testing/testNetwork.ts";

const recipient = "0x00000000000000000000000000000000000000ff";

function clientOf(url: string) {
  return createPublicClient({ chain: foundry, transport: http(url, { retryCount: 0 }), pollingInterval: 20 });
}

test("the chain survives a restart when it has a state file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "frond-anvil-"));
  const statePath = join(directory, "state.json");
  try {
    const first = await startAnvil({ statePath });
    const hash = await walletOf(first, 0).sendTransaction({ to: recipient, value: 7n });
    await clientOf(first.url).waitForTransactionReceipt({ hash });
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

test("a port in use is a typed error", async () => {
  const anvil = await startAnvil();
  try {
    const error = await startAnvil({ port: anvil.port }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AnvilError);
    expect((error as AnvilError).message).toBe(
      `anvil stopped with code 1 before it listened on port ${anvil.port}. Run \`npm ci\` to restore @foundry-rs/anvil, check that the port is free, then start again.`,
    );
    expect(await clientOf(anvil.url).getBlockNumber()).toBe(0n);
  } finally {
    await anvil.stop();
  }
});

test("anvil ends when the process that started it is killed", async () => {
  const script = `
    import { startAnvil } from ${JSON.stringify(new URL("startAnvil.ts", import.meta.url).href)};
    const anvil = await startAnvil();
    console.log(anvil.url);
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = (await once(parent.stdout, "data")) as [Buffer];
  const client = clientOf(output.toString().trim());
  expect(await client.getBlockNumber()).toBe(0n);
  parent.kill("SIGKILL");
  await expect
    .poll(() => client.getBlockNumber({ cacheTime: 0 }).catch(() => "gone"), { timeout: 10_000 })
    .toBe("gone");
});
