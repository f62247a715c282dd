import { declarationOf, type Found } from "./findFunction.ts";
import type { Described, Finding } from "./findings.ts";
import { isFunction, type Node, type Source } from "./syntax.ts";
import { join, sameTaint, type Taint } from "./taint.ts";

export type Scope = {
  readonly parent: Scope | undefined;
  readonly names: Map<string, Taint>;
  readonly functions: Map<string, Node>;
};

export type Analysis = {
  /** The source of the function that is being evaluated. */
  source: Source;
  readonly scopes: Map<Node, Scope>;
  readonly returns: Map<Node, Taint>;
  readonly active: Set<Node>;
  findings: Map<Node, Finding>;
  changed: boolean;
};

export function addReturn(analysis: Analysis, node: Node, taint: Taint): void {
  const before = analysis.returns.get(node) ?? false;
  const after = join(before, taint);
  if (sameTaint(before, after)) return;
  analysis.returns.set(node, after);
  analysis.changed = true;
}

export function scopeOf(analysis: Analysis, node: Node, parent: Scope | undefined): Scope {
  const known = analysis.scopes.get(node);
  if (known !== undefined) return known;
  const scope: Scope = { parent, names: new Map(), functions: new Map() };
  analysis.scopes.set(node, scope);
  return scope;
}

export function lookup(scope: Scope | undefined, name: string): Scope | undefined {
  return scope === undefined || scope.names.has(name) ? scope : lookup(scope.parent, name);
}

export function addTaint(analysis: Analysis, scope: Scope, name: string, taint: Taint): void {
  const before = scope.names.get(name);
  const after = join(before ?? false, taint);
  if (before !== undefined && sameTaint(before, after)) return;
  scope.names.set(name, after);
  analysis.changed = true;
}

export function functionNamed(
  { source }: Analysis,
  scope: Scope | undefined,
  name: string,
): (Found & { readonly scope: Scope | undefined }) | undefined {
  for (let place = scope; place !== undefined; place = place.parent) {
    const node = place.functions.get(name);
    if (node !== undefined) return { source, node, scope: place };
    if (place.names.has(name)) return undefined;
  }
  const found = declarationOf(source, name);
  return found !== undefined && isFunction(found.node) ? { ...found, scope: undefined } : undefined;
}

export function report(analysis: Analysis, node: Node, finding: Described): void {
  analysis.findings.set(node, { source: analysis.source, node, ...finding });
}
