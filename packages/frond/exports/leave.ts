export * from "@frond/sdk/leave";
