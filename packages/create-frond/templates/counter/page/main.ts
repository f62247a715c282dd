import { createClient } from "frond/sdk";
import { counter } from "../application.ts";
import { identity } from "./identity.ts";
import { show } from "./show.ts";

const client = await createClient({ url: "http://127.0.0.1:4040", application: counter, ...(await identity()) });

show({
  title: "Counter",
  action: "Add one",
  read: async () => String((await client.state.total.get()) ?? 0n),
  act: () => client.methods.increment({ by: 1 }),
});
