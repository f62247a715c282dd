import type { ToldInterface } from "@frond/sdk";
import type { Layer } from "../network/schemas.ts";

/** A call that a click on a picture begins: the form of the bridge has it, and nothing is signed before it is sent. */
export type FilledCall = {
  readonly layerId: bigint;
  readonly method: string;
  /** By the names of the form's fields, as people would write them. */
  readonly args: Readonly<Record<string, string>>;
};

export type PictureProps = {
  readonly layer: Layer;
  readonly application: ToldInterface;
  onCall(call: FilledCall): void;
};
