import type { exchange } from "@frond/exchange";
import { type Client, connectWallet, createClient, createReader, discoverWallets, type Provider } from "@frond/sdk";

/* What the test runs in a page, in a real browser: bundled as an application's page is. */

/** Where everything is, and what the page has of the application. */
export type Place = {
  readonly node: string;
  readonly coordinator: string;
  readonly l1: string;
  readonly application: Pick<typeof exchange, "name" | "state" | "methods">;
};

export type PageResult = {
  readonly wallets: readonly string[];
  readonly account: string;
  readonly address: string;
  readonly states: readonly string[];
  readonly balances: readonly string[];
  readonly fee: string;
  readonly refusal: object;
  readonly settled: string;
  readonly stored: string;
};

const DEPOSIT = 1_000_000_000_000_000_000n;

/** A wallet that announces itself as browser extensions do, and asks a chain whose accounts are unlocked. */
function announce(l1: string): void {
  let id = 0;
  const provider: Provider = {
    async request({ method, params = [] }) {
      const asked = method === "eth_requestAccounts" ? "eth_accounts" : method;
      const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method: asked, params });
      const response = await fetch(l1, { method: "POST", headers: { "content-type": "application/json" }, body });
      const { result, error } = (await response.json()) as { result: unknown; error?: { message: string } };
      if (error !== undefined) throw new Error(error.message);
      return result;
    },
  };
  const info = { uuid: "6ad2", name: "Test wallet", rdns: "example.wallet", icon: "data:image/svg+xml,%3Csvg/%3E" };
  const tell = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: { info, provider } }));
  addEventListener("eip6963:requestProvider", tell);
}

/** Deposits, waits for the money, simulates, calls, reads, and waits for the epoch. */
async function run({ node, coordinator, l1, application }: Place): Promise<PageResult> {
  announce(l1);
  const found = await new Promise<readonly { name: string; provider: Provider }[]>((resolve) => {
    discoverWallets(resolve);
  });
  const reader = await createReader({ url: node, application });
  const wallet = await connectWallet(found[0]!.provider, { chainId: reader.layer.chainId });
  await reader.close();
  const client = await createClient({ url: node, application, wallet, l1, coordinator });
  const states: string[] = [client.transport.state.kind];
  client.transport.onState(({ kind }) => states.push(kind));
  const balances: string[] = [];
  const credited = untilBase(client, DEPOSIT, balances);
  await client.deposit({ asset: "ether", amount: DEPOSIT });
  await credited;
  const call = { to: 77n, amount: 1_000n, isBase: true };
  const simulated = await client.simulate.transfer(call);
  if (!simulated.ok) throw new Error(simulated.reason);
  const refusal = await client.simulate.transfer({ ...call, amount: 2n * DEPOSIT });
  const { settled } = await client.methods.transfer(call);
  await untilBase(client, DEPOSIT - 1_000n, balances);
  const { status } = await settled({ timeoutSeconds: 120 });
  const account = await client.state.accounts.get(client.address);
  await client.close();
  return {
    wallets: found.map(({ name }) => name),
    account: String(wallet.account.address),
    address: String(client.address),
    states: [...states, `base ${account?.base}`],
    balances: [...new Set(balances)],
    fee: String(simulated.fee),
    refusal: { ok: refusal.ok, code: refusal.ok ? "" : refusal.code },
    settled: status,
    stored: JSON.stringify([localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]),
  };
}

function untilBase(
  client: Client<typeof exchange.state, typeof exchange.methods>,
  base: bigint,
  seen: string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = client.state.accounts.watch(client.address, {
      onValue(account) {
        seen.push(String(account?.base));
        if (account?.base !== base) return;
        stop();
        resolve();
      },
      onError: reject,
    });
  });
}

/** What a page gets of a server that does not know its origin. */
async function intrude(url: string): Promise<{ readonly call: string; readonly socket: string }> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_status", params: {} });
  const headers = { "content-type": "application/json" };
  const answered = () => "answered";
  const refused = (error: Error) => error.name;
  const call = await fetch(url, { method: "POST", headers, body }).then(answered, refused);
  const socket = await new Promise<string>((resolve) => {
    const opening = new WebSocket(url.replace("http", "ws"));
    opening.onopen = () => resolve("opened");
    opening.onerror = () => resolve("refused");
  });
  return { call, socket };
}

Object.assign(globalThis, { run, intrude });
