import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type Committee, createMember, defaultMemberLimits, type MemberLimits, memberLayerOf } from "@frond/committee";
import { type TestCommittee, testCommittee } from "@frond/committee/testing";
import { memoryTables, type Tables } from "@frond/store";
import { type MemberServer, startMemberServer } from "../member/startMemberServer.ts";
import type { RpcLimits } from "../rpc/limits.ts";

/** A committee whose members answer; what they hold is kept when one stops. */
export type RunningCommittee = {
  readonly file: TestCommittee;
  /** With the URLs at which members answer, or answered last. */
  readonly committee: Committee;
  start(memberIndex: number): Promise<void>;
  stop(memberIndex: number): Promise<void>;
  /** Somebody else answers in place of the member. */
  replace(memberIndex: number, listener: RequestListener): Promise<void>;
  close(): Promise<void>;
};

type Options = {
  readonly limits?: Partial<MemberLimits>;
  readonly rpcLimits?: Partial<RpcLimits>;
};

export async function runCommittee(
  members: number,
  threshold: number,
  options: Options = {},
): Promise<RunningCommittee> {
  const file = testCommittee(members, threshold);
  const tables: Tables[] = file.secrets.map(() => memoryTables());
  const ports = file.secrets.map(() => 0);
  const running = new Map<number, Pick<MemberServer, "close">>();

  async function start(memberIndex: number): Promise<void> {
    const secret = file.secrets[memberIndex]!;
    const layers = [memberLayerOf({ config: file.config, committee: file.committee }, secret)];
    const limits = { ...defaultMemberLimits, ...options.limits };
    const member = createMember({ secret, layers, limits }, { tables: tables[memberIndex]! });
    const port = ports[memberIndex]!;
    const server = await startMemberServer({
      member,
      host: "127.0.0.1",
      port,
      ...(options.rpcLimits === undefined ? {} : { limits: options.rpcLimits }),
    });
    ports[memberIndex] = server.port;
    running.set(memberIndex, server);
  }
  async function stop(memberIndex: number): Promise<void> {
    await running.get(memberIndex)?.close();
    running.delete(memberIndex);
  }
  for (const memberIndex of file.secrets.keys()) await start(memberIndex);
  return {
    file,
    committee: {
      ...file.committee,
      members: file.committee.members.map((member, i) => ({ ...member, url: `http://127.0.0.1:${ports[i]}` })),
    },
    start,
    stop,
    async replace(memberIndex, listener) {
      await stop(memberIndex);
      const server = createServer(listener);
      await new Promise<void>((resolve) => server.listen(ports[memberIndex], "127.0.0.1", resolve));
      ports[memberIndex] = (server.address() as AddressInfo).port;
      const close = async () => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
      };
      running.set(memberIndex, { close });
    },
    async close() {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

/** What a hostile member answers to every call. */
export const answering =
  (result: unknown): RequestListener =>
  (_request, response) =>
    void response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));

/** A member that takes a call, and never answers. */
export const sleeping: RequestListener = () => {};
