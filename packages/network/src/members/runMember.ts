import { join } from "node:path";
import {
  type CommitteeFile,
  createMember,
  defaultMemberLimits,
  type MemberLimits,
  memberLayerOf,
} from "@frond/committee";
import { createClosing, type Logger } from "@frond/foundation";
import { type MemberServer, startMemberServer } from "@frond/node";
import { openTables } from "@frond/store";
import { memberSecret } from "./memberFile.ts";

export type RunMemberOptions = {
  /** Where the member keeps its key, and what it holds. */
  readonly directory: string;
  readonly layers: readonly CommitteeFile[];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly limits?: Partial<MemberLimits>;
  readonly logger: Logger;
};

/** A member that answers. */
export type RunningMember = Pick<MemberServer, "url" | "close">;

/** Of what a member holds, in its directory. */
export const memberStore = (directory: string): string => join(directory, "shares");

/** Runs a member of committees. @throws CommitteeConfigError if a layer's committee is not as its config says */
export async function runMember(options: RunMemberOptions): Promise<RunningMember> {
  const { directory, layers, logger, limits, ...place } = options;
  const secret = memberSecret(directory);
  const served = layers.map((layer) => memberLayerOf(layer, secret));
  const closing = createClosing();
  try {
    const tables = openTables({ path: memberStore(directory) });
    closing.add(() => tables.close());
    const member = createMember({ secret, layers: served, limits: { ...defaultMemberLimits, ...limits } }, { tables });
    const server = await startMemberServer({ member, ...place }, { logger });
    closing.add(() => server.close());
    return { url: server.url, close: closing.close };
  } catch (error) {
    await closing.close().catch(() => {});
    throw error;
  }
}
