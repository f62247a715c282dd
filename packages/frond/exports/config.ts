export * from "@frond/cli/config";
