declare module "wasmbuilder" {
  export class ModuleBuilder {
    modules: Record<string, unknown>;
    alloc(size: number | readonly number[]): number;
    setMemory(pages: number): void;
    build(): Uint8Array<ArrayBuffer>;
  }
}

declare module "wasmcurves/src/build_f1m.js" {
  import type { ModuleBuilder } from "wasmbuilder";
  export default function buildF1m(module: ModuleBuilder, modulus: bigint, prefix: string): string;
}

declare module "wasmcurves/src/build_curve_jacobian_a0.js" {
  import type { ModuleBuilder } from "wasmbuilder";
  export default function buildCurve(module: ModuleBuilder, prefix: string, field: string, pointerToB: number): string;
}

// The part of WebAssembly that the kernels use. Node's types leave these declarations to the DOM library, which this
// project does not load.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}
