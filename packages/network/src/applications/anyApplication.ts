import type { Application, Fields, StateDeclaration } from "@frond/language";

/** Any application, whatever its state and methods. */
export type AnyApplication = Application<StateDeclaration, { readonly [name: string]: Fields }>;
