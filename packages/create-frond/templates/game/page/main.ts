import { createClient } from "frond/sdk";
import { game } from "../application.ts";
import { identity } from "./identity.ts";
import { show } from "./show.ts";

const client = await createClient({ url: "http://127.0.0.1:4040", application: game, ...(await identity()) });

show({
  title: "King of the hill",
  action: "Take the hill",
  async read() {
    const [hill, own] = await Promise.all([client.state.hill.get(), client.state.accounts.get(client.address)]);
    const king = hill === undefined ? "nobody" : hill.king === client.address ? "you" : "somebody else";
    return `King: ${king}. Your points: ${own?.points ?? 0n}`;
  },
  act: () => client.methods.take({}),
});
