import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSettled, settlementAbi } from "@frond/contracts";
import { desk } from "@frond/desk";
import { createClosing, fieldToHex, silentLogger, until } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { loadConfig, type RunningNetwork } from "@frond/network";
import { type DevOptions, openDev } from "@frond/network/dev";
import { addressOf, claimIdOf, packPayout, verifyExit } from "@frond/protocol";
import { createClient, deriveLayerSecret } from "@frond/sdk";
import { readSignedExit, type SignedExit, toJson } from "@frond/sdk/leave";
import type { BrowserContext, Page, WebSocketRoute } from "playwright-core";
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  type PublicClient,
  parseEther,
  publicActions,
} from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { servePage } from "./browser/servePage.ts";
import { type Browser, startChromium } from "./support/chromium.ts";
import { configPath, frond } from "./support/frond.ts";
import { callRpc } from "./support/rpc.ts";
import { ACCEPT_ALL } from "./support/standInQueue.ts";

/*
 * The explorer in a real browser, as `frond dev` serves it: real layers, a real coordinator, and a real L1, whose
 * verifier takes epochs without proofs. A person connects, deposits, calls, withdraws and claims. Screenshots of each
 * step are in e2e/.screenshots.
 */

const SCREENSHOTS = fileURLToPath(new URL(".screenshots", import.meta.url));
const dataDirectory = mkdtempSync(join(tmpdir(), "frond-explorer-"));
const closing = createClosing();
/** Many tests share the machine. */
const LONG = { timeout: 120_000 };
/** One of anvil's unlocked accounts, which nobody else uses. */
const PERSON = 4;
/** All that the page has sent, for the keys that must not be in it. */
const sent: string[] = [];
let running: RunningNetwork;
let browser: Browser;
let page: Page;
let origin: string;
let person: `0x${string}`;

beforeAll(async () => {
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  mkdirSync(SCREENSHOTS, { recursive: true });
  running = await startWithoutProofs();
  origin = running.network.coordinatorUrl;
  person = ((await callRpc<`0x${string}`[]>(running.network.l1Url, "eth_accounts", [])).result ?? [])[PERSON]!;
  browser = await startChromium();
  closing.add(browser.close);
  browser.context.setDefaultTimeout(45_000);
  page = await openPage(browser.context);
});

afterAll(async () => {
  await closing.close();
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** The network as `frond dev` runs it. */
function startWithoutProofs(): Promise<RunningNetwork> {
  return new Promise((resolve, reject) => {
    const load = () => loadConfig({ path: configPath("explorer") });
    const options: DevOptions = {
      ...{
        referenceString: "development" as const,
        cacheDirectory: defaultCacheDirectory(),
        dataDirectory,
        confirmations: 0,
      },
      ...{ host: "127.0.0.1", port: 0, coordinatorPort: 0, without: [], debug: false, logger: silentLogger },
      ...{ onProgress() {}, onEpoch() {}, onSettled() {}, onFailed: reject, onMistake: reject, onReady: resolve },
      ...{ isProven: false, keeps: false, load },
    };
    openDev(options).then((dev) => {
      closing.add(dev.close);
      return dev.change();
    }, reject);
  });
}

/** A tab at the explorer, with a wallet that asks L1 from outside of the page, as a browser's extension does. */
async function openPage(context: BrowserContext, path = "", place = ""): Promise<Page> {
  const tab = await context.newPage();
  await tab.exposeFunction("askWallet", async (method: string, params: readonly unknown[]) => {
    if (method === "eth_requestAccounts" || method === "eth_accounts") return { result: [person] };
    return await callRpc(running.network.l1Url, method, params);
  });
  await tab.addInitScript(WALLET);
  tab.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  tab.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(String(payload))));
  await tab.goto(`${origin}/${place}#${path}`);
  return tab;
}

const WALLET = `
  const provider = {
    async request({ method, params = [] }) {
      const { result, error } = await window.askWallet(method, params);
      if (error) throw new Error(error.message);
      return result;
    },
  };
  const info = { uuid: "6ad2", name: "Test wallet", rdns: "example.wallet", icon: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" };
  const tell = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: { info, provider } }));
  window.addEventListener("eip6963:requestProvider", tell);
`;

let shots = 0;
async function shoot(name: string, tab = page): Promise<void> {
  shots += 1;
  await tab.screenshot({ path: join(SCREENSHOTS, `${String(shots).padStart(2, "0")}-${name}.png`), fullPage: true });
}

const open = (name: string) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
const balanceOn = (layer: string) => page.locator(`tr[data-layer="${layer}"]`);
const layerIdOf = (name: string) => {
  const listed = running.coordinator.layers().find((layer) => layer.name === name);
  return fieldToHex(listed!.layerId);
};

test("the tree is shown as it is, and goes on by itself", LONG, async () => {
  const rows = page.locator("tbody tr");
  await rows.nth(1).waitFor();
  expect(await rows.count()).toBe(2);
  expect(await rows.nth(0).textContent()).toMatch(/L2 exchange.*online/);
  expect(await rows.nth(1).textContent()).toMatch(/L3 desk/);
  const before = await rows.nth(0).textContent();
  await until(async () => (await rows.nth(0).textContent()) !== before, { withinMilliseconds: 20_000 });
  await shoot("tree");
  // Nothing asks for the tree again: it is told.
  const asked = sent.filter((text) => text.includes("frond_network")).length;
  expect(asked).toBeLessThanOrEqual(1);
});

test("a person connects, deposits to an L3, calls by a form, withdraws, and claims", { timeout: 280_000 }, async () => {
  await open("Bridge");
  await page.getByRole("button", { name: "Connect Test wallet" }).click();
  await page.getByRole("button", { name: "Disconnect" }).waitFor();
  await shoot("connected");

  await page.getByLabel("Layer", { exact: true }).selectOption({ label: "L3 desk" });
  const deposit = page.getByRole("form", { name: "Deposit" });
  await deposit.getByLabel("Amount").fill("2 ether");
  await deposit.getByRole("button", { name: "Deposit" }).click();
  await balanceOn("desk").getByText("2 × 10¹⁸").waitFor();
  await shoot("deposited");

  const call = page.getByRole("form", { name: "Call" });
  await call.getByLabel("Method").selectOption("sendTo");
  await call.getByLabel("layer").fill(layerIdOf("exchange"));
  await call.getByLabel("to", { exact: false }).last().fill("77");
  await call.getByLabel("amount").fill("9 ether");
  await call.getByLabel("isEther").selectOption("true");
  await call.getByRole("button", { name: "Sign and send" }).click();
  await call.getByRole("alert").getByText("the balance is too small").waitFor();
  await shoot("call-would-fail");
  await call.getByLabel("amount").fill("0.5 ether");
  await call.getByRole("button", { name: "Sign and send" }).click();
  await call.getByRole("status").getByText("Preconfirmed").waitFor();
  await balanceOn("desk").getByText("1.5 × 10¹⁸").waitFor();

  await call.getByLabel("Method").selectOption("withdraw");
  await call.getByLabel("amount").fill("0.25 ether");
  await call.getByLabel("isEther").selectOption("true");
  await call.getByRole("button", { name: "Sign and send" }).click();
  await balanceOn("desk").getByText("1.25 × 10¹⁸").waitFor();
  await shoot("withdrawn");

  const claim = page.getByRole("form", { name: "Claim" });
  await claim.getByLabel("Ether to claim").getByText("0.25 × 10¹⁸").waitFor({ timeout: 60_000 });
  await shoot("claimable");
  await claim.getByRole("button", { name: "Claim" }).click();
  await claim.getByText("Claimed 0.25 × 10¹⁸").waitFor();
  await claim.getByLabel("Ether to claim").getByText("0", { exact: true }).waitFor();
  await shoot("claimed");
});

test("a layer's page decodes what was called, and L1's root agrees with the node", LONG, async () => {
  await page.goto(`${origin}/#/layers/${layerIdOf("desk")}`);
  await page.locator('[data-verdict="agrees"]').waitFor();
  const calls = await page.locator("table").first().textContent();
  expect(calls).toMatch(/withdraw\(amount: 0\.25 × 10¹⁸, isEther: true, recipient: 0x/);
  expect(calls).toMatch(/sendTo\(layer: 0x[0-9a-f]+, to: 0x0*4d|sendTo\(layer: .*amount: 0\.5 × 10¹⁸/s);
  await page.getByText("state validation").waitFor();
  // What was sent past the form, which signs nothing that would fail.
  await sendRefused();
  const failed = page.locator("tr.failed", { hasText: "the balance is too small" });
  await failed.first().waitFor();
  expect(await failed.first().textContent()).toMatch(/refused.*withdraw.*sequencer\/execution-failed/);
  await shoot("layer");
  await page.locator("table").first().locator("tbody a").first().click();
  await page.getByText("settled", { exact: true }).first().waitFor();
  await shoot("transaction");
  await page.locator("dd a").first().click();
  await page.getByRole("heading", { name: /^Block/ }).waitFor();
  await shoot("block");
});

async function sendRefused(): Promise<void> {
  const { url } = running.layers.find(({ name }) => name === "desk")!;
  const client = await createClient({ url, application: desk, secret: 9n });
  const sent = client.methods.withdraw({ amount: 1n, isEther: true, recipient: 1n });
  await expect(sent).rejects.toMatchObject({ code: "sequencer/execution-failed" });
  await client.close();
}

test("epochs with their proofs, messages, L1 with gas, evidence", LONG, async () => {
  await open("Epochs");
  await page.getByRole("link", { name: "1", exact: true }).click();
  await page.getByRole("heading", { name: "Epoch 1" }).waitFor();
  await page.locator(".proof.settlement.proven").waitFor();
  expect(await page.locator(".proof.block.proven").count()).toBeGreaterThan(0);
  expect(await page.locator("svg.proofs title").first().textContent()).toMatch(/proofs of epoch 1/);
  await shoot("epoch");
  await open("Messages");
  await page
    .getByRole("row", { name: /call\s+desk\s+exchange/ })
    .first()
    .waitFor();
  await shoot("messages");
  await open("L1");
  for (const method of ["claim", "settle", "depositEther"])
    await page.getByRole("cell", { name: method, exact: true }).first().waitFor();
  await shoot("l1");
  await open("Evidence");
  await page.getByText("There is none.").waitFor();
});

test("search and links work by keyboard alone", LONG, async () => {
  await page.goto(`${origin}/#/`);
  await page.reload();
  await page.locator("tbody tr").first().waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the page");
  for (let i = 0; i < 7; i++) await page.keyboard.press("Tab");
  await page.keyboard.type("desk");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "layer desk" }).waitFor();
  for (let i = 0; i < 20 && (await focused()) !== "layer desk"; i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "desk", exact: true }).waitFor();
});

const focused = () => page.evaluate<string>("document.activeElement.textContent");

test("on a phone in the dark nothing is cut off", LONG, async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  for (const path of [
    "/",
    `/layers/${layerIdOf("desk")}`,
    "/epochs/1",
    "/messages",
    "/l1",
    "/bridge",
    "/bridge/leave",
  ]) {
    await page.goto(`${origin}/#${path}`);
    await page.locator("main h1").waitFor();
    await until(async () => (await overflow()) === 0, { what: `${path} to fit`, withinMilliseconds: 10_000 });
    await shoot(`phone${path.replaceAll("/", "-").slice(0, 12)}`);
  }
  const [red = 255] = (await page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor"))
    .match(/\d+/g)!
    .map(Number);
  expect(red).toBeLessThan(60);
});

const overflow = (tab = page) =>
  tab.evaluate<number>("Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)");

test("a layer that tells another state than L1's root has is shown as lying", LONG, async () => {
  const { context } = browser;
  const node = running.layers.find(({ name }) => name === "desk")!.url.replace("http", "ws");
  const liar = await context.newPage();
  await liar.routeWebSocket(
    (url) => url.origin === node,
    (socket) => alter(socket, (text) => text.replace(/("stateRootAfter":"0x)../g, "$100")),
  );
  await liar.goto(`${origin}/#/layers/${layerIdOf("desk")}`);
  await liar.getByText(/This layer lies: the state after block \d+ is not the one that L1 has/).waitFor();
  await shoot("layer-lies", liar);
  await liar.goto(`${origin}/#/`);
  await liar.getByRole("row", { name: /desk\s+lies/ }).waitFor();
  expect(await liar.getByRole("row", { name: /exchange\s+online/ }).count()).toBe(1);
  await liar.close();
});

/** Changes what a server says on the way to the page. */
function alter(socket: WebSocketRoute, change: (text: string) => string): void {
  const server = socket.connectToServer();
  server.onMessage((message) => socket.send(change(String(message))));
}

test("64 layers are shown, and followed", LONG, async () => {
  const many = await browser.context.newPage();
  await many.routeWebSocket(
    (url) => url.origin === origin.replace("http", "ws"),
    (socket) => alter(socket, withLayers),
  );
  await many.goto(`${origin}/`);
  await many.getByText("64 layers").waitFor();
  const last = many.locator("tbody tr").last();
  const before = await last.textContent();
  await until(async () => (await last.textContent()) !== before, { withinMilliseconds: 10_000 });
  await shoot("64-layers", many);
  await many.close();
});

type Told = { result?: { layers?: unknown }; params?: { result?: { layers?: unknown } } };

/** What a coordinator of 64 layers would tell: the last layer, with as many below it. */
function withLayers(text: string): string {
  const told = JSON.parse(text) as Told;
  const network = told.params?.result ?? told.result;
  if (!Array.isArray(network?.layers)) return text;
  const layers = network.layers as { layerId: string; parentId: string; name: string; url: string }[];
  const parent = layers.at(-1)!;
  for (let i = layers.length; i < 64; i++)
    layers.push({
      ...parent,
      layerId: fieldToHex(BigInt(i) + 1n),
      parentId: parent.layerId,
      name: `desk${i}`,
      url: "",
    });
  return JSON.stringify(told);
}

test("a person leaves a layer while no node and no coordinator answers", { timeout: 240_000 }, async () => {
  const { l1Url, settlement } = running.network;
  // The page's policy lets it ask the network's servers only: another server of the page has none.
  const context = await browser.context
    .browser()!
    .newContext({ bypassCSP: true, viewport: { width: 390, height: 844 } });
  closing.add(() => context.close());
  context.setDefaultTimeout(45_000);
  const nobody = "http://127.0.0.1:9";
  // An RPC that lets pages of every origin in, as public ones do.
  await context.route(`${l1Url}/**`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
  });
  const tab = await openPage(context, "/bridge/leave", `?coordinator=${nobody}&l1=${l1Url}&settlement=${settlement}`);
  const layer = tab.getByRole("combobox", { name: "Layer" });
  await layer.fill(layerIdOf("desk"));
  await tab.getByLabel("State on L1").getByText("not frozen", { exact: true }).waitFor();
  await tab.getByText(`frond freeze --layer ${layerIdOf("desk")} --l1 ${l1Url} --settlement ${settlement}`).waitFor();
  expect(await tab.locator('[aria-current="step"]').textContent()).toMatch(
    /^Force a transaction.* has 24 h 0 min for it/,
  );
  await shoot("leave-not-frozen", tab);
  await retireDeployment();
  await layer.clear();
  await layer.fill(layerIdOf("desk"));
  await tab.getByLabel("State on L1").getByText("frozen", { exact: true }).waitFor();
  await tab.getByRole("button", { name: "Connect Test wallet" }).click();
  await tab.getByText("No node of the layer says what its application is").waitFor();
  const { stdout } = await frond("interface", "desk", "--json");
  await tab.getByLabel("Interface of the application").setInputFiles(fileOf("interface.json", stdout));
  const sign = tab.getByRole("form", { name: "Sign an exit" });
  await sign.getByText("pays ether and asset 2").waitFor();
  await sign.getByRole("button", { name: "Sign" }).click();
  const command = await sign.locator("pre.command").textContent();
  expect(command).toBe(
    `frond escape --signed exit.json --proof proof.json --layer ${layerIdOf("desk")} --application desk --l1 ${l1Url} --settlement ${settlement}`,
  );
  const [download] = await Promise.all([tab.waitForEvent("download"), sign.getByRole("link").click()]);
  expect(download.suggestedFilename()).toBe("exit.json");
  const exit = readSignedExit(readFileSync(await download.path(), "utf8"));
  expect([fieldToHex(exit.layerId), verifyExit(exit)]).toEqual([layerIdOf("desk"), true]);
  await shoot("leave-signed", tab);

  // The proof that L1 is given is a stand-in, of a vault that is short of what the exit is worth.
  const check = tab.getByRole("form", { name: "Check the proof" });
  const proofField = check.getByLabel("Proof", { exact: true });
  await proofField.setInputFiles(fileOf("proof.json", await standInProof({ ...exit, layerId: exit.layerId + 1n })));
  await check.getByRole("button", { name: "Check" }).click();
  await check.getByRole("alert").getByText("it is not of the signed exit").waitFor();
  await proofField.setInputFiles(fileOf("proof.json", await standInProof(exit)));
  await check.getByRole("button", { name: "Check" }).click();
  await tab.getByRole("row", { name: /ether.*1\.25 × 10¹⁸.*1 × 10¹⁸/ }).waitFor();
  await tab.getByText("The layer's vault has less left than the exit is worth").waitFor();
  await shoot("leave-checked", tab);
  await tab.getByRole("button", { name: "Send to L1" }).click();
  await tab.getByText(/L1 has credited 1 × 10¹⁸ of ether\. 0\.25 × 10¹⁸ of ether was not in the vault/).waitFor();
  const claim = tab.getByRole("form", { name: "Claim" });
  await claim.getByLabel("Ether to claim").getByText("1 × 10¹⁸").waitFor();
  await claim.getByRole("button", { name: "Claim" }).click();
  await claim.getByText("Claimed 1 × 10¹⁸").waitFor();
  expect(await overflow(tab)).toBe(0);
  await shoot("left", tab);
});

const fileOf = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });

/** Nobody settles any more: every layer counts as frozen. L1 then takes whatever escape it is given. */
async function retireDeployment(): Promise<void> {
  const { l1Url, settlement } = running.network;
  const l1 = createTestClient({ mode: "anvil", chain: foundry, transport: http(l1Url) }).extend(publicActions);
  const contract = { address: settlement, abi: settlementAbi } as const;
  const address = await l1.readContract({ ...contract, functionName: "escapeVerifier" });
  await l1.setCode({ address, bytecode: ACCEPT_ALL });
  const from = await l1.readContract({ ...contract, functionName: "retirableFrom" });
  // An epoch that settles meanwhile moves the time on by seconds.
  await l1.setNextBlockTimestamp({ timestamp: from + 3_600n });
  const wallet = createWalletClient({ account: person, chain: foundry, transport: http(l1Url) });
  const hash = await wallet.writeContract({ ...contract, functionName: "retire", gas: 200_000n });
  expect((await l1.waitForTransactionReceipt({ hash })).status).toBe("success");
}

/** What a prover would say of an exit from a layer that has 1.25 ether to pay, and 1 ether in its vault. */
async function standInProof(exit: SignedExit): Promise<string> {
  const { settlement, l1Url } = running.network;
  const publicClient = createPublicClient({ chain: foundry, transport: http(l1Url) }) as PublicClient;
  const { root } = await readSettled({ publicClient, settlement });
  const none = { payout2: 0n, payout3: 0n, payout4: 0n, vault2: 0n, vault3: 0n, vault4: 0n };
  const statement = {
    ...{ root, layerId: exit.layerId, flags: 0n, recipient: exit.recipient, ...none },
    claimId: claimIdOf(exit, addressOf(exit.publicKey)),
    payout1: packPayout({ asset: 1, amount: parseEther("1.25") }),
    vault1: parseEther("1"),
  };
  return toJson({ statement, proof: "0x01" });
}

test("a page of another origin drives nothing, frames nothing, and the key never left the page", LONG, async () => {
  const foreign = await servePage("");
  closing.add(foreign.close);
  const tab = await browser.context.newPage();
  await tab.goto(foreign.origin);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_network", params: {} });
  const call = `fetch(${JSON.stringify(origin)}, { method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(body)} }).then(() => "answered", (error) => error.name)`;
  expect(await tab.evaluate(call)).toBe("TypeError");
  const socket = `new Promise((resolve) => { const socket = new WebSocket(${JSON.stringify(origin.replace("http", "ws"))}); socket.onopen = () => resolve("opened"); socket.onerror = () => resolve("refused"); })`;
  expect(await tab.evaluate(socket)).toBe("refused");
  const headers = (await fetch(`${origin}/`)).headers;
  expect(headers.get("content-security-policy")).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
  expect(headers.get("x-frame-options")).toBe("DENY");
  // What sends is not relayed to L1.
  const sending = await callRpc(origin, "frond_readLayerOne", { method: "eth_sendTransaction", params: [{}] });
  expect(sending.error?.data?.code).toBe("rpc/invalid-params");

  const { l1Url, settlement } = running.network;
  const wallet = createWalletClient({ account: person, chain: foundry, transport: http(l1Url) });
  const secret = await deriveLayerSecret(wallet as never, { chainId: BigInt(foundry.id), settlement });
  const forms = [secret.toString(16), String(secret)];
  expect(sent.length).toBeGreaterThan(50);
  expect(sent.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  const stored = "JSON.stringify([localStorage.length, sessionStorage.length, document.cookie.length])";
  expect(await page.evaluate(stored)).toMatch(/^\[0,\d,0\]$/);
  const kept = await page.evaluate<string>("JSON.stringify({ ...sessionStorage })");
  expect(forms.some((form) => kept.includes(form))).toBe(false);
});
