import { defaultNetwork } from "@frond/network/configuration";
import { expect, it } from "vitest";
import network from "../../../frond.config.ts";

it("describes, in this repository, the built-in network", () => {
  expect(network).toEqual(defaultNetwork);
});
