/**
 * Whether `work` ends in so many milliseconds. Later the work goes on, and its failure is nobody's.
 * @throws what `work` rejects with in its time
 */
export async function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
