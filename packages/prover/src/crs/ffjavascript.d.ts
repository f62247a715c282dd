// The part of ffjavascript that the reference string needs; it ships no types.
declare module "ffjavascript" {
  export type CurvePoint = Uint8Array;
  export interface Group {
    readonly g: CurvePoint;
    double(point: CurvePoint): CurvePoint;
    add(a: CurvePoint, b: CurvePoint): CurvePoint;
    timesFr(point: CurvePoint, scalar: Uint8Array): CurvePoint;
    toRprUncompressed(buffer: Uint8Array, offset: number, point: CurvePoint): void;
    batchToAffine(points: Uint8Array): Promise<Uint8Array>;
    batchLEMtoU(points: Uint8Array): Promise<Uint8Array>;
  }
  export interface Curve {
    readonly G1: Group;
    readonly G2: Group;
    readonly Fr: {
      e(value: number | bigint): Uint8Array;
      exp(base: Uint8Array, exponent: number | bigint): Uint8Array;
    };
    terminate(): Promise<void>;
  }
  export function getCurveFromName(name: "bn128", singleThread: boolean): Promise<Curve>;
}
