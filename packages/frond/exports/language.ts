export * from "@frond/language";
