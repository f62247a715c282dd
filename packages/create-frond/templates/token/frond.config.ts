import { defineNetwork } from "frond/config";

export default defineNetwork({
  layers: { token: { application: "./application.ts" } },
  allowedOrigins: ["http://localhost:5173"],
});
