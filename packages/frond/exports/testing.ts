export * from "@frond/testing";
