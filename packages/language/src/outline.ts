import { type DataMode, MessageKind } from "@frond/protocol";
import { describeInstruction } from "./describeInstruction.ts";
import { titleOfExit } from "./exits.ts";
import type { Handler, MapDefinition, Parameter, Procedure, Program } from "./ir.ts";
import { typeName } from "./types.ts";

/** A program as texts, without places in the source: what a data directory keeps to say later what has changed. */
export type Outline = {
  readonly hasFee: boolean;
  /** Where the data of blocks goes. */
  readonly data: DataMode;
  /** Each entry of the state: its keys and fields. */
  readonly state: readonly { readonly name: string; readonly layout: string }[];
  readonly procedures: readonly ProcedureOutline[];
};

export type ProcedureOutline = {
  /** The sort and the name: "the method `swap`". */
  readonly title: string;
  readonly parameters: string;
  /** Which messages a handler handles; empty for a method. */
  readonly messages: string;
  /** One text an instruction. */
  readonly steps: readonly string[];
};

/** Two programs have the same outline only if they do the same. */
export function outlineOf({ hasFee, data, maps, methods, handlers, exits }: Program): Outline {
  return {
    hasFee,
    data,
    state: maps.map((map) => ({ name: map.name, layout: layoutOf(map) })),
    procedures: [
      ...methods.map(outlineOfMethod),
      ...handlers.map(outlineOfHandler),
      ...exits.map((exit) => outlineOfProcedure(titleOfExit(exit.name), exit)),
    ],
  };
}

function outlineOfMethod(method: Procedure): ProcedureOutline {
  return outlineOfProcedure(`the method \`${method.name}\``, method);
}

function outlineOfHandler(handler: Handler): ProcedureOutline {
  const { kind, selector } = handler;
  const messages = `kind ${kind}${selector === undefined ? "" : `, selector ${selector}`}`;
  return { ...outlineOfProcedure(titleOfHandler(handler), handler), messages };
}

/** The sort and the name of a handler, as its definition has them. */
export function titleOfHandler({ name, kind, selector }: Handler): string {
  if (selector === undefined) return `the handler \`${name}\``;
  return kind === MessageKind.call ? `the call \`${name}\`` : `the bounce handler \`${name}\``;
}

function outlineOfProcedure(title: string, { parameters, instructions }: Procedure): ProcedureOutline {
  return { title, parameters: fieldsText(parameters), messages: "", steps: instructions.map(describeInstruction) };
}

function layoutOf({ keys, fields, committee, held }: MapDefinition): string {
  const flags = [
    ...(held === undefined ? [] : [`${held}: bool of the holder`]),
    ...(committee === undefined ? [] : [`${committee}: bool for the committee`]),
  ];
  const values = `{ ${[fieldsText(fields), ...flags].join(", ")} }`;
  return keys.length === 0 ? values : `(${keys.map(typeName).join(", ")}) => ${values}`;
}

function fieldsText(fields: readonly Parameter[]): string {
  return fields.map(({ name, type }) => `${name}: ${typeName(type)}`).join(", ");
}
