/** What one backend answered, and what it should have. */
export type Part = { answered: number; expected: number }

export type Fairness = {
  /** Largest minus smallest over backends of (answered - expected): 0 or a fraction up to 1 is as even as whole requests can be. */
  spread: number
  /** Jain's index over answered / expected: 1 is even, 1/n is all for one. R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984. */
  jain: number
}

/** contract.md, "Fairness". null: nothing was answered, or nobody was expected to. */
export function fairnessOf(parts: readonly Part[]): Fairness | null {
  const due = parts.filter(({ expected }) => expected > 0)
  if (due.length === 0 || parts.every(({ answered }) => answered === 0)) return null
  const off = parts.map(({ answered, expected }) => answered - expected)
  const rates = due.map(({ answered, expected }) => answered / expected)
  const sum = rates.reduce((all, rate) => all + rate, 0)
  const squares = rates.reduce((all, rate) => all + rate * rate, 0)
  return {
    spread: Math.max(...off) - Math.min(...off),
    jain: squares === 0 ? 0 : (sum * sum) / (due.length * squares),
  }
}
