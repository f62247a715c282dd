import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interfaceOf } from "@frond/language";
import { findApplication } from "@frond/network/applications";
import { readExits } from "@frond/sdk/leave";
import { expect, onTestFinished, test } from "vitest";
import { runFrond } from "../testing/testNetwork.ts";

test("writes what clients need of an application as a module", async () => {
  const directory = mkdtempSync(join(tmpdir(), "frond-interface-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const out = join(directory, "exchange.ts");
  const { code, stdout } = await runFrond(["interface", "exchange", "--out", out]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `Wrote the interface of exchange to ${out}.\n` });
  const { exchange } = (await import(out)) as { exchange: unknown };
  const { application } = await findApplication("exchange");
  expect(exchange).toEqual(interfaceOf(application));
  const written = await runFrond(["interface", "exchange", "--json"]);
  expect(readExits(written.stdout)).toEqual({ name: "exchange", exits: application.exits });
  expect((await runFrond(["interface", "exchange"])).stdout).toBe(readFileSync(out, "utf8"));
});
