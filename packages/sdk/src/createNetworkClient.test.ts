import { account, application, EncodingError, ethereumAddress, u64 } from "@frond/language";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createClient } from "./createClient.ts";
import { createNetworkClient, type NetworkClient } from "./createNetworkClient.ts";
import { BundleFailedError, BundleUncertainError } from "./errors.ts";
import { type FakeCoordinator, fakeCoordinator } from "./testing/fakeCoordinator.ts";
import { type FakeLayer, fakeLayer, setStatus } from "./testing/fakeLayer.ts";

/* The network client against HTTP servers that speak the RPC of nodes and of a coordinator. */

const shop = application({
  name: "shop",
  state: { accounts: account({ goods: u64 }) },
  methods: {
    buy: { args: { count: u64 }, run() {} },
    sell: { args: { count: u64 }, run() {} },
  },
});
const bank = application({
  name: "bank",
  state: { accounts: account({ money: u64 }) },
  methods: {
    pay: { args: { amount: u64, fee: u64 }, run() {} },
    withdraw: {
      args: { to: ethereumAddress },
      run: ({ withdraw }, { to }) => withdraw({ asset: 1, amount: 1, recipient: to }),
    },
  },
});
const applications = { bank, shop, store: shop };
const SECRET = 77n;

let layers: Record<"bank" | "shop" | "store", FakeLayer>;
let coordinator: FakeCoordinator;
let network: NetworkClient<typeof applications>;

beforeEach(async () => {
  const [bankLayer, shopLayer, storeLayer] = await Promise.all([
    fakeLayer({ application: bank as never, index: 1n }),
    fakeLayer({ application: shop as never, index: 2n }),
    fakeLayer({ application: shop as never, index: 3n }),
  ]);
  layers = { bank: bankLayer, shop: shopLayer, store: storeLayer };
  coordinator = await fakeCoordinator(layers);
  network = createNetworkClient({ coordinator: coordinator.url, applications, secret: SECRET });
});

afterEach(async () => {
  await network.close();
  await Promise.all([coordinator.close(), ...Object.values(layers).map((layer) => layer.close())]);
});

async function bundleOf() {
  const [bankClient, shopClient, storeClient] = await Promise.all([
    network.client("bank"),
    network.client("shop"),
    network.client("store"),
  ]);
  return [
    bankClient.prepare.pay({ amount: 10, fee: 1 }),
    shopClient.prepare.buy({ count: 2 }),
    storeClient.prepare.sell({ count: 2 }),
  ] as const;
}

describe("a client of a tree", () => {
  it("lists layers, and connects to those whose application was given", async () => {
    expect((await network.layers()).map(({ name, status }) => [name, status])).toEqual([
      ["bank", "online"],
      ["shop", "online"],
      ["store", "online"],
    ]);
    const bankClient = await network.client("bank");
    expect(await network.client("bank")).toBe(bankClient);
    await bankClient.methods.pay({ amount: 1, fee: 0 });
    expect(await bankClient.nonce()).toBe(1);
    await expect(network.client("pub" as "bank")).rejects.toMatchObject({ code: "sdk/unknown-layer" });
  });

  it("refuses to send to L1 what no Ethereum address can claim, before it signs", async () => {
    const client = await network.client("bank");
    expect(client.prepare.withdraw({ to: 2n ** 160n - 1n })).toBeDefined();
    expect(() => client.prepare.withdraw({ to: client.address })).toThrow(EncodingError);
    await expect(client.methods.withdraw({ to: 2n ** 160n })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[EncodingError: withdraw.to: 0x0000000000000000000000010000000000000000000000000000000000000000 has more than 160 bits, so it is no Ethereum address. Give 0x and 40 hex digits.]`,
    );
    expect(await client.nonce()).toBe(0);
  });

  it("refuses a layer that did not begin empty", async () => {
    const rigged = await fakeLayer({ application: bank, index: 9n, isRigged: true });
    onTestFinished(() => rigged.close());
    const client = createClient({ url: rigged.url, application: bank, secret: SECRET });
    await expect(client).rejects.toMatchObject({ code: "sdk/genesis-mismatch" });
  });

  it("says that a layer is unknown to the network, offline, or another one", async () => {
    const others = { pub: shop, bank: shop, shop };
    const other = createNetworkClient({ coordinator: coordinator.url, applications: others, secret: SECRET });
    await expect(other.client("pub")).rejects.toThrow(
      "There is no layer pub. The network has bank, shop, store: use one of them, or start its node.",
    );
    await expect(other.client("bank")).rejects.toMatchObject({ code: "sdk/application-mismatch" });
    Object.assign(layers.shop, { url: layers.store.url });
    await expect(other.client("shop")).rejects.toMatchObject({ code: "sdk/layer-mismatch" });
    Object.assign(layers.shop, { url: "" });
    await expect(other.client("shop")).rejects.toThrow("The layer shop is offline.");
  });
});

describe("a bundle", () => {
  it("is signed together, and every promise is checked", async () => {
    const { id, legs, status } = await network.bundle(await bundleOf());
    expect(legs.map(({ transaction }) => transaction.link)).toEqual([
      { id, index: 0, previous: 0n, next: layers.shop.layerId },
      { id, index: 1, previous: layers.bank.layerId, next: layers.store.layerId },
      { id, index: 2, previous: layers.shop.layerId, next: 0n },
    ]);
    expect(legs.map(({ preconfirmation, hash }) => preconfirmation.transactionHash === hash)).toEqual([
      true,
      true,
      true,
    ]);
    expect(await status()).toEqual({ status: "preconfirmed" });
  });

  it("takes its place among the other calls of each layer", async () => {
    const [bankClient, shopClient] = await Promise.all([network.client("bank"), network.client("shop")]);
    await Promise.all([
      bankClient.methods.pay({ amount: 1, fee: 0 }),
      network.bundle(await bundleOf()),
      network.bundle([...(await bundleOf())].reverse()),
      bankClient.methods.pay({ amount: 2, fee: 0 }),
      shopClient.methods.buy({ count: 5 }),
    ]);
    expect(layers.bank.accepted.map(({ nonce }) => nonce)).toEqual([0, 1, 2, 3]);
    expect(layers.shop.accepted.map(({ nonce }) => nonce)).toEqual([0, 1, 2]);
    expect(layers.store.accepted.map(({ nonce }) => nonce)).toEqual([0, 1]);
  });

  it("fails as a whole, says which leg and why, and uses no nonce", async () => {
    layers.shop.refused.add(0);
    const failing = await network.bundle(await bundleOf()).catch((error: unknown) => error);
    expect(failing).toBeInstanceOf(BundleFailedError);
    expect(failing).toMatchObject({
      leg: 1,
      layer: "shop",
      code: "sequencer/execution-failed",
      reason: "The application refused.",
      message:
        "Leg 1 of the bundle, on layer shop, failed: The application refused. " +
        "No leg was executed; change the failed leg, or send the bundle again.",
    });
    expect(layers.bank.accepted).toEqual([]);
    layers.shop.refused.clear();
    await network.bundle(await bundleOf());
    expect(layers.bank.accepted.map(({ nonce }) => nonce)).toEqual([0]);
  });

  it("is signed again after another device used the nonce, a time ran ahead, or a fee rose", async () => {
    await network.bundle(await bundleOf());
    layers.bank.nonces.set((await network.client("bank")).address, 5);
    layers.shop.time = 5_000_000;
    layers.store.fee = 30n;
    const { legs } = await network.bundle(await bundleOf());
    expect(legs[0]!.transaction.nonce).toBe(5);
    // Ten minutes from the layer's time.
    expect(legs[1]!.transaction.expiry).toBeGreaterThanOrEqual(5_600_000);
    expect(legs[1]!.transaction.expiry).toBeLessThan(5_660_000);
    expect(legs[2]!.transaction.maxFee).toBe(60n);
  });

  it("has legs that are valid as long as the caller says", async () => {
    layers.shop.time = 5_000_000;
    const legs = [...(await bundleOf())];
    legs[1] = (await network.client("shop")).prepare.buy({ count: 1 }, { validMilliseconds: 100_000 });
    const sent = await network.bundle(legs);
    expect(sent.legs[1]!.transaction.expiry).toBeGreaterThanOrEqual(5_100_000);
    expect(sent.legs[1]!.transaction.expiry).toBeLessThan(5_200_000);
  });

  it("keeps an expiry and a fee that the caller chose", async () => {
    const legs = [...(await bundleOf())];
    layers.shop.time = 50_000;
    legs[1] = (await network.client("shop")).prepare.buy({ count: 1 }, { expiry: 4, maxFee: 9n });
    await expect(network.bundle(legs)).rejects.toMatchObject({ code: "sequencer/expired", leg: 1 });
  });

  it("has its legs on different layers", async () => {
    const [pay, buy] = await bundleOf();
    await expect(network.bundle([pay, buy, buy])).rejects.toMatchObject({ code: "protocol/bundle" });
    await expect(network.bundle([pay])).rejects.toMatchObject({ code: "protocol/bundle" });
  });

  it("leaves open what happened when the coordinator's answer is lost", async () => {
    const away = createNetworkClient({ coordinator: "http://127.0.0.1:9", applications, secret: SECRET });
    const client = await createClient({ url: layers.bank.url, application: bank, secret: SECRET });
    const other = await createClient({ url: layers.shop.url, application: shop, secret: SECRET });
    const sending = away.bundle([client.prepare.pay({ amount: 1, fee: 0 }), other.prepare.buy({ count: 1 })]);
    await expect(sending).rejects.toBeInstanceOf(BundleUncertainError);
    // The accounts can send further calls.
    await client.methods.pay({ amount: 1, fee: 0 });
  });

  it("is refused when a layer's promise is not its sequencer's", async () => {
    const forger = await fakeLayer({ application: shop as never, index: 9n, isForger: true });
    const rigged = await fakeCoordinator({ bank: layers.bank, shop: forger });
    const other = createNetworkClient({ coordinator: rigged.url, applications, secret: SECRET });
    const legs = [
      (await other.client("bank")).prepare.pay({ amount: 1, fee: 0 }),
      (await other.client("shop")).prepare.buy({ count: 1 }),
    ];
    await expect(other.bundle(legs)).rejects.toMatchObject({ code: "sdk/preconfirmation-invalid" });
    await Promise.all([other.close(), rigged.close(), forger.close()]);
  });

  it("settles, or says that it was undone", async () => {
    const bundle = await network.bundle(await bundleOf());
    coordinator.bundles.set(bundle.id, { status: "settled" });
    expect(await bundle.settled()).toEqual({ status: "settled" });
    coordinator.bundles.set(bundle.id, { status: "failed", leg: 2, reason: "its block can't be proven." });
    await expect(bundle.settled()).rejects.toMatchObject({ leg: 2, reason: "its block can't be proven." });
    coordinator.bundles.set(bundle.id, { status: "preconfirmed" });
    await expect(bundle.settled({ timeoutSeconds: 0.01 })).rejects.toMatchObject({ code: "sdk/settlement-timeout" });
  });
});

describe("a transaction", () => {
  it("that was dropped is reported with its reason", async () => {
    const client = await network.client("bank");
    const sent = await client.methods.pay({ amount: 1, fee: 0 });
    const dropped = { status: "dropped", code: "bundle-failed", message: "Leg 0 of its bundle failed." };
    setStatus(layers.bank, sent.hash, dropped);
    expect(await client.transaction(sent.hash)).toEqual(dropped);
    await expect(sent.settled()).rejects.toMatchObject({
      code: "sdk/transaction-dropped",
      data: { code: "bundle-failed", reason: "Leg 0 of its bundle failed." },
    });
    setStatus(layers.bank, sent.hash, { status: "settled", block: 3 });
    expect(await sent.settled()).toEqual({ status: "settled", block: 3 });
  });

  it("that returns after a set-back is reported with its reason, and waited for", async () => {
    const client = await network.client("bank");
    const sent = await client.methods.pay({ amount: 1, fee: 0 });
    const returning = { status: "returning", code: "sequencer/execution-failed", message: "Its deposit is not back." };
    setStatus(layers.bank, sent.hash, returning);
    expect(await client.transaction(sent.hash)).toEqual(returning);
    const settled = sent.settled();
    setTimeout(() => setStatus(layers.bank, sent.hash, { status: "settled", block: 4 }), 50);
    expect(await settled).toEqual({ status: "settled", block: 4 });
  });

  it("offers twice what the layer asks, unless told otherwise", async () => {
    layers.shop.fee = 4n;
    const client = await network.client("shop");
    expect((await client.methods.buy({ count: 1 })).transaction.maxFee).toBe(8n);
    layers.shop.fee = 100n;
    expect((await client.methods.buy({ count: 1 })).transaction.maxFee).toBe(200n);
    await expect(client.methods.buy({ count: 1 }, { maxFee: 99n })).rejects.toMatchObject({
      code: "sequencer/fee-too-low",
    });
  });
});
