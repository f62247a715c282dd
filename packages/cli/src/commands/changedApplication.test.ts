import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange } from "@frond/exchange";
import { type Outline, outlineOf } from "@frond/language/loading";
import { requireSameApplication } from "@frond/network/applications";
import { writeLayerFile, writeOutlineFile } from "@frond/network/directory";
import { testLayerFile } from "@frond/network/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { main } from "../main.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "frond-changed-"));
  writeLayerFile(data, testLayerFile());
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(data, { recursive: true });
});

/** The exchange as it would have been with another constant in its first method, and with another state. */
function formerExchange(): Outline {
  const outline = outlineOf(exchange.program);
  const [first, ...others] = outline.procedures;
  const at = first!.steps.findIndex((step) => step.startsWith("the constant"));
  const steps = first!.steps.with(at, "the constant 12345");
  return {
    ...outline,
    state: [...outline.state, { name: "former", layout: "{ value: u64 }" }],
    procedures: [{ ...first!, steps }, ...others],
  };
}

it("a layer with a changed application does not run, and says what has changed", async () => {
  writeOutlineFile(data, "exchange", formerExchange());
  let stderr = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    stderr += chunk;
    return true;
  });
  const options = ["--layer", "exchange", "--coordinator", "http://127.0.0.1:9", "--data", data, "--json"];
  expect(await main(["node", "frond", "node", ...options])).toBe(1);
  const { error } = JSON.parse(stderr);
  expect(error).toMatchObject({ code: "network/application-changed", data: { layer: "exchange" } });
  const [state, method] = error.data.changes;
  expect(state).toBe("the state `former`: is gone");
  expect(method).toMatch(/^the method `\w+`: the constant 12345 is now the constant \d+ \(.+\.ts:\d+:\d+\)$/);
  expect(error.message).toContain(method);
});

it("a layer with the application that it was made with passes, and one from before outlines were kept", () => {
  expect(() => requireSameApplication(exchange, { dataDirectory: data, layer: "exchange" })).not.toThrow();
  writeOutlineFile(data, "exchange", outlineOf(exchange.program));
  expect(() => requireSameApplication(exchange, { dataDirectory: data, layer: "exchange" })).not.toThrow();
});
