import { publicKeyToText } from "@frond/committee";
import { publicKeyOf } from "@frond/foundation";
import { describe, expect, it } from "vitest";
import { ConfigError, type Mistake } from "./errors.ts";
import { resolveNetwork } from "./loadConfig.ts";

const source = { name: "frond.config.ts", directory: "/" };
const keyText = (secret: bigint) => publicKeyToText(publicKeyOf(secret));
const member = (secret: bigint) => ({ url: `http://member-${secret}.example:4050`, publicKey: keyText(secret) });
const committee = { members: [member(1n), member(2n), member(3n)], threshold: 2 };

const resolve = (options: object) =>
  resolveNetwork({ layers: { exchange: { application: "exchange", ...options } } }, source);

async function mistakesIn(options: object): Promise<string[]> {
  const error = await resolve(options).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ConfigError)) throw error;
  return (error.data.mistakes as Mistake[]).map(({ field, problem, write }) => `${field}: ${problem} ${write}`);
}

describe("a layer's data", () => {
  it("is published unless it says otherwise", async () => {
    const { layers } = await resolve({});
    expect(layers[0]).toMatchObject({ data: "rollup", committee: undefined });
  });

  it("may go to a committee", async () => {
    const { layers } = await resolve({ data: "validium", committee });
    expect(layers[0]).toMatchObject({
      data: "validium",
      committee: {
        threshold: 2,
        members: [1n, 2n, 3n].map((secret) => ({
          url: `http://member-${secret}.example:4050`,
          publicKey: publicKeyOf(secret),
        })),
      },
    });
  });

  it("may go to members of this machine", async () => {
    const { layers } = await resolve({ data: "validium", committee: { local: 3, threshold: 2 } });
    expect(layers[0]).toMatchObject({ committee: { local: 3, threshold: 2 } });
  });
});

describe("a layer's owner", () => {
  it("is nobody, or an address of L1", async () => {
    const owner = `0x${"ab".repeat(20)}`;
    expect((await resolve({})).layers[0]).toMatchObject({ owner: undefined });
    expect((await resolve({ owner })).layers[0]).toMatchObject({ owner });
  });
});

const rows: [name: string, options: object, mistake: string][] = [
  ["an owner that is no address", { owner: "ada" }, 'owner: It is "ada". Write an address on L1'],
  ["data that goes nowhere", { data: "valdium" }, 'data: It is "valdium". Write "rollup", "validium" or "volition".'],
  [
    "a validium without a committee",
    { data: "validium" },
    "committee: The layer is a validium, and it has no committee. Write who holds its data",
  ],
  [
    "a committee that gets nothing",
    { committee },
    "committee: All data of the layer is published, so no committee holds any. Leave it out",
  ],
  [
    "a volition of an application that does not say what goes where",
    { data: "volition", committee },
    "data: The application exchange does not say which of its entries go to a committee.",
  ],
  [
    "a threshold above the members",
    { data: "validium", committee: { ...committee, threshold: 4 } },
    "committee.threshold: It is 4, and the committee has 3 members. Write a number up to that of the members.",
  ],
  [
    "a threshold above local members",
    { data: "validium", committee: { local: 1, threshold: 2 } },
    "committee.threshold: It is 2, and the committee has 1 members.",
  ],
  [
    "more signatures than a block has room for",
    { data: "validium", committee: { local: 16, threshold: 9 } },
    "committee.threshold: It is 9. Write a whole number from 1 to 8.",
  ],
  [
    "a member twice",
    { data: "validium", committee: { members: [member(1n), member(2n), member(1n)], threshold: 2 } },
    "committee.members.2.publicKey: It is the key of member 0, too. Name each member once.",
  ],
  [
    "a key that is none",
    {
      data: "validium",
      committee: { members: [{ url: "http://a.example", publicKey: `0x${"1".repeat(128)}` }], threshold: 1 },
    },
    'committee.members.0.publicKey: It is "0x1111',
  ],
  [
    "an address with a path",
    { data: "validium", committee: { members: [{ ...member(1n), url: "http://a.example/x" }], threshold: 1 } },
    'committee.members.0.url: It is "http://a.example/x". Write an address such as "http://member.example:4050".',
  ],
  [
    "a misspelt field of a member",
    { data: "validium", committee: { members: [{ ...member(1n), pubicKey: 1 }], threshold: 1 } },
    'committee.members.0.pubicKey: There is no such field. Did you mean "publicKey"?',
  ],
  [
    "both members and local ones",
    { data: "validium", committee: { ...committee, local: 3 } },
    "committee: It is an object. Write { members:",
  ],
  ["no members at all", { data: "validium", committee: { threshold: 1 } }, "committee: It is an object. Write {"],
];

it.each(rows)("%s is a mistake", async (_, options, mistake) => {
  const [found, ...others] = await mistakesIn(options);
  expect(found?.slice(0, mistake.length)).toBe(mistake);
  expect(others).toEqual([]);
});
