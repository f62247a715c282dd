import "../src/loader/register.mjs";
