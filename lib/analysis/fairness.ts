/** What one backend answered, and what it should have: by its weight, or as counted over the time it was a member. */
export type Part = { answered: number; weight: number; expected?: number }

export type Fairness = {
  /** Largest minus smallest over backends of (answered - expected): 0 or a fraction up to 1 is as even as whole requests can be. */
  spread: number
  /** Jain's index over answered / weight: 1 is even, 1/n is all for one. R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984. */
  jain: number
}

/** contract.md, "Fairness". null: nothing was answered, or nobody could. */
export function fairnessOf(parts: readonly Part[]): Fairness | null {
  const members = parts.filter((part) => part.weight > 0)
  const answered = members.reduce((sum, part) => sum + part.answered, 0)
  const weight = members.reduce((sum, part) => sum + part.weight, 0)
  if (answered === 0 || weight === 0) return null
  const off = members.map((part) => part.answered - (part.expected ?? (answered * part.weight) / weight))
  const rates = members.map((part) => part.answered / part.weight)
  const sum = rates.reduce((all, rate) => all + rate, 0)
  const squares = rates.reduce((all, rate) => all + rate * rate, 0)
  return { spread: Math.max(...off) - Math.min(...off), jain: (sum * sum) / (members.length * squares) }
}

/** One stretch of a burst with the same members: how many were answered in it, by whomever. */
export type Stretch = { answered: number; members: readonly { backend: string; weight: number }[] }

/** How many each backend should have answered when who was a member changed on the way. */
export function expectedOver(stretches: readonly Stretch[]): Map<string, number> {
  const expected = new Map<string, number>()
  for (const { answered, members } of stretches) {
    const weight = members.reduce((sum, member) => sum + member.weight, 0)
    if (weight === 0) continue
    for (const member of members)
      expected.set(member.backend, (expected.get(member.backend) ?? 0) + (answered * member.weight) / weight)
  }
  return expected
}
