import type { Equivocation } from "@frond/protocol";
import { memoryTables } from "@frond/store";
import { expect, it } from "vitest";
import { openRecords } from "./records.ts";

it("evidence is read a page at a time, each row once, whatever comes meanwhile", async () => {
  const tables = memoryTables();
  const rows = tables.table<Equivocation>("evidence");
  const keyOf = (i: number) => `0x${String(i).padStart(4, "0")}/0xab`;
  for (let i = 0; i < 250; i += 2) await rows.put(keyOf(i), { i } as never);
  const records = openRecords(tables);
  const seen: number[] = [];
  const pages: number[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = records.evidence(after);
    seen.push(...page.evidence.map((row) => (row as unknown as { i: number }).i));
    pages.push(page.evidence.length);
    after = page.next;
    await rows.put(keyOf(1), { i: 1 } as never);
  }
  expect(pages).toEqual([100, 25]);
  expect(seen).toEqual(Array.from({ length: 125 }, (_, i) => 2 * i));
});
