import { setOf } from "@frond/bricks/client";
import { until } from "@frond/foundation";
import { parseEther } from "viem";
import type { Round } from "../round.ts";

const COUNT = 12;
/** White gold, which is paid for with ether. */
const GOLD = 48;
const NO_BRICKS = { kind: 0, count: 0 };

/** Ether straight from L1 to the L3, bricks for it, and a set of them. */
export async function buildWithBricks({ saver, say }: Round): Promise<void> {
  const client = await saver.bricks();
  if (client === undefined) return;
  const before = (await client.state.accounts.get(client.address))?.ether ?? 0n;
  await client.deposit({ asset: "ether", amount: parseEther("0.1") });
  await until(async () => ((await client.state.accounts.get(client.address))?.ether ?? 0n) > before);
  await client.methods.buy({ kind: GOLD, count: COUNT });
  let id = 1n;
  while ((await setOf(client, id)) !== undefined) id += 1n;
  await client.methods.assemble({
    id,
    shape: 0x5ea7n,
    bricks: [{ kind: GOLD, count: COUNT }, NO_BRICKS, NO_BRICKS, NO_BRICKS],
  });
  say(`bricks: ${COUNT} bought, set ${id} assembled`);
}
