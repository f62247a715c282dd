import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { sleep } from "@frond/foundation";
import { createClient, createNetworkClient } from "@frond/sdk";
import { formatEther } from "viem";
import { type OrbitsClient, priceOf, renderWorld, worldOf } from "../exports/client.ts";
import { orbits } from "../exports/index.ts";

const HELP = `Shows the world of an orbits layer as it moves.

  --layer <name>       the layer's name (default orbits)
  --coordinator <url>  the network's coordinator, which knows the layer's address
                       (default http://127.0.0.1:4030)
  --url <url>          the layer's JSON-RPC address, instead of name and coordinator
  --advance            also call advance, so that the world moves
  --once               show the world once, then exit
`;

const { values } = parseArgs({
  options: {
    layer: { type: "string", default: "orbits" },
    coordinator: { type: "string", default: "http://127.0.0.1:4030" },
    url: { type: "string" },
    advance: { type: "boolean", default: false },
    once: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const REFRESH = 200;

if (values.help) process.stdout.write(HELP);
else {
  await watch().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function watch(): Promise<void> {
  const client = await connect();
  process.on("SIGINT", () => process.exit(0));
  for (;;) {
    // Refused if the world has made all its steps until now.
    if (values.advance) await client.methods.advance({}).catch(() => undefined);
    const world = await worldOf(client);
    const { columns = 80, rows = 30 } = process.stdout;
    const picture = renderWorld(world, { width: columns, height: rows - 3, colours: process.stdout.isTTY });
    const probes = world.probes.flatMap((probe, berth) =>
      probe === undefined ? [] : [`${berth}: ${probe.samples} samples, ${formatEther(priceOf(world, berth))} ETH`],
    );
    const caption = `step ${world.steps}   pot ${formatEther(world.pot)} ETH   ${probes.join("   ")}`;
    const home = process.stdout.isTTY && !values.once ? "\u001b[2J\u001b[H" : "";
    process.stdout.write(`${home}${picture}\n${caption}\n`);
    if (values.once) break;
    await sleep(REFRESH);
  }
  await client.close();
}

async function connect(): Promise<OrbitsClient> {
  const { url, coordinator, layer } = values;
  // Reading needs no account, and steps on a layer without fees need no funds.
  const secret = BigInt(`0x${randomBytes(31).toString("hex")}`);
  if (url !== undefined) return await createClient({ url, application: orbits, secret });
  return await createNetworkClient({ coordinator, applications: { [layer]: orbits }, secret }).client(layer);
}
