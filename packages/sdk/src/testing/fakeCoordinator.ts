import { type Field, FrondError } from "@frond/foundation";
import { isBundle, transactionFromJson } from "@frond/protocol";
import type { FakeLayer } from "./fakeLayer.ts";
import { type Served, serveRpc } from "./serveRpc.ts";

/** A coordinator of fake layers. Checks every leg first, then has all layers accept. */
export type FakeCoordinator = Served & {
  /** The answers of `frond_getBundle`, by id. */
  readonly bundles: Map<Field, object>;
};

export async function fakeCoordinator(layers: Readonly<Record<string, FakeLayer>>): Promise<FakeCoordinator> {
  const nameOf = (layerId: Field) => Object.keys(layers).find((name) => layers[name]!.layerId === layerId);
  const state = { bundles: new Map<Field, object>() };
  const served = await serveRpc({
    frond_layers: () =>
      Object.entries(layers).map(([name, { layerId, url }], i) => ({
        name,
        layerId,
        parentId: 0n,
        index: BigInt(i),
        application: name,
        url,
        status: "online",
      })),
    frond_sendBundle({ transactions }: { transactions: unknown[] }) {
      const legs = transactions.map(transactionFromJson);
      if (!isBundle(legs)) throw new FrondError({ code: "settlement/not-a-bundle", message: "No bundle. Sign it." });
      legs.forEach((transaction, leg) => {
        const layer = nameOf(transaction.layerId)!;
        try {
          layers[layer]!.check(transaction);
        } catch (error) {
          const { code, message } = error as FrondError;
          // As a layer tells it to the coordinator.
          const data = { leg, layer, reason: message, legCode: code.replace(/^sequencer\//, "") };
          throw new FrondError({ code: "settlement/bundle-failed", message: "A leg failed.", data });
        }
      });
      state.bundles.set(legs[0]!.link.id, { status: "preconfirmed" });
      return {
        preconfirmations: legs.map((transaction) => layers[nameOf(transaction.layerId)!]!.accept(transaction)),
      };
    },
    frond_getBundle: ({ id }: { id: string }) => state.bundles.get(BigInt(id)) ?? { status: "pending" },
  });
  return Object.assign(state, served);
}
