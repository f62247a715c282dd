import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { memoryTables } from "@frond/store";
import { createMember, type Member } from "../member/createMember.ts";
import type { MemberLayer } from "../member/memberLayer.ts";
import { missingParamsSchema, offeredBlockSchema, toWire } from "../wire/schemas.ts";

/** A member that answers a layer, for tests of packages below the node, which has the server of members. */
export type ServedMember = { readonly url: string; readonly member: Member; isAsleep: boolean; close(): Promise<void> };

export async function serveMember(secret: bigint, layer: MemberLayer): Promise<ServedMember> {
  const member = createMember({ secret, layers: [layer] }, { tables: memoryTables() });
  const served = { isAsleep: false };
  async function answer(text: string): Promise<unknown> {
    const { method, params } = JSON.parse(text) as { method: string; params: unknown };
    if (method === "frond_signCommittee") return { signature: await member.sign(offeredBlockSchema.parse(params)) };
    const { layerId, times } = missingParamsSchema.parse(params);
    return { times: member.missing(layerId, times) };
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      if (served.isAsleep) return;
      const result = await answer(Buffer.concat(chunks).toString()).catch((error: Error) => error);
      const body = result instanceof Error ? { error: errorOf(result) } : { result: toWire(result) };
      response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(served, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    member,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  });
}

const errorOf = ({ message, ...error }: Error) => ({
  code: -32_000,
  message,
  data: { code: (error as { code?: string }).code ?? "test" },
});
