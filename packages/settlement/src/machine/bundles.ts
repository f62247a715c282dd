import type { Field } from "@frond/foundation";
import type { BundleRecord } from "./bundleRecord.ts";

type Status = BundleRecord["status"];
type ById = Map<Field, BundleRecord>;

/** Bundles by id, by the layers of their legs, and by the hashes of these legs. */
export type Bundles = {
  get(id: Field): BundleRecord | undefined;
  values(): Iterable<BundleRecord>;
  /** Bundles of which a layer has a leg, as far as they have a status. */
  of(layerId: Field, status: Status): Iterable<BundleRecord>;
  /** The bundle of which a layer has a leg with this hash. */
  withLeg(layerId: Field, hash: Field): BundleRecord | undefined;
  /** In place of what has its id. */
  put(bundle: BundleRecord): void;
  remove(id: Field): void;
};

export function createBundles(): Bundles {
  const byId: ById = new Map();
  const byLayer = new Map<string, ById>();
  const byLeg = new Map<string, BundleRecord>();

  /** Keys that `next` has, too, keep their places: whoever goes through bundles may put them again. */
  function forget(known: BundleRecord, next?: BundleRecord): void {
    for (const [leg, layerId] of known.layers.entries()) {
      byLeg.delete(legKey(layerId, known.hashes[leg]!));
      if (next?.status === known.status && next.layers.includes(layerId)) continue;
      const key = layerKey(layerId, known.status);
      const ofLayer = byLayer.get(key);
      ofLayer?.delete(known.id);
      if (ofLayer?.size === 0) byLayer.delete(key);
    }
  }

  return {
    get: (id) => byId.get(id),
    values: () => byId.values(),
    of: (layerId, status) => byLayer.get(layerKey(layerId, status))?.values() ?? [],
    withLeg: (layerId, hash) => byLeg.get(legKey(layerId, hash)),
    put(bundle) {
      const known = byId.get(bundle.id);
      if (known !== undefined) forget(known, bundle);
      byId.set(bundle.id, bundle);
      for (const [leg, layerId] of bundle.layers.entries()) {
        byLeg.set(legKey(layerId, bundle.hashes[leg]!), bundle);
        const key = layerKey(layerId, bundle.status);
        const ofLayer: ById = byLayer.get(key) ?? new Map();
        byLayer.set(key, ofLayer.set(bundle.id, bundle));
      }
    },
    remove(id) {
      const known = byId.get(id);
      if (known === undefined) return;
      forget(known);
      byId.delete(id);
    },
  };
}

function layerKey(layerId: Field, status: Status): string {
  return `${status}/${layerId}`;
}

function legKey(layerId: Field, hash: Field): string {
  return `${layerId}/${hash}`;
}
