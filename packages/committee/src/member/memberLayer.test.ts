import { publicKeyOf } from "@frond/foundation";
import { expect, it } from "vitest";
import { testCommittee } from "../testing/committee.ts";
import { type CommitteeFile, memberLayerOf } from "./memberLayer.ts";

const { config, committee, secrets, layerId } = testCommittee(3, 2);
const right: CommitteeFile = { config, committee };

it("a member finds its place in the committee", () => {
  expect(memberLayerOf(right, secrets[2]!)).toEqual({ ...right, layerId, memberIndex: 2 });
});

const [first, second, third] = committee.members as [never, never, never];
const wrong: [string, CommitteeFile, RegExp][] = [
  ["members in another order", { ...right, committee: { ...committee, members: [second, first, third] } }, /another/],
  ["a member less", { ...right, committee: { ...committee, members: [first, second] } }, /another committee/],
  ["another threshold", { ...right, committee: { ...committee, threshold: 1 } }, /another committee/],
  ["a key twice", { ...right, committee: { ...committee, members: [first, first, third] } }, /one key/],
  ["a threshold above the members", { ...right, committee: { ...committee, threshold: 4 } }, /there are 3 members/],
  ["the config of another layer", { ...right, config: { ...config, committeeRoot: 1n } }, /another committee/],
];

it.each(wrong)("%s is refused", (_, file, message) => {
  expect(() => memberLayerOf(file, secrets[0]!)).toThrow(message);
});

it("a member of another key is refused", () => {
  expect(publicKeyOf(5n)).not.toEqual(committee.members[0]!.publicKey);
  expect(() => memberLayerOf(right, 5n)).toThrowErrorMatchingInlineSnapshot(
    "[CommitteeConfigError: The committee has no member with this key. Compare with what `frond member key` prints, or name the data directory of the member.]",
  );
});
