import type { Field } from "@frond/foundation";
import type { SimCoordinator } from "./coordinator/simCoordinator.ts";
import type { SimLayer } from "./layer/simLayer.ts";
import { ledgerOf } from "./ledger.ts";
import type { Promised, SimLayerOne } from "./simTypes.ts";

/** What must hold when all is calm again. Each problem is a sentence. */
export function checkEnd(end: {
  readonly layers: readonly SimLayer[];
  readonly coordinator: SimCoordinator;
  readonly layerOne: SimLayerOne;
  readonly promised: Promised;
  readonly isAtRest: boolean;
  readonly options: { readonly isProvable: boolean; readonly hasBundles: boolean };
}): string[] {
  const { layers, coordinator, layerOne, promised, isAtRest, options } = end;
  if (!isAtRest) return [`it does not come to rest: ${unrest(layers, coordinator)}`];
  const problems: string[] = [];
  const places = placesOf(layers, problems);
  for (const [hash, { layerId }] of promised.transactions) {
    const layer = layers.find((candidate) => candidate.layerId === layerId)!;
    const code = layer.durable().dropped.get(hash)?.code;
    if (places.has(hash) && code !== undefined)
      problems.push(`transaction ${hash} of ${layer.name} has a place, and was dropped: ${code}`);
    else if (!places.has(hash) && code === undefined)
      problems.push(`transaction ${hash} of ${layer.name} is lost without a word`);
    else if (code !== undefined && options.isProvable && !options.hasBundles)
      problems.push(`transaction ${hash} of ${layer.name} was dropped, though nothing failed: ${code}`);
  }
  for (const [id, legs] of promised.bundles) {
    const count = legs.filter(({ hash }) => places.has(hash)).length;
    if (count !== 0 && count !== legs.length) problems.push(`bundle ${id} has ${count} of its ${legs.length} legs`);
  }
  const owned = layers.flatMap((layer) => [...ledgerOf(layer.durable()).balances.values()]).reduce((a, b) => a + b, 0n);
  const deposited = layerOne.deposits.reduce((sum, { amount }) => sum + amount, 0n);
  if (owned !== deposited) problems.push(`${deposited} was deposited, and ${owned} is owned`);
  return problems;
}

/** Where each transaction is; one that is there twice is a problem. */
function placesOf(layers: readonly SimLayer[], problems: string[]): Set<Field> {
  const places = new Set<Field>();
  for (const layer of layers) {
    for (const { entries } of layer.durable().blocks)
      for (const entry of entries) {
        if (entry.kind !== "transaction") continue;
        const { hash } = entry.transaction;
        if (places.has(hash)) problems.push(`transaction ${hash} of ${layer.name} was executed twice`);
        places.add(hash);
      }
  }
  return places;
}

function unrest(layers: readonly SimLayer[], { tree }: SimCoordinator): string {
  const states = layers.map((layer) => {
    const { session, epoch, blocks, open, line } = layer.durable();
    const state = tree?.layers.get(layer.layerId);
    const is = [
      `session ${session} of ${state?.session}`,
      `epoch ${epoch}`,
      `${blocks.length} blocks`,
      `${open?.entries.length ?? 0} open`,
      `${line.length} in line`,
      `${state?.blocks.size} handed over`,
      `base ${state?.base}`,
    ];
    return `${layer.name} (${is.join(", ")})`;
  });
  const letters = [...(tree?.letters.all() ?? [])].length;
  const waiting = `${letters} letters, ${tree?.deposits.size} deposits, ${tree?.closed?.stage}`;
  return `epoch ${tree?.epoch.number} is ${tree?.epoch.stage}, ${waiting}; ${states.join("; ")}`;
}
