import { createClient } from "frond/sdk";
import { token } from "../application.ts";
import { identity } from "./identity.ts";
import { show } from "./show.ts";

const client = await createClient({ url: "http://127.0.0.1:4040", application: token, ...(await identity()) });

show({
  title: "Token",
  action: "Claim",
  async read() {
    const own = await client.state.accounts.get(client.address);
    return `${own?.balance ?? 0n} of ${(await client.state.supply.get()) ?? 0n}`;
  },
  act: () => client.methods.claim({}),
});
