/** The parameter of a module's address with which it is evaluated once more. */
export const FRESH = "frond-fresh";
