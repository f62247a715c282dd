import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type FollowerStore, openFollowerStore } from "@frond/follower";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";

/** Where `frond follow` keeps a tree: below --from, which has to have one, or below the data directory. */
export function followedDirectory(
  { dataDirectory }: Pick<Settings, "dataDirectory">,
  { from }: { readonly from?: string | undefined },
): string {
  const directory = join(from === undefined ? dataDirectory : resolve(from), "follower");
  if (from === undefined || existsSync(join(directory, "tree"))) return directory;
  throw new UsageError(
    `${resolve(from)} has nothing that was followed. Name the --data directory of \`frond follow\`, or leave out --from.`,
    { from },
  );
}

/**
 * What was followed, as it stands, whoever follows there goes on; undefined if nothing was.
 * @throws UsageError if --from has nothing, FollowerIdentityError if it is another deployment's
 */
export function openFollowed(
  settings: Pick<Settings, "dataDirectory">,
  { from, ...identity }: { readonly from?: string | undefined; readonly chainId: number; readonly settlement: string },
): FollowerStore | undefined {
  const path = join(followedDirectory(settings, { from }), "tree");
  if (!existsSync(path)) return undefined;
  return openFollowerStore({ path, identity });
}
