export * from "@frond/react";
