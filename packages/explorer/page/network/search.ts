import { fieldToHex } from "@frond/foundation";
import { type NetworkStatus, RpcError } from "@frond/sdk";
import type { Access } from "./access.ts";
import { askAll } from "./ask.ts";
import { accountSchema, bundleSchema, type Layer, transactionSchema } from "./schemas.ts";

/** What was found: what it is, and the address of its page. */
export type Found = { readonly what: string; readonly path: string };

/** Looks everywhere for a name, a number or a hash. Nodes that are away are passed over. */
export async function search(access: Access, network: NetworkStatus, text: string): Promise<readonly Found[]> {
  const asked = text.trim();
  const named = network.layers
    .filter(({ name, layerId }) => name.includes(asked) || fieldToHex(layerId) === asked.toLowerCase())
    .map(({ name, layerId }) => ({ what: `layer ${name}`, path: `/layers/${fieldToHex(layerId)}` }));
  if (/^[0-9]{1,9}$/.test(asked)) return [...named, ...numbered(network, Number(asked))];
  if (!/^0x[0-9a-fA-F]{1,64}$/.test(asked)) return asked === "" ? [] : named;
  const value = BigInt(asked);
  const ofLayers = await Promise.all(network.layers.map((layer) => searchLayer(access, layer, value).catch(() => [])));
  return [...named, ...(await searchBundle(access, value)), ...unique(ofLayers.flat())];
}

function numbered({ epoch, layers }: NetworkStatus, number: number): Found[] {
  return [
    ...(number >= 1 && number <= epoch.open ? [{ what: `epoch ${number}`, path: `/epochs/${number}` }] : []),
    ...layers
      .filter(({ block }) => number >= 1 && number <= block)
      .map(({ name, layerId }) => ({
        what: `block ${number} of ${name}`,
        path: `/layers/${fieldToHex(layerId)}/blocks/${number}`,
      })),
  ];
}

async function searchLayer({ node }: Access, { url, name, layerId }: Layer, value: bigint): Promise<Found[]> {
  if (url === "") return [];
  const hash = fieldToHex(value);
  const [transaction] = await askAll(
    node(url),
    [{ method: "frond_getTransaction", params: { hash } }],
    transactionSchema,
  );
  const [account] = await askAll(node(url), [{ method: "frond_getAccount", params: { address: hash } }], accountSchema);
  const isTransaction = !(transaction instanceof RpcError) && transaction?.status !== "unknown";
  const isAccount = !(account instanceof RpcError) && account?.values !== null;
  const path = `/layers/${fieldToHex(layerId)}/transactions/${hash}`;
  return [
    ...(isTransaction ? [{ what: `transaction on ${name}`, path }] : []),
    ...(isAccount ? [{ what: "account", path: `/accounts/${hash}` }] : []),
  ];
}

async function searchBundle({ coordinator }: Access, value: bigint): Promise<Found[]> {
  const id = fieldToHex(value);
  const [bundle] = await askAll(coordinator, [{ method: "frond_getBundle", params: { id } }], bundleSchema);
  return bundle instanceof RpcError ? [] : [{ what: "bundle", path: `/bundles/${id}` }];
}

/** An account is the same on all layers. */
function unique(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((one) => [one.path, one])).values()];
}
