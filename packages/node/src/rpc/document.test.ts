import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { coordinatorMethods } from "../coordinator/coordinatorMethods.ts";
import { followerMethods } from "../follower/followerMethods.ts";
import { createMethods } from "../layer/methods.ts";
import { memberMethods } from "../member/memberMethods.ts";
import { nodeOptions } from "../testing/coins.ts";
import type { RpcMethods } from "./dispatch.ts";

/* `docs/rpc.md` names every method of every server, and no other. Nothing is called here. */

const document = readFileSync(new URL("../../../../docs/rpc.md", import.meta.url), "utf8");
const uncalled = {} as never;

/** The methods that a section names at the beginning of a row, or refuses in its text. */
function namedIn(title: string): string[] {
  const [, section] = document.split(`\n## ${title}\n`) as [string, string | undefined];
  const text = section?.split("\n## ")[0] ?? "";
  const rows = [...text.matchAll(/^\| `(frond_\w+)`/gm)].map(([, name]) => name!);
  const refused = text.split("\nIt refuses ")[1]?.matchAll(/`(frond_\w+)`/g) ?? [];
  return [...rows, ...[...refused].map(([, name]) => name!)].sort();
}

it.each<[string, RpcMethods]>([
  [
    "A layer's node",
    createMethods({
      ...{
        program: nodeOptions().program,
        sizes: [],
        genesis: [],
        subscriptions: uncalled,
        events: uncalled,
        entrySubscriptions: uncalled,
        refusals: uncalled,
        hooks: [],
      },
      context: { layer: {} } as never,
    }),
  ],
  ["The coordinator", coordinatorMethods(uncalled, { chainId: 1n, settlement: "0x", l1Url: "" }, uncalled)],
  ["A follower", followerMethods(uncalled, uncalled, uncalled)],
  ["A member of a committee", memberMethods(uncalled)],
])("docs/rpc.md has the methods of: %s", (title, methods) => {
  expect(namedIn(title)).toEqual(Object.keys(methods).sort());
});
