import { type LayerOneClient, layerOneClient } from "@frond/contracts/client";
import { createTransport, RpcError, type Transport } from "@frond/sdk";
import { createContext, useContext } from "react";
import { createClient, custom, publicActions } from "viem";
import * as z from "zod";
import { ask } from "./ask.ts";
import { type Place, socketUrl } from "./place.ts";
import { deploymentSchema } from "./schemas.ts";

/** The connections of the page: one to each server that it asks. */
export type Access = {
  readonly place: Place;
  readonly coordinator: Transport;
  node(url: string): Transport;
  readonly l1: LayerOneClient;
};

export function createAccess(place: Place): Access {
  const transports = new Map<string, Transport>();
  function node(url: string): Transport {
    const known = transports.get(url);
    if (known !== undefined) return known;
    const transport = createTransport(socketUrl(url));
    transports.set(url, transport);
    return transport;
  }
  const coordinator = node(place.coordinator);
  return { place, coordinator, node, l1: place.l1 === undefined ? relayed(coordinator) : layerOneClient(place.l1) };
}

type Asked = { readonly method: string; readonly params?: unknown };

/** L1 as the coordinator of a local network reads it; any other L1 is asked itself, at the network's address. */
function relayed(coordinator: Transport): LayerOneClient {
  let direct: Promise<LayerOneClient> | undefined;
  const openDirect = async () =>
    layerOneClient((await ask(coordinator, { method: "frond_getDeployment" }, deploymentSchema)).l1Url);
  async function request(asked: Asked): Promise<unknown> {
    if (direct !== undefined) return (await direct).request(asked as never);
    try {
      const params = { ...asked, params: asked.params ?? [] };
      return await ask(coordinator, { method: "frond_readLayerOne", params }, z.unknown());
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== "rpc/l1-not-served") throw error;
      direct ??= openDirect();
      return (await direct).request(asked as never);
    }
  }
  return createClient({ transport: custom({ request }), pollingInterval: 500 }).extend(
    publicActions,
  ) as unknown as LayerOneClient;
}

export const AccessContext = createContext<Access | undefined>(undefined);

export function useAccess(): Access {
  const access = useContext(AccessContext);
  if (access === undefined) throw new TypeError("There is no AccessContext above this component.");
  return access;
}
