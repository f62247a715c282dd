import { OTHER_MOMENT } from "@frond/language/instrument";

/** The parameter of a module's address with which it is evaluated once more. */
const FRESH = "frond-fresh";

/** The parameters that the modules of an application pass on to those that they import. */
export const PASSED_ON = [FRESH, OTHER_MOMENT] as const;

let loads = 0;

/** Gives the addresses with which modules are evaluated once more, the same each time for one module. */
export function freshUrls(): (url: URL) => string {
  const load = String(++loads);
  return (url) => {
    url.searchParams.set(FRESH, load);
    return url.href;
  };
}

/** The address with which a module is evaluated once more; at another moment, if the module is an application's. */
export function freshUrl(url: URL, { isOtherMoment }: { readonly isOtherMoment: boolean }): string {
  url.searchParams.set(FRESH, String(++loads));
  if (isOtherMoment) url.searchParams.set(OTHER_MOMENT, "1");
  return url.href;
}
