import "../loader/register.mjs";

// Loads each application that it is given, as `frond` does. Prints what each is refused with, as JSON.
const { loadApplication } = await import("./findApplication.ts");
const refusals = {};
for (const file of process.argv.slice(2)) {
  try {
    await loadApplication(file);
    refusals[file] = null;
  } catch ({ code, message }) {
    refusals[file] = { code, message };
  }
}
process.stdout.write(JSON.stringify(refusals));
