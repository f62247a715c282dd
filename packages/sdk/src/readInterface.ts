import {
  type ApplicationInterface,
  account,
  cell,
  type Events,
  type ExitTypes,
  type Fields,
  map,
  type StateDeclaration,
  type Type,
  type ViewTypes,
} from "@frond/language/interface";
import { fieldSchema, type GenesisEntry } from "@frond/protocol";
import * as z from "zod";
import { createCaller } from "./callRpc.ts";
import {
  exitsSchema,
  exitTypesOf,
  fieldsOf,
  nameSchema as name,
  parametersSchema as parameters,
  scalarSchema,
} from "./exitsSchema.ts";
import type { Transport } from "./transport/types.ts";

/** What a layer began with, as its node tells. */
export type ToldGenesis = { readonly entryWidth: number; readonly entries: readonly GenesisEntry[] };

/** The interface of an application as a node tells it: structs and arrays are flattened. */
export type ToldInterface = Required<
  Pick<ApplicationInterface<StateDeclaration, { readonly [name: string]: Fields }>, "name" | "state" | "methods">
> & { readonly events: Events; readonly views: ViewTypes; readonly exits: ExitTypes };

const MOST_PARTS = 1_024;

const applicationSchema = z.object({
  name,
  entryWidth: z.int().min(1).max(256),
  methods: z.array(z.object({ name, parameters })).max(256),
  maps: z.array(z.object({ name, keys: z.array(scalarSchema).max(64), fields: parameters })).max(256),
  events: z.array(z.object({ name, fields: parameters })).max(MOST_PARTS),
  views: z.array(z.object({ name, parameters, results: parameters })).max(MOST_PARTS),
  exits: exitsSchema,
});

const genesisSchema = z.object({
  entries: z.array(z.object({ key: fieldSchema, values: z.array(fieldSchema).max(256) })).max(64),
});

/**
 * Asks a node what its application is, for programs that know no application beforehand: an explorer, say. The answer
 * is the node's word. What `createReader` and `createClient` are given of it they compare with the layer's config on
 * the points that the config has: the state that the layer began with.
 * @throws {@link RpcError}, {@link TransportError}, {@link UnexpectedAnswerError}
 *
 * @example
 * const client = await createClient({ url, ...(await readInterface(createTransport(url))), secret });
 */
export async function readInterface(
  transport: Transport,
): Promise<{ readonly application: ToldInterface; readonly genesis: ToldGenesis }> {
  const call = createCaller(transport);
  const [told, genesis] = await Promise.all([
    call("frond_application", {}, applicationSchema),
    call("frond_getGenesis", {}, genesisSchema),
  ]);
  const application: ToldInterface = {
    name: told.name,
    state: Object.fromEntries(told.maps.map((declared, id) => [declared.name, stateOf(declared, id)])),
    methods: Object.fromEntries(told.methods.map((method) => [method.name, fieldsOf(method.parameters)])),
    events: Object.fromEntries(told.events.map((event) => [event.name, fieldsOf(event.fields)])),
    views: Object.fromEntries(
      told.views.map((view) => [view.name, { args: fieldsOf(view.parameters), returns: fieldsOf(view.results) }]),
    ),
    exits: exitTypesOf(told.exits),
  };
  return { application, genesis: { entryWidth: told.entryWidth, entries: genesis.entries } };
}

/** Map 0 has the accounts, whose first value is the nonce. */
function stateOf({ keys, fields }: z.output<typeof applicationSchema>["maps"][number], id: number) {
  if (id === 0) return account(fieldsOf(fields.slice(1)));
  if (keys.length === 0) return cell(fieldsOf(fields));
  return map(Object.fromEntries(keys.map((type, i) => [`key${i}`, type as Type])), fieldsOf(fields));
}
