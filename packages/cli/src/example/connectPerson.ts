import { bricks } from "@frond/bricks";
import type { Wallet } from "@frond/contracts";
import { desk } from "@frond/desk";
import { exchange } from "@frond/exchange";
import type { NetworkFile } from "@frond/network/directory";
import { orbits } from "@frond/orbits";
import { type ClientOf, createNetworkClient, type PreparedCall, type SentBundle } from "@frond/sdk";
import { testTokenOf } from "./testTokenOf.ts";

/** One account on every layer of a network. A client is undefined where no layer runs its application. */
export type Person = {
  readonly address: () => Promise<bigint>;
  /** On Ethereum, as a field. */
  readonly onLayerOne: bigint;
  readonly quote: { readonly token: `0x${string}` };
  exchange(): Promise<ClientOf<typeof exchange>>;
  orbits(): Promise<ClientOf<typeof orbits>> | undefined;
  bricks(): Promise<ClientOf<typeof bricks>> | undefined;
  desk(): Promise<ClientOf<typeof desk>> | undefined;
  bundle(legs: readonly PreparedCall[]): Promise<SentBundle>;
  close(): Promise<void>;
};

const applications = { exchange, orbits, bricks, desk };
type Name = keyof typeof applications;

export async function connectPerson(network: NetworkFile, wallet: Wallet): Promise<Person> {
  const layerOf = (application: Name) => network.layers.find((layer) => layer.application === application)?.name;
  const named = Object.fromEntries(
    (Object.keys(applications) as Name[]).flatMap((application) => {
      const name = layerOf(application);
      return name === undefined ? [] : [[name, applications[application]]];
    }),
  );
  const client = createNetworkClient({
    coordinator: network.coordinatorUrl,
    applications: named,
    wallet,
    l1: network.l1Url,
  });
  const connect = <A>(application: Name): Promise<ClientOf<A>> | undefined => {
    const name = layerOf(application);
    return name === undefined ? undefined : (client.client(name) as unknown as Promise<ClientOf<A>>);
  };
  const exchangeClient = () => connect<typeof exchange>("exchange")!;
  return {
    address: async () => (await exchangeClient()).address,
    onLayerOne: BigInt(wallet.account.address),
    quote: { token: testTokenOf(network) },
    exchange: exchangeClient,
    orbits: () => connect<typeof orbits>("orbits"),
    bricks: () => connect<typeof bricks>("bricks"),
    desk: () => connect<typeof desk>("desk"),
    bundle: (legs) => client.bundle(legs),
    close: () => client.close(),
  };
}
