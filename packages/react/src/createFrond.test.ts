import { publicKeyOf, sleep } from "@frond/foundation";
import { account, address, application, assert, blockSizes, interfaceOf, u128 } from "@frond/language";
import { type FrondNode, startNode } from "@frond/node";
import { createLayerConfig, genesisStateRoot, layerIdOfConfig, MessageKind } from "@frond/protocol";
import type { Provider } from "@frond/sdk";
import { environmentManager } from "@tanstack/react-query";
import { Window } from "happy-dom";
import { createElement, type ReactNode } from "react";
import type { Root } from "react-dom/client";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createFrond } from "./createFrond.ts";
import { CallWouldFailError, NoProviderError } from "./errors.ts";
import { useWallets } from "./useWallets.ts";

/* Components in a DOM, against a real node without L1 and proofs. */

const wallet = application({
  name: "wallet",
  state: { accounts: account({ balance: u128 }) },
  methods: {
    send: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        const from = state.accounts.at(sender);
        assert(from.balance.get().atLeast(amount), "the balance is too small");
        from.balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
      },
    },
  },
  events: { credited: { to: address, amount: u128 } },
  views: {
    twice: {
      args: { of: address },
      returns: { amount: u128 },
      run: ({ state }, { of }) => ({ amount: state.accounts.at(of).balance.get().multiply(2) }),
    },
  },
  receive: {
    deposit({ state, emit }, { amount, recipient }) {
      emit.credited({ to: recipient, amount });
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
  },
});

const SECRET = 5n;
const config = createLayerConfig({
  parentId: 0n,
  index: 1n,
  blockKeysRoot: 0n,
  sequencerKey: publicKeyOf(SECRET),
  genesisStateRoot: genesisStateRoot(wallet.program.entryWidth),
});
const layer = {
  layerId: layerIdOfConfig(config),
  config,
  chainId: 31337n,
  settlement: `0x${"11".repeat(20)}`,
} as const;
const signer = privateKeyToAccount(`0x${"42".repeat(32)}`);
const SOON = { timeout: 30_000 };

const hooks = createFrond(interfaceOf(wallet));
const { FrondProvider, useAccount, useBalance, useCall, useEntry, useSimulation, useTransaction, useWalletKey } = hooks;
const { useEvents, useView } = hooks;
/** What React needs of a page. */
const globalsOf = (page: Window): Record<string, unknown> => ({
  window: page,
  document: page.document,
  navigator: page.navigator,
});
const before = Object.keys(globalsOf(new Window())).map(
  (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
);
let node: FrondNode;
const uncaught: unknown[] = [];
let root: Root;
let window: Window;
let position = 0;

beforeAll(async () => {
  // It was loaded before there was a window.
  environmentManager.setIsServer(() => false);
  const options = { program: wallet.program, sizes: blockSizes, sequencerSecret: SECRET, blockMilliseconds: 50 };
  node = await startNode({ ...options, layer, rpc: { host: "127.0.0.1", port: 0 } });
});
afterAll(() => node.close());

beforeEach(async () => {
  window = new Window();
  for (const [name, value] of Object.entries(globalsOf(window))) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const { createRoot } = await import("react-dom/client");
  uncaught.length = 0;
  root = createRoot(window.document.body as never, { onUncaughtError: (error) => uncaught.push(error) });
});
afterEach(async () => {
  root.unmount();
  // React ends effects a little later.
  await sleep(20);
  await window.happyDOM.close();
  for (const [name, descriptor] of before) {
    if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, descriptor);
  }
});

/** A wallet of a page, which signs with a key. */
const provider: Provider = {
  async request({ method, params }) {
    if (method === "eth_requestAccounts") return [signer.address];
    if (method === "eth_chainId") return "0x7a69";
    if (method !== "eth_signTypedData_v4") throw new Error(`no ${method} here`);
    return await signer.signTypedData(JSON.parse((params as [string, string])[1]) as never);
  },
};

function render(component: () => ReactNode, protocol: "http" | "ws" = "ws"): void {
  const url = node.url.replace("http", protocol);
  root.render(createElement(FrondProvider, { url }, createElement(component)));
}

/** Waits until the page shows this. */
async function shows(text: string): Promise<void> {
  await expect.poll(() => window.document.body.textContent, SOON).toBe(text);
}

async function credit(recipient: bigint, amount: bigint): Promise<void> {
  const message = { from: 0n, to: layer.layerId, time: 0, kind: MessageKind.deposit, asset: 1, amount, recipient };
  const incoming = { message: { ...message, payload: 0n }, source: "l1", position: position++ };
  await node.context.sequencer.consume([incoming]);
}

test.each(["ws", "http"] as const)("an entry is shown, and again whenever it changes, over %s", async (protocol) => {
  const key = protocol === "ws" ? 900n : 901n;
  render(() => {
    const { data, isPending } = useEntry("accounts", key);
    return isPending ? "reads" : data === null ? "none" : String(data?.balance);
  }, protocol);
  await shows("none");
  await credit(key, 12n);
  await shows("12");
});

test.each(["ws", "http"] as const)("a view is asked again, and events are told, over %s", async (protocol) => {
  const to = protocol === "ws" ? 902n : 903n;
  await credit(to, 1n);
  render(() => {
    const { data: twice } = useView("twice", { of: to });
    const { data: all, error } = useEvents("credited", { filter: { to }, fromBlock: 0, most: 2 });
    const { data: next } = useEvents("credited", { filter: { to } });
    const amounts = (events: typeof next) => events?.map(({ fields }) => fields.amount).join("+");
    return `${twice?.amount} ${error ?? amounts(all)} ${amounts(next)}`;
  }, protocol);
  await shows("2 1 ");
  await credit(to, 10n);
  await shows("22 1+10 10");
  await credit(to, 100n);
  await shows("222 10+100 10+100");
});

test("a connected wallet sees its balance, and calls are simulated before they are signed", async () => {
  let hooks: { key: ReturnType<typeof useWalletKey>; send: ReturnType<typeof useCall<"send">> } | undefined;
  render(() => {
    const [key, send] = [useWalletKey(), useCall("send")];
    hooks = { key, send };
    const { data } = useBalance("balance");
    const simulation = useSimulation("send", { to: 8n, amount: 60n }).data;
    const progress = useTransaction(send.data?.hash).data?.status;
    const isSent = progress === undefined ? "" : ` ${/preconfirmed|sealed/.test(progress)}`;
    const would = simulation === undefined ? "" : simulation.ok ? " can" : ` can't: ${simulation.reason}`;
    return `${key.state.kind} ${data}${would}${isSent}`;
  });
  await shows("disconnected undefined");
  const { client, account } = await hooks!.key.connect.mutateAsync(provider);
  expect(account).toBe(signer.address);
  await shows("connected undefined can't: the balance is too small");
  await credit(client.address, 100n);
  await shows("connected 100 can");
  await hooks!.send.mutateAsync({ to: 8n, amount: 60n });
  await shows("connected 40 can't: the balance is too small true");
  await expect(hooks!.send.mutateAsync({ to: 8n, amount: 60n })).rejects.toThrow(CallWouldFailError);
  expect(await client.nonce()).toBe(1);
  hooks!.key.disconnect();
  await shows("disconnected undefined");
});

test("wallets of the page are listed as they announce themselves", async () => {
  const info = { uuid: "1", name: "Fox", rdns: "example.fox", icon: "data:image/png;base64," };
  const announce = (detail: object) =>
    void window.dispatchEvent(new window.CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", () => {
    announce({ info, provider });
    announce({ info, provider });
    announce({ info: { ...info, uuid: "2", name: "No provider" } });
  });
  render(() =>
    useWallets()
      .map(({ name }) => name)
      .join(),
  );
  await shows("Fox");
  announce({ info: { ...info, uuid: "3", name: "Late" }, provider });
  await shows("Fox,Late");
});

test("a hook outside of the provider says so", async () => {
  root.render(createElement(() => useAccount().status));
  await expect.poll(() => uncaught, SOON).toEqual([expect.any(NoProviderError)]);
});
