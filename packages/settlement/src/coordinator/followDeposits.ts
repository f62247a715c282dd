import { L1_SOURCE } from "@frond/store";
import { depositMessage } from "../tree/inclusion.ts";
import { type Core, isOnline, send } from "./core.ts";

/** Takes the deposits that L1 has confirmed, and gives each to its layer. A layer knows by the position what it has had. */
export async function followDeposits(core: Core): Promise<void> {
  const waiting = [...core.deposits.keys()];
  const next = waiting.length === 0 ? 0 : Math.min(...waiting);
  for (const deposit of await core.dependencies.layerOne.deposits(next)) {
    if (!core.deposits.has(deposit.id) && !core.state.isDepositUsed(deposit.id)) core.deposits.set(deposit.id, deposit);
  }
  giveDeposits(core);
}

export function giveDeposits(core: Core): void {
  for (const deposit of [...core.deposits.values()].sort((a, b) => a.id - b.id)) {
    const layer = core.layers.get(deposit.layer);
    if (layer === undefined || !isOnline(layer) || deposit.id <= layer.depositsSent) continue;
    layer.depositsSent = deposit.id;
    const message = depositMessage(deposit);
    send(layer, { type: "deliver", source: L1_SOURCE, position: deposit.id, message });
  }
}
