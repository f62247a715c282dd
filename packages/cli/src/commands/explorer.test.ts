import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runFrond } from "../testing/testNetwork.ts";

test("writes the page with the network's addresses beside it", async () => {
  const out = mkdtempSync(join(tmpdir(), "frond-page-"));
  onTestFinished(() => rmSync(out, { recursive: true }));
  const coordinator = "https://frond.example";
  const onLayerOne = { l1: "https://l1.example", settlement: `0x${"5e".repeat(20)}` };
  const place = ["--l1", onLayerOne.l1, "--settlement", onLayerOne.settlement];
  const { code, stdout } = await runFrond(["explorer", "--out", out, "--coordinator", coordinator, ...place]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `Wrote the explorer to ${out}. Serve the folder.\n` });
  expect(JSON.parse(readFileSync(join(out, "config.json"), "utf8"))).toEqual({ coordinator, ...onLayerOne });
  const page = readFileSync(join(out, "index.html"), "utf8");
  const [, script] = /<script type="module"[^>]* src="\.\/(assets\/[^"]+\.js)"/.exec(page) ?? [];
  expect(readFileSync(join(out, script!), "utf8")).toContain("frond_subscribe");
  // Nothing stands in the HTML that a strict policy would refuse.
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/);
});

test.each([["not-a-url"], ["ftp://frond.example"]])("refuses %s as an address", async (coordinator) => {
  expect((await runFrond(["explorer", "--out", "/nonexistent", "--coordinator", coordinator])).code).toBe(2);
});
