import { until } from "@frond/foundation";
import { formatEther, parseEther } from "viem";
import type { Round } from "../round.ts";

/**
 * Ether straight from L1 to the L4, which has it swapped on the L2 and gets the proceeds back, in one epoch; some goes
 * straight back to L1.
 */
export async function convertOnDesk({ saver, say }: Round): Promise<void> {
  const client = await saver.desk();
  if (client === undefined) return;
  const exchange = (await saver.exchange()).layer.layerId;
  const holdings = async () => (await client.state.accounts.get(client.address)) ?? { ether: 0n, quote: 0n };
  const before = await holdings();
  await client.deposit({ asset: "ether", amount: parseEther("0.2") });
  await until(async () => (await holdings()).ether > before.ether);
  const started = performance.now();
  await client.methods.convert({ exchange, amount: parseEther("0.1"), minimumOut: 1n, sellEther: true });
  await until(async () => (await holdings()).quote > before.quote);
  const milliseconds = Math.round(performance.now() - started);
  const { quote } = await holdings();
  say(
    `desk: 0.1 ETH became ${Number(formatEther(quote - before.quote)).toFixed(2)} QUOTE on the L2 and came back in ${milliseconds} ms`,
  );
  await client.methods.withdraw({ amount: parseEther("0.05"), isEther: true, recipient: saver.onLayerOne });
}
