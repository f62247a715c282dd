export * from "@frond/language/vite";
