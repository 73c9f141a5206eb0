/** Runs all of them, at most `width` at once, and settles when the last has. */
export async function settleAll<Value>(
  width: number,
  acts: (() => Promise<Value>)[],
): Promise<PromiseSettledResult<Value>[]> {
  const results: PromiseSettledResult<Value>[] = []
  const waiting = acts.entries()
  const work = async () => {
    for (const [index, act] of waiting) {
      const [result] = await Promise.allSettled([act()])
      if (result) results[index] = result
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, acts.length) }, work))
  return results
}
