import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createClient, createNetworkClient } from "@frond/sdk";
import { createWalletClient, custom, formatEther, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  type Bricks,
  type BricksClient,
  bricksOf,
  buildSet,
  costOf,
  inventoryOf,
  parseDrawing,
  renderDrawing,
  setOf,
  shapeOf,
} from "../exports/client.ts";
import { bricks, describeKind } from "../exports/index.ts";

const HELP = `Builds with the bricks of a layer.

  draw <file>            show a drawing, its bricks and their price
  inventory              show the account's money and loose bricks
  build <file> [number]  buy the missing bricks, and make a set of the drawing
  look <number> [file]   show a set's bricks, and compare the set with a drawing
  apart <number>         take a set apart

  --layer <name>       the layer's name (default bricks)
  --coordinator <url>  the network's coordinator, which knows the layer's address
                       (default http://127.0.0.1:4030)
  --url <url>          the layer's JSON-RPC address, instead of name and coordinator
  --key <key>          the Ethereum private key of the account (default: $FROND_KEY)

A drawing is lines of cells: wr is red wood, sb blue stone, gw white glass, .. air.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    layer: { type: "string", default: "bricks" },
    coordinator: { type: "string", default: "http://127.0.0.1:4030" },
    url: { type: "string" },
    key: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const say = (text: string) => void process.stdout.write(`${text}\n`);
const listOf = (bricks: readonly Bricks[]) =>
  bricks
    .map(({ kind, count }) => `  ${count} ${describeKind(kind).colour} ${describeKind(kind).material.name}`)
    .join("\n");
const moneyOf = ({ ether, quote }: { ether: bigint; quote: bigint }) =>
  `${formatEther(ether)} ETH, ${formatEther(quote)} QUOTE`;

const commands: Readonly<Record<string, (...args: string[]) => Promise<void>>> = {
  async draw(file) {
    const drawing = read(file);
    say(`${renderDrawing(drawing)}\n${listOf(bricksOf(drawing))}\n  ${moneyOf(costOf(bricksOf(drawing)))}`);
  },
  inventory: () =>
    withClient(async (client) => {
      const inventory = await inventoryOf(client);
      say(`${moneyOf(inventory)}\n${listOf(inventory.bricks)}`);
    }),
  build: (file, number = String(BigInt(`0x${randomBytes(7).toString("hex")}`))) =>
    withClient(async (client) => {
      const drawing = read(file);
      const { bought } = await buildSet(client, { id: BigInt(number), drawing });
      say(
        [
          bought.length === 0 ? "nothing to buy" : `bought\n${listOf(bought)}`,
          renderDrawing(drawing),
          `set ${number}`,
        ].join("\n"),
      );
    }),
  look: (number, file) =>
    withClient(async (client) => {
      const set = await setOf(client, BigInt(needed(number, "the set's number")));
      if (set === undefined) return say(`there is no set ${number}`);
      say(`owner 0x${set.owner.toString(16)}\n${listOf(set.bricks)}`);
      if (file !== undefined)
        say(shapeOf(read(file)) === set.shape ? renderDrawing(read(file)) : "it is another drawing");
    }),
  apart: (number) =>
    withClient(async (client) => {
      await client.methods.disassemble({ id: BigInt(needed(number, "the set's number")) });
      say(`took set ${number} apart`);
    }),
};

const [name = "", ...args] = positionals;
const command = commands[name];
if (values.help || command === undefined) process.stdout.write(HELP);
else {
  await command(...args).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

function read(file: string | undefined) {
  return parseDrawing(readFileSync(needed(file, "the file of a drawing"), "utf8"));
}

function needed(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`Something is missing. Give ${what}.`);
  return value;
}

async function withClient(run: (client: BricksClient) => Promise<void>): Promise<void> {
  const account = privateKeyToAccount(needed(values.key ?? process.env.FROND_KEY, "--key") as Hex);
  // The wallet only signs the message that the layer key derives from; it sends nothing.
  const wallet = createWalletClient({ account, transport: custom({ request: async () => null }) }) as never;
  const { url, coordinator, layer } = values;
  const client =
    url === undefined
      ? await createNetworkClient({ coordinator, applications: { [layer]: bricks }, wallet }).client(layer)
      : await createClient({ url, application: bricks, wallet });
  await run(client).finally(() => client.close());
}
