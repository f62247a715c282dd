export * from "@frond/sdk";
