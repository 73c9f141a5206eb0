import type { Say } from './figure.ts'

/**
 * Runs every side once a round, in turn, the order reversed from round to round: whatever else the machine does falls
 * on all of them alike. Gives each side's results in the order of rounds.
 */
export async function paired<Name extends string, Result>(
  rounds: number,
  sides: Record<Name, () => Promise<Result>>,
  say: Say,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(sides) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`)
    for (const name of round % 2 === 1 ? names : names.toReversed()) results[name].push(await sides[name]())
  }
  return results
}

/** Round by round. */
export const ratios = (above: readonly number[], below: readonly number[]): number[] =>
  above.map((value, round) => value / (below[round] ?? Number.NaN))
