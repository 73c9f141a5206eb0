/** Sums of shares like 0.1 are never quite whole. */
const ALMOST = 1e-9

/** Says of each request that comes by whether it belongs to the share (0 to 1): evenly spread, and the same every time. */
export function createShare(share: number): () => boolean {
  let seen = 0
  let hits = 0
  return () => {
    seen += 1
    const due = Math.floor(seen * share + ALMOST)
    if (due === hits) return false
    hits = due
    return true
  }
}
