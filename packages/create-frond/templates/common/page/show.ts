const part = (id: string) => document.querySelector<HTMLElement>(`#${id}`)!;

/** The page: a title, what the state is, and one thing to do. */
export function show(page: {
  readonly title: string;
  readonly action: string;
  readonly read: () => Promise<string>;
  readonly act: () => Promise<unknown>;
}): void {
  part("title").textContent = page.title;
  const button = part("act") as HTMLButtonElement;
  button.textContent = page.action;
  const refresh = async () => {
    part("state").textContent = await page.read();
  };
  const tell = (error: unknown) => {
    part("told").textContent = error instanceof Error ? error.message : String(error);
  };
  button.onclick = async () => {
    part("told").textContent = "";
    await page.act().catch(tell);
    await refresh().catch(tell);
  };
  button.disabled = false;
  refresh().catch(tell);
  setInterval(() => refresh().catch(tell), 1_000);
}
