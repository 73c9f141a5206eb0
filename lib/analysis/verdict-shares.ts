import type { Backend, BackendKey, Burst, Totals } from '#lib/protocol/model.ts'
import { count } from './wording.ts'

/** A backend with what it answered, by the name that stands in a sentence: "1 a3f9". */
export type Named = { name: string; answered: number }

/** Named one by one up to here. */
const NAMED_UP_TO = 3
/** As even as whole requests can be. */
const EVEN_SPREAD = 1

/**
 * Everybody who answered, largest first. One that stands in the list and got nothing is named while the burst runs and is
 * known to be uneven: of a burst that is over, and of one that just came, nobody can say that it was passed over.
 */
export function sharesOf({
  burst,
  answeredBy,
  backends,
  numbers,
}: {
  burst: Burst
  answeredBy: Readonly<Record<BackendKey, { answered: number }>>
  backends: readonly Backend[]
  numbers: ReadonlyMap<BackendKey, number>
}): Named[] {
  const answered = new Map(burst.byBackend.map((share) => [share.backend, share.answered]))
  for (const [key, counts] of Object.entries(answeredBy)) if (counts.answered > 0) answered.set(key, counts.answered)
  if (burst.status === 'running' && burst.fairness && burst.fairness.spread > EVEN_SPREAD)
    for (const { backend, listed } of backends) if (listed && !answered.has(backend)) answered.set(backend, 0)
  return [...answered]
    .map(([key, got]) => {
      const number = numbers.get(key)
      return { name: `${number === undefined ? '' : `${number} `}${key.slice(0, 4)}`, answered: got }
    })
    .sort((one, other) => other.answered - one.answered)
}

/** What follows "N answered": ", 24 each", ", 3,333 or 3,334 each", or who got how much. */
export function countsNote(shares: readonly Named[], totals: Totals, burst: Burst): { words: string; isEven: boolean } {
  const { answered } = totals
  const most = shares[0]
  const least = shares.at(-1)
  if (!most || !least) return { words: '', isEven: true }
  if (shares.length === 1) return { words: `, ${answered === 1 ? '' : 'all '}by ${most.name}`, isEven: true }
  if (answered === 1) return { words: `, by ${most.name}`, isEven: true }
  if (most.answered === least.answered) return { words: `, ${count(most.answered)} each`, isEven: true }
  if (most.answered - least.answered === 1)
    return { words: `, ${count(least.answered)} or ${count(most.answered)} each`, isEven: true }
  // A request that is on its way, or was given up, took a turn that no count shows.
  const unseen = burst.request.concurrency > 1 ? totals.inFlight + totals.cancelled : totals.cancelled
  if (most.answered - least.answered <= EVEN_SPREAD + unseen)
    return { words: `, about ${count(Math.round(answered / shares.length))} each`, isEven: true }
  // Someone came or went: even is what each got for the time in which it was there.
  if (burst.fairness && burst.fairness.spread <= EVEN_SPREAD)
    return { words: ', shared evenly while backends came and went', isEven: true }
  const words =
    shares.length <= NAMED_UP_TO
      ? shares.map(({ name, answered: got }) => `${count(got)} by ${name}`).join(', ')
      : `from ${count(least.answered)} by ${least.name} to ${count(most.answered)} by ${most.name}`
  return { words: `, not evenly: ${words}`, isEven: false }
}
