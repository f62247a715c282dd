/** The kind of a brick is a number: its material times 16, plus its colour. */
export const COLOURS_PER_MATERIAL = 16;

/**
 * The price of a brick depends on its material only, in the smallest unit of the asset. Bricks are sold at the same
 * price.
 */
export const MATERIALS = [
  { name: "wood", price: 10n ** 17n, isEther: false },
  { name: "stone", price: 2n * 10n ** 17n, isEther: false },
  { name: "glass", price: 5n * 10n ** 17n, isEther: false },
  { name: "gold", price: 10n ** 15n, isEther: true },
] as const;

export const COLOURS = [
  "white",
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "purple",
  "cyan",
  "silver",
  "gray",
  "orange",
  "lime",
  "amber",
  "navy",
  "magenta",
  "teal",
] as const;

export type Material = (typeof MATERIALS)[number]["name"];
export type Colour = (typeof COLOURS)[number];

export const KINDS = MATERIALS.length * COLOURS_PER_MATERIAL;

export function kindOf(material: Material, colour: Colour): number {
  return MATERIALS.findIndex(({ name }) => name === material) * COLOURS_PER_MATERIAL + COLOURS.indexOf(colour);
}

/** The opposite of {@link kindOf}. */
export function describeKind(kind: number): { readonly material: (typeof MATERIALS)[number]; readonly colour: Colour } {
  return {
    material: MATERIALS[Math.floor(kind / COLOURS_PER_MATERIAL)]!,
    colour: COLOURS[kind % COLOURS_PER_MATERIAL]!,
  };
}
