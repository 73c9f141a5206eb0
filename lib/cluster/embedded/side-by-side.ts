/** Does work for 0, 1, 2… below `count`, at most `limit` at once, in order. After a failure nothing more is begun; it rejects with the first. */
export async function sideBySide(count: number, limit: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  let hasFailed = false
  const lane = async (): Promise<void> => {
    while (!hasFailed && next < count) {
      try {
        await work(next++)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane))
}
