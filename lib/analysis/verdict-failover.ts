import type { Action, BackendKey, Burst, Totals } from '#lib/protocol/model.ts'
import { count } from './wording.ts'

/** The first backend at which an attempt failed in a burst, and how the others shared what came after. */
export type Failover = {
  backend: BackendKey
  /** When the front door saw it fail, microseconds since the burst's start. */
  noticedUs: number
  /** What each of the others answered since; null where that is not known, or others came meanwhile. */
  others: readonly number[] | null
}

export type FailoverParts = {
  burst: Burst
  totals: Totals
  actions: readonly Action[]
  failover: Failover | null
}

const AT_ONCE_MS = 50
/** Uneven by less than this share of what each answered is about fair. */
const ABOUT = 0.05

const ENDED = { down: 'died', paused: 'was paused' } as const

type Fall = Action & { kind: keyof typeof ENDED; backend: BackendKey }

const isFall = (action: Action): action is Fall =>
  (action.kind === 'down' || action.kind === 'paused') && action.backend !== null

const inBurst = ({ burst, actions }: Pick<FailoverParts, 'burst' | 'actions'>): Action[] =>
  actions.filter((action) => action.burst?.id === burst.id)

/** The one that fell in this burst; null when none did, or several, so that nobody can say which was the cause. */
function onlyFall(parts: Pick<FailoverParts, 'burst' | 'actions'>): Fall | null {
  const falls = inBurst(parts).filter(isFall)
  const [first] = falls
  return first && falls.every(({ backend }) => backend === first.backend) ? first : null
}

/** " after 7be0 died": empty where there was not exactly one cause. */
export function causeOf(parts: Pick<FailoverParts, 'burst' | 'actions'>): string {
  const fall = onlyFall(parts)
  return fall ? ` after ${fall.backend.slice(0, 4)} ${ENDED[fall.kind]}` : ''
}

/** "noticed after 0.2 s", "fair again among the rest at once": as far as it is known. */
export function failoverNotes({ failover, ...parts }: FailoverParts): string[] {
  const fall = onlyFall(parts)
  if (!fall?.burst || failover?.backend !== fall.backend) return []
  const noticedMs = (failover.noticedUs - fall.burst.sinceUs) / 1_000
  const noticed = noticedMs < AT_ONCE_MS ? 'noticed at once' : `noticed after ${secondsText(noticedMs)}`
  const fairness = fairnessSince(failover, parts)
  return fairness === null ? [noticed] : [noticed, fairness]
}

const secondsText = (ms: number): string => `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`

/** How the rest shared what came after; null before each had a turn, and when others came or went meanwhile. */
function fairnessSince({ others }: Failover, parts: Omit<FailoverParts, 'failover'>): string | null {
  const moved = inBurst(parts).some(({ kind }) => kind === 'joined' || kind === 'left')
  if (moved || others === null || others.length < 2) return null
  const [least, most] = [Math.min(...others), Math.max(...others)]
  if (least < 1) return null
  // A request that is on its way, or was given up, took a turn that no count shows.
  const unseen = (parts.burst.request.concurrency > 1 ? parts.totals.inFlight : 0) + parts.totals.cancelled
  if (most - least <= 1 + unseen) return 'fair again among the rest at once'
  if (most - least <= most * ABOUT) return 'about fair again among the rest'
  return `the rest are ${count(most - least)} apart since`
}
