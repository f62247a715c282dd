import type { Field } from "@frond/foundation";
import type { Application } from "@frond/language";
import { knownAccounts } from "./accounts.ts";
import { NotConservedError, OwesUnknownError } from "./errors.ts";
import type { WorldLayer } from "./types.ts";
import type { WorldState } from "./world/state.ts";

/** A layer as `conserves` looks at it. */
export type Owing = {
  readonly name: string;
  readonly application: Application;
  readonly layer: WorldLayer;
  readonly owes: ((layer: WorldLayer, asset: number) => bigint) | undefined;
};

type Of = { readonly asset: number; readonly feeRecipient: Field };

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** Checks that every layer holds what it owes, and that nothing of the asset is elsewhere. @throws NotConservedError */
export function conserves(state: WorldState, layers: readonly Owing[], of: Of): void {
  const { asset } = of;
  for (const one of layers) {
    const { name, layer } = one;
    const [held, owed] = [layer.vault(asset), owedBy(one, of)];
    if (held !== owed) {
      const problem = `the layer ${name} holds ${held} and owes ${owed}`;
      throw new NotConservedError({ asset, problem, layer: name, held, owed });
    }
  }
  const amountOf = (messages: WorldState["inFlight"]) =>
    sum(messages.filter((message) => message.asset === asset).map(({ amount }) => amount));
  const arrived = state.arrived.get(asset) ?? 0n;
  const held = sum(layers.map(({ layer }) => layer.vault(asset)));
  const [inFlight, withdrawn] = [amountOf(state.inFlight), amountOf(state.withdrawn)];
  if (held + inFlight + withdrawn === arrived) return;
  const problem = `${arrived} came in; layers hold ${held}, ${inFlight} is in flight, ${withdrawn} on L1`;
  throw new NotConservedError({ asset, problem, arrived, held, inFlight, withdrawn });
}

function owedBy({ name, application, layer, owes }: Owing, { asset, feeRecipient }: Of): bigint {
  if (owes !== undefined) return owes(layer, asset);
  const { exits } = application.program;
  if (exits.some(({ parameters }) => parameters.length > 0)) throw new OwesUnknownError(name);
  if (exits.length === 0 && layer.vault(asset) > 0n) throw new OwesUnknownError(name);
  const accounts = [...knownAccounts(), feeRecipient];
  const amounts = exits.flatMap(({ name }) => accounts.map((account) => exitOf(layer, name, { account, asset })));
  return sum(amounts);
}

function exitOf(layer: WorldLayer, exit: string, { account, asset }: { account: Field; asset: number }): bigint {
  const outcome = layer.exits[exit]!(account, {});
  return outcome.ok ? sum(outcome.payouts.filter((payout) => payout.asset === asset).map(({ amount }) => amount)) : 0n;
}
