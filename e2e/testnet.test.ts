import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Anvil, startAnvil } from "@frond/contracts";
import { createPublicClient, createTestClient, type Hex, http, parseEther } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Ended, frondAt, type Network, ports, startCommand, temporaryDirectory, until } from "./support/frond.ts";

/*
 * The guide "On a public testnet", command for command, against an L1 that mines on its own and has another chain id
 * than anvil's. Proofs are real. In place of Ignition's reference string, which has 256 MiB, there is the development
 * one, which a local chain takes.
 */

const MINUTES = 60_000;
const LOCAL_CHAIN = 1_337;
const PUBLIC_CHAIN = 11_155_111;
/** From the first transaction of a block to its end: long enough for the others to get into it. */
const BLOCK_MILLISECONDS = 40_000;
const EPOCH_SECONDS = 20;

const SIZES = [{ name: "small", transactions: 4, entries: 8, inserts: 4, consumed: 4, produced: 4 }];

const guide = readFileSync(new URL("../docs/testnet.md", import.meta.url), "utf8");
const fenced = [...guide.matchAll(/^```(\w*)\n([^`]*)^```$/gm)].map(([, language, text]) => ({
  language,
  text: text!,
}));
const lines = fenced.flatMap(({ language, text }) => (language === "" ? text.trim().split("\n") : []));

const project = temporaryDirectory();
const env: Record<string, string> = {};
const at = { cwd: project.path, env };
const running: Network[] = [];
let anvil: Anvil;
let network: Network;
let operator: Hex;
const l1 = () => createTestClient({ mode: "anvil", transport: http(anvil.url) });

type Step = (words: readonly string[]) => Promise<unknown>;

/** Runs a command to its end, which has to be a good one. */
async function run(words: readonly string[]): Promise<Ended> {
  const ended = await frondAt(at, ...words);
  if (ended.code !== 0) throw new Error(`frond ${words.join(" ")} ended with ${ended.code}: ${ended.stderr}`);
  return ended;
}

async function answers(words: readonly string[], answer: RegExp): Promise<void> {
  expect((await run(words)).stdout).toMatch(answer);
}

function start([command, ...words]: readonly string[]): Network {
  const started = startCommand(command!, words, [], at);
  running.push(started);
  return started;
}

/** As `Ctrl-C` ends it: at once, after what it has to tidy up, or before it has begun. */
const INTERRUPTED = [null, 0, 130];

/** Starts a command that goes on, and interrupts it once it has said something. */
async function untilSaid(words: readonly string[], said: string): Promise<void> {
  const started = start(words);
  await started.line(said);
  expect(INTERRUPTED).toContain((await started.signal("SIGINT")).code);
}

/** What each command of the guide is to do, in its order. */
const steps: readonly (readonly [command: string, step: Step])[] = [
  ["account new operator", run],
  [
    "account show operator",
    async (words) => {
      operator = /0x[0-9a-fA-F]{40}/.exec((await run(words)).stdout)![0] as Hex;
      await l1().setBalance({ address: operator, value: parseEther("0.5") });
    },
  ],
  [
    "account export operator",
    async (words) => {
      env.FROND_L1_PRIVATE_KEY = (await run(words)).stdout.trim();
    },
  ],
  ["dev", (words) => untilSaid([...words, ...ports], "Ready in")],
  ["check", (words) => answers(words, /gates/)],
  [
    "start",
    async (words) => {
      network = start([...words, ...ports]);
      await network.line("Frond is running");
    },
  ],
  ["status", (words) => answers(words, /counter/)],
  ["doctor", (words) => answers(words, /development/)],
  [
    "account new alice",
    async (words) => {
      const [address] = /0x[0-9a-fA-F]{40}/.exec((await run(words)).stdout)!;
      await l1().setBalance({ address: address as Hex, value: parseEther("0.1") });
    },
  ],
  ["deposit", (words) => answers(words, /0\.01/)],
  ["call increment", (words) => answers(words, /preconfirmed/)],
  ["withdraw", run],
  ["status --watch", (words) => untilSaid(words, "L1 epoch 1")],
  ["epoch 1", (words) => answers(words, /settled/)],
  // On a slow machine the epoch after the first one has it.
  ["claim", (words) => until(async () => (await run(words)).stdout.includes("claimed 0.005"), "it is paid", 600)],
  ["follow", (words) => untilSaid(words, "epoch 1")],
];

/** A command of the guide, on this L1. */
function wordsOf(line: string): string[] {
  const command = /\$\((.*)\)$/.exec(line)?.[1] ?? line;
  const { settlement } = line.includes("0x..") ? readNetwork() : { settlement: "" };
  return command
    .replace("https://l1.example", anvil.url)
    .replace("https://beacon.example", "http://127.0.0.1:9")
    .replace("--crs ignition", "--crs development")
    .replace("0x..", settlement)
    .split(" ")
    .slice(1);
}

const readNetwork = () =>
  JSON.parse(readFileSync(join(project.path, "network/network.json"), "utf8")) as { settlement: string };

beforeAll(async () => {
  anvil = await startAnvil({ chainId: LOCAL_CHAIN, blockSeconds: 1 });
  cpSync(fileURLToPath(new URL("applications/counter.ts", import.meta.url)), join(project.path, "application.ts"));
  const [config] = fenced.filter(({ language }) => language === "ts");
  writeFileSync(
    join(project.path, "frond.config.ts"),
    config!.text
      .replace("seconds: 3_600", `seconds: ${EPOCH_SECONDS}`)
      .replace("port: 4040", `blockMilliseconds: ${BLOCK_MILLISECONDS}, sizes: ${JSON.stringify(SIZES)}`),
  );
});

afterAll(async () => {
  for (const process of running) await process.signal("SIGKILL");
  await anvil?.stop();
  project.remove();
});

it("has a step for each command", () => {
  expect(lines.map((line) => wordsOf(line.replace("0x..", "")).join(" "))).toEqual(
    steps.map(([command]) => expect.stringContaining(command)),
  );
});

it.each(steps.map(([command, step], place) => ({ command, step, place })))(
  "frond $command",
  async ({ step, place }) => {
    await step(wordsOf(lines[place]!));
  },
  15 * MINUTES,
);

it("on a public chain, takes no reference string but Ignition's, before anything is sent", {
  timeout: 5 * MINUTES,
}, async () => {
  const there = await startAnvil({ chainId: PUBLIC_CHAIN });
  const files = temporaryDirectory();
  try {
    const literal = lines.find((line) => line.startsWith("frond start"))!.replace("--data network", "--data public");
    const refused = async (line: string, reason: RegExp) => {
      const words = [...line.replace("https://l1.example", there.url).split(" ").slice(1), ...ports];
      const { code, stderr } = await frondAt({ ...at, env: { ...env, CRS_PATH: files.path } }, ...words);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(reason) });
    };
    await createTestClient({ mode: "anvil", transport: http(there.url) }).setBalance({
      address: operator,
      value: parseEther("0.5"),
    });
    await refused(literal.replace("ignition", "development"), /Chain 11155111 is not a local chain.*--crs ignition/);
    await refused(literal, /bn254_g1\.dat is not there/);
    const points = join(files.path, "bn254_g1.dat");
    writeFileSync(points, "");
    truncateSync(points, 64 * (2 ** 22 + 1));
    await refused(literal, /points in .*bn254_g1\.dat are not Ignition's/);
    const sent = createPublicClient({ transport: http(there.url) }).getTransactionCount({ address: operator });
    expect(await sent).toBe(0);
  } finally {
    await there.stop();
    files.remove();
  }
});
