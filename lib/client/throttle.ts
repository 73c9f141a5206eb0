/** Runs at once, then at most every `everyMs`; the last call of a crowded time runs at its end. */
export function throttle(everyMs: number, run: () => void): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | null = null
  let isWanted = false
  const call = () => {
    if (timer !== null) {
      isWanted = true
      return
    }
    isWanted = false
    run()
    timer = setTimeout(() => {
      timer = null
      if (isWanted) call()
    }, everyMs)
  }
  const stop = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    isWanted = false
  }
  return { call, stop }
}
